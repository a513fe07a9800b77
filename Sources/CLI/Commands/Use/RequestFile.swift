import Certificates
import Verification

/// A request for a presentation, named on the command line and read once.
struct RequestFile {
  let input: VerifyInput
  let request: PresentationRequest

  /// Reads it; says what is wrong with another file.
  init(_ path: String) throws {
    input = VerifyInput(path: path)
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
    throw Failure(.cannot, code: fault.code, "\(path): \(fault.message)")
  }

  private static func other(_ kind: FileKind) -> KnownFile.Fault {
    KnownFile.Fault(
      code: "not_a_request",
      message: "this is a \(kind.rawValue), and no request for a presentation")
  }
}
