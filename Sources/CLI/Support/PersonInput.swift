import Certificates
import Encoding
import Registry

/// What tells a person comes from a file or standard input, never from an argument, and is never
/// repeated in a message. Spec: cli/README.md, "Persons".
enum PersonInput {
  private static let byteCountMax = 65_536

  /// The first line of standard input.
  static func line() throws -> String { try line(of: "-") }

  /// The first line of a file; `-` is standard input.
  static func line(of path: String) throws -> String {
    let bytes = try InputFile.read(path, maximumBytes: byteCountMax)
    var line = bytes.prefix { $0 != 0x0A }
    if line.last == 0x0D { line.removeLast() }
    guard !line.isEmpty, let text = String(validating: line, as: UTF8.self) else {
      throw Failure(.cannot, code: "input_unreadable", "the input has no line of UTF-8 text")
    }
    return text
  }

  /// A holder file `{"code": "…", "code_type": "111"}`; `-` is standard input.
  static func holder(_ path: String) throws -> HolderCode {
    try holder(bytes: try InputFile.read(path, maximumBytes: byteCountMax))
  }

  /// The same, of what was read.
  static func holder(bytes: [UInt8]) throws -> HolderCode {
    do {
      var reader = try ObjectReader(try JSONValue(parsing: bytes), at: "holder")
      let code = try reader.requireString("code")
      let type = try HolderCodeType(try reader.requireString("code_type"))
      try reader.finish()
      try type.check(code)
      return HolderCode(type: type.text, code: code)
    } catch let error as CertificatesError {
      throw Failure(
        .cannot, code: Failure.snakeCase("\(error.code)"), error.message,
        hint: error.code == .codeType ? form : nil)
    } catch {
      throw Failure(.cannot, code: "holder_unreadable", fault(error), hint: form)
    }
  }

  /// What is wrong with a holder file. Nothing that stands in it is repeated, not even the name
  /// of a member: it may be a person's.
  private static func fault(_ error: any Error) -> String {
    guard let error = error as? EncodingError else { return "the holder cannot be read" }
    switch error.code {
    case .missingMember: return "\(error.location?.description ?? "holder"): \(error.message)"
    case .unknownMember: return "a holder has the members code and code_type, and no other"
    case .wrongType: return "\(error.location?.description ?? "holder"): \(error.message)"
    default: return "the holder is no JSON: \(error.description)"
    }
  }

  /// The form, with every type of code there is.
  private static var form: String {
    "a holder is {\"code\": \"…\", \"code_type\": \"111\"}; code_type is one of "
      + HolderCodeType.all.map { "\($0.text) (\($0.name))" }.joined(separator: ", ")
  }
}
