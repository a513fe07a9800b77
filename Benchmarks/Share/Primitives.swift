import BenchmarkSupport
import Cryptography
import Dispatch
import Foundation
import Registry

/// What the signatures and the enclosing of shares take alone, on all cores at once.
struct Primitives: Sendable {
  /// Request, material, release, acknowledgement.
  private static let signatureCount = 4
  private let key: P256PrivateKey
  private let receiver: Identity
  private let message = [UInt8](repeating: 0x61, count: 1_500)
  private let content: [UInt8]
  /// The shares' worth of work that was done.
  private(set) var count = 0
  private(set) var watch = Watch()

  /// Encloses to the `open` identity of a department, each time `content`.
  init(_ content: [UInt8], to department: String, in registry: OpenRegistry) throws {
    key = try P256PrivateKey.generate()
    self.content = content
    let keyIDs = try registry.departments().first { $0.code == department }?.fact.identities ?? []
    let found = try keyIDs.compactMap { try registry.identity($0.base64url) }
    guard let open = found.first(where: { $0.fact.use == .open }) else {
      throw CocoaError(.featureUnsupported)
    }
    receiver = open.identity
  }

  /// Seconds by the wall for one share.
  var wallSeconds: Double { watch.wall / Double(count) }
  /// Processor seconds for one share.
  var processorSeconds: Double { watch.processor / Double(count) }

  /// Does the work of some shares.
  mutating func run(_ shares: Int) {
    let part = 20
    let parts = (shares + part - 1) / part
    let work = self
    watch.time {
      DispatchQueue.concurrentPerform(iterations: parts) { _ in
        for _ in 0..<part {
          do {
            for _ in 0..<Primitives.signatureCount { _ = try work.key.sign(work.message) }
            _ = try EnclosedMessage.enclose(work.content, to: work.receiver)
          } catch {
            fatalError("\(error)")
          }
        }
      }
    }
    count += parts * part
  }
}
