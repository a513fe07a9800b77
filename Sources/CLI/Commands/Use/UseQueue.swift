import Cryptography
import Encoding
import Foundation
import Registry

/// The folder in which a counter off line keeps answers with their requests, until they are
/// entered: one folder for each, `<time>-<accepted or refused>-<random>`.
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
    let requestPath: String
    let answerPath: String
  }

  private static let requestName = "request.jwt"
  private static let answerName = "answer.txt"
  private static let randomByteCount = 16

  let directory: String

  /// The uses that wait, oldest first; a name that none has is refused: it might be one in another
  /// form.
  func waiting() throws -> [Waiting] {
    var all: [Waiting] = []
    for name in try Folder.names(in: directory) where !name.utf8.starts(with: ".".utf8) {
      guard let one = UseQueue.waiting(name, in: directory) else {
        throw Failure(
          .cannot, code: "queue_foreign", "\(directory)/\(name): this is no use that waits",
          hint: "name the folder that use check --queue filled, and keep other files elsewhere")
      }
      all.append(one)
    }
    return all
  }

  /// Why an answer is refused here though nothing is wrong with it: one to the same request was
  /// accepted.
  func refusal(of answer: ShownAnswer, to asked: RequestFile) throws -> String? {
    guard Folder.exists(directory) else { return nil }
    for one in try waiting() where one.isAccepted {
      let other = try RequestFile(one.requestPath)
      guard other.request.terms.nonce.hasSameBytes(as: asked.request.terms.nonce) else { continue }
      return try ShownAnswer(one.answerPath).token == answer.token
        ? Writer.replayedCode : Writer.requestUsedCode
    }
    return nil
  }

  /// Puts an answer there with its request, whole or not at all; returns its name.
  func add(
    _ answer: ShownAnswer, to asked: RequestFile, at time: Timestamp, isAccepted: Bool
  ) throws -> String {
    try Folder.make(directory, mode: 0o700)
    let random = Base64URL.encode(try SystemRandom().bytes(UseQueue.randomByteCount))
    let verdict = isAccepted ? "accepted" : "refused"
    let name = "\(UseQueue.text(time))-\(verdict)-\(random)"
    let hidden = "\(directory)/.\(name)"
    try Folder.make(hidden, mode: 0o700)
    try BoundedFile.writeAtomically(
      path: "\(hidden)/\(UseQueue.requestName)", bytes: asked.request.token.bytes + [0x0A],
      mode: 0o600)
    try BoundedFile.writeAtomically(
      path: "\(hidden)/\(UseQueue.answerName)", bytes: answer.token + [0x0A], mode: 0o600)
    try FileManager.default.moveItem(atPath: hidden, toPath: "\(directory)/\(name)")
    try BoundedFile.syncDirectory(directory)
    return name
  }

  /// `20261124T083000Z`: a time that can be a file's name anywhere, in whole seconds.
  private static func text(_ time: Timestamp) -> String {
    "\(Timestamp(seconds: time.seconds))".filter { $0 != "-" && $0 != ":" }
  }

  private static func waiting(_ name: String, in directory: String) -> Waiting? {
    let parts = name.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let time = time(parts[0]), ["accepted", "refused"].contains(parts[1]),
      case .success(let random) = Result(catching: { try Base64URL.decode(parts[2]) }),
      random.count == randomByteCount
    else { return nil }
    return Waiting(
      name: name, time: time, isAccepted: parts[1] == "accepted",
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
