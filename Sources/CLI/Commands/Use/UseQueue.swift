import Cryptography
import Encoding
import Foundation
import Registry

/// The folder in which a counter off line keeps answers with their requests, until they are
/// entered: one folder for each, `<time>-<accepted or refused>-<mark of the request><random>`.
///
/// Nothing in it is changed once it is there. Spec: cli/use.md, "check", "enter".
struct UseQueue {
  /// One use that waits.
  struct Waiting: Sendable {
    let name: String
    /// When the counter judged it.
    let time: Timestamp
    /// Whether the counter accepted it.
    let isAccepted: Bool
    /// The first bytes of SHA-256 of the request's nonce: uses of other requests need no reading.
    fileprivate let mark: [UInt8]
    let requestPath: String
    let answerPath: String
  }

  /// The most uses of one folder.
  private static let countMax = 100_000
  private static let requestName = "request.jwt"
  private static let answerName = "answer.txt"
  private static let markByteCount = 8
  private static let nameByteCount = 16

  let directory: String

  /// The uses that wait, oldest first.
  ///
  /// Hidden names are passed over: the lock, and what was left of one that was never whole. Any
  /// other name is refused: the folder is another than the one that was meant.
  func waiting() throws -> [Waiting] {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: directory, isDirectory: &isFolder),
      isFolder.boolValue
    else {
      throw Failure(
        .cannot, code: "file_not_found", "there is no folder \(directory)",
        hint: "name the folder that use check --queue filled")
    }
    var all: [Waiting] = []
    for name in try Folder.names(in: directory) where !name.utf8.starts(with: ".".utf8) {
      guard let one = UseQueue.waiting(name, in: directory) else {
        throw Failure(
          .cannot, code: "queue_foreign", "\(directory)/\(name): this is no use that waits",
          hint: "name the folder that use check --queue filled, and keep other files elsewhere")
      }
      all.append(one)
    }
    guard all.count <= UseQueue.countMax else {
      throw Failure(
        .cannot, code: "queue_too_large",
        "\(directory) has \(all.count) uses, more than the \(UseQueue.countMax) of one folder",
        hint: "enter them from several folders: move some into another")
    }
    return all
  }

  /// Decides about an answer and puts it there with its request, whole or not at all, in one step:
  /// of two counters with one folder the second sees what the first took.
  ///
  /// `codes` is why it is refused; gives those that count, and the name.
  func take(
    _ answer: ShownAnswer, to asked: RequestFile, at time: Timestamp, codes: [String]
  ) throws -> (codes: [String], name: String) {
    do {
      return try takeLocked(answer, to: asked, at: time, codes: codes)
    } catch let failure as Failure {
      throw failure
    } catch {
      let cause = Failure(explaining: error)
      throw Failure(
        .cannot, code: cause.code,
        "nothing was kept, and nothing may be accepted: the folder "
          + "\(directory) cannot be written: \(cause.message)",
        hint: "give --queue a folder where you may write; make the folder above it first")
    }
  }

  private func takeLocked(
    _ answer: ShownAnswer, to asked: RequestFile, at time: Timestamp, codes: [String]
  ) throws -> (codes: [String], name: String) {
    try makeDirectory()
    let lock = try FileLock(path: "\(directory)/.lock")
    try lock.lock(seconds: 30)
    defer { lock.unlock() }
    var codes = codes
    if codes.isEmpty, let code = try refusal(of: answer, to: asked) { codes = [code] }
    return (codes, try add(answer, to: asked, at: time, isAccepted: codes.isEmpty))
  }

  /// Why an answer is refused though nothing is wrong with it: one to the same request was accepted
  /// here.
  private func refusal(of answer: ShownAnswer, to asked: RequestFile) throws -> String? {
    let mark = UseQueue.mark(of: asked)
    for one in try waiting() where one.isAccepted && one.mark == mark {
      // Of what cannot be read nobody knows whether it was this very answer.
      do {
        return try ShownAnswer(in: one).token == answer.token
          ? Writer.replayedCode : Writer.requestUsedCode
      } catch is Failure {
        return Writer.requestUsedCode
      }
    }
    return nil
  }

  private func makeDirectory() throws {
    if Folder.exists(directory) { return }
    try Folder.make(directory, mode: 0o700)
    try BoundedFile.syncDirectory(
      URL(fileURLWithPath: directory).deletingLastPathComponent().path)
  }

  private func add(
    _ answer: ShownAnswer, to asked: RequestFile, at time: Timestamp, isAccepted: Bool
  ) throws -> String {
    let random = try SystemRandom().bytes(UseQueue.nameByteCount - UseQueue.markByteCount)
    let verdict = isAccepted ? "accepted" : "refused"
    let name =
      "\(UseQueue.text(time))-\(verdict)-" + Base64URL.encode(UseQueue.mark(of: asked) + random)
    let hidden = "\(directory)/.\(name)"
    do {
      try Folder.make(hidden, mode: 0o700)
      try BoundedFile.writeAtomically(
        path: "\(hidden)/\(UseQueue.requestName)", bytes: asked.request.token.bytes + [0x0A],
        mode: 0o600)
      try BoundedFile.writeAtomically(
        path: "\(hidden)/\(UseQueue.answerName)", bytes: answer.token + [0x0A], mode: 0o600)
      try FileManager.default.moveItem(atPath: hidden, toPath: "\(directory)/\(name)")
      try BoundedFile.syncDirectory(directory)
    } catch {
      // What applicants showed must not stay where nobody looks.
      _ = Result { try FileManager.default.removeItem(atPath: hidden) }
      throw error
    }
    return name
  }

  private static func mark(of asked: RequestFile) -> [UInt8] {
    Array(SHA256.hash(asked.request.terms.nonce).bytes.prefix(markByteCount))
  }

  /// `20261124T083000Z`: a time that can be a file's name anywhere, in whole seconds.
  private static func text(_ time: Timestamp) -> String {
    "\(Timestamp(seconds: time.seconds))".filter { $0 != "-" && $0 != ":" }
  }

  private static func waiting(_ name: String, in directory: String) -> Waiting? {
    let parts = name.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let time = time(parts[0]), ["accepted", "refused"].contains(parts[1]),
      case .success(let bytes) = Result(catching: { try Base64URL.decode(parts[2]) }),
      bytes.count == nameByteCount
    else { return nil }
    return Waiting(
      name: name, time: time, isAccepted: parts[1] == "accepted",
      mark: Array(bytes.prefix(markByteCount)),
      requestPath: "\(directory)/\(name)/\(requestName)",
      answerPath: "\(directory)/\(name)/\(answerName)")
  }

  private static func time(_ text: Substring) -> Timestamp? {
    let digits = Array(text)
    guard digits.count == 16 else { return nil }
    func part(_ range: Range<Int>) -> String { String(digits[range]) }
    let day = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))"
    do {
      let time = try Timestamp(
        parsing: "\(day)T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z")
      return self.text(time) == text ? time : nil
    } catch {
      return nil
    }
  }
}

extension UseQueue.Waiting {
  /// One of its files: a regular one in a folder that is no link, for the folder may be anyone's.
  func input(_ path: String) -> VerifyInput {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let type = Result { try FileManager.default.attributesOfItem(atPath: folder)[.type] }
    guard case .success(let found) = type, found as? FileAttributeType == .typeDirectory else {
      return VerifyInput(
        path: path, fault: "not_regular", "it is no folder with a request and an answer")
    }
    return VerifyInput(regular: path)
  }
}
