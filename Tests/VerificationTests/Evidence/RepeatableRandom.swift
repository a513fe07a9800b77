import Cryptography
import Encoding
import Synchronization

/// Bytes that look random and are the same in every run: SHA-256 over a label and a counter.
final class RepeatableRandom: RandomSource {
  private let label: String
  private let counter = Mutex<UInt64>(0)

  init(_ label: String = "repeatable random") { self.label = label }

  func bytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let value = counter.withLock { (counter: inout UInt64) -> UInt64 in
        counter += 1
        return counter
      }
      bytes += SHA256.hash("\(label) \(value)").bytes
    }
    return Array(bytes.prefix(count))
  }
}
