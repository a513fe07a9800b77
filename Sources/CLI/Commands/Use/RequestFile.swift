import Certificates
import Verification

/// A request for a presentation, named on the command line and read once.
struct RequestFile {
  let input: VerifyInput
  let request: PresentationRequest

  /// Reads it; says what is wrong with another file.
  init(_ path: String) throws { try self.init(VerifyInput(path: path)) }

  /// The request of a use that waits.
  init(in waiting: UseQueue.Waiting) throws {
    try self.init(waiting.input(waiting.requestPath))
  }

  private init(_ input: VerifyInput) throws {
    self.input = input
    let fault: KnownFile.Fault
    switch input.content {
    case .unreadable(let found): fault = found
    case .lines: fault = RequestFile.other(.deliveries)
    case .file(let file):
      switch file.content {
      case .request(let request):
        self.request = request
        return
      case .malformed(let found): fault = found
      default: fault = RequestFile.other(file.kind)
      }
    }
    throw Failure(.cannot, code: fault.code, "\(input.path): \(fault.message)")
  }

  private static func other(_ kind: FileKind) -> KnownFile.Fault {
    KnownFile.Fault(
      code: "not_a_request",
      message: "this is a \(kind.rawValue), and no request for a presentation")
  }
}
