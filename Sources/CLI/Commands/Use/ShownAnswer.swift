import Certificates
import Verification

/// An answer that was shown, read and signed as one.
struct ShownAnswer {
  let input: VerifyInput
  let file: KnownFile
  let certificate: UnverifiedCertificate
  /// The answer itself, ASCII, without a newline.
  let token: [UInt8]

  /// Reads it; of what cannot be read, or is no answer, nothing is recorded.
  init(_ path: String) throws { try self.init(VerifyInput(path: path)) }

  /// The answer of a use that waits.
  init(in waiting: UseQueue.Waiting) throws {
    try self.init(waiting.input(waiting.answerPath))
  }

  private init(_ input: VerifyInput) throws {
    self.input = input
    let path = input.path
    let fault: KnownFile.Fault
    switch input.content {
    case .unreadable(let found):
      throw Failure(.cannot, code: found.code, "\(path): \(found.message)")
    case .lines: fault = ShownAnswer.other("this is a file of deliveries")
    case .file(let file):
      if case .presentation(let certificate) = file.content, certificate.keyBindingInput != nil,
        let token = file.token
      {
        self.file = file
        self.certificate = certificate
        self.token = token
        return
      }
      switch file.content {
      case .malformed(let found): fault = found
      case .presentation: fault = ShownAnswer.other("its key binding cannot be read")
      default:
        fault = ShownAnswer.other("this is a \(file.kind.rawValue), and no answer to a request")
      }
    }
    // Codes that are missing can be scanned still.
    throw Failure(
      fault.code.hasPrefix("code_") ? .cannot : .no, code: fault.code,
      "\(path): \(fault.message); nothing was recorded",
      hint: "kanhe verify tells more; take the answer as holder present wrote it")
  }

  private static func other(_ message: String) -> KnownFile.Fault {
    KnownFile.Fault(code: "not_a_presentation", message: message)
  }
}
