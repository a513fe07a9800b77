import Certificates
import Registry

/// Codes as arguments: one that is malformed is wrong usage, whatever would be done with it.
enum CodeArgument {
  /// The code of a type.
  static func type(_ text: String, option: String? = nil) throws -> TypeCode {
    try read(option) { () throws(CertificatesError) in try TypeCode(text) }
  }

  /// The identifier of a certificate.
  static func identifier(_ text: String, option: String? = nil) throws -> CertificateIdentifier {
    try read(option) { () throws(CertificatesError) in try CertificateIdentifier(text) }
  }

  /// The code of a department.
  static func department(_ text: String, option: String? = nil) throws -> USCC {
    try read(option) { () throws(CertificatesError) in try USCC(text) }
  }

  /// A batch as issuing prints it.
  static func batch(_ text: String) throws -> BatchID {
    guard let batch = BatchID(text) else {
      throw Failure(
        .usage, code: "batch_form",
        "--batch: a batch is b- and 32 digits, as 'certificate issue' prints it")
    }
    return batch
  }

  private static func read<Code>(
    _ option: String?, _ body: () throws(CertificatesError) -> Code
  ) throws -> Code {
    do throws(CertificatesError) {
      return try body()
    } catch {
      let place = option.map { "\($0): " } ?? ""
      throw Failure(.usage, code: "\(error.code)", place + error.message)
    }
  }
}

extension CodeArgument {
  /// Whether a text is a code of a purpose, role or reason: `[a-z][a-z0-9-]{0,63}`.
  static func isWord(_ text: String) -> Bool {
    guard let first = text.utf8.first, (0x61...0x7A).contains(first), text.utf8.count <= 64 else {
      return false
    }
    return text.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
    }
  }
}
