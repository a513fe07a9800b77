import Certificates
import Encoding
import Rules

/// Whom and which case one request is about.
///
/// All of it tells of persons: it comes from a file or standard input, never from an argument.
public struct RequestRow: Sendable {
  /// The line of the sheet, from 1; nil for a single one.
  public let line: Int?
  /// The person or body.
  public let holder: HolderCode
  /// The reference of the requester's case.
  public let reference: String
  /// The number of the officer who asks.
  public let officer: String
  /// The certificate that is meant; nil: the provider chooses.
  public let certificate: CertificateIdentifier?
  /// What else the provider shall know.
  public let text: String?

  /// The members of a request file, and the titles of a sheet.
  static let columns = [
    "holder_code", "holder_code_type", "case", "officer", "certificate", "text",
  ]

  /// What is wrong with the values of ``columns``, empty ones being absent; none of it repeats a
  /// value.
  static func read(
    _ value: (String) -> String, line: Int?
  ) -> Result<RequestRow, RequestFaults> {
    var faults: [ClaimFault] = []
    let holder = HolderCode(type: value("holder_code_type"), code: value("holder_code"))
    if holder.code.isEmpty {
      faults.append(ClaimFault(.missing, "a holder's code is needed", at: "holder_code"))
    } else if CellText.isRounded(holder.code) {
      faults.append(ClaimFault(.format, CellText.roundedMessage, at: "holder_code"))
    } else if holder.type.isEmpty {
      faults.append(ClaimFault(.missing, "the type of the code is needed", at: "holder_code_type"))
    } else {
      do throws(CertificatesError) {
        try HolderCodeType(holder.type).check(holder.code)
      } catch {
        let isType = error.code == .codeType
        faults.append(
          ClaimFault(
            isType ? .codeType : .checkCharacter, error.message,
            at: isType ? "holder_code_type" : "holder_code"))
      }
    }
    for name in ["case", "officer"] {
      let text = value(name)
      if text.isEmpty {
        faults.append(ClaimFault(.missing, "it is needed, 1 to 128 bytes", at: name))
      } else if !MemberForm.text(max: 128).matches(.string(text)) {
        faults.append(
          ClaimFault(
            .length, "1 to 128 bytes on one line, without characters that can be misread",
            at: name))
      }
    }
    let text = value("text")
    if !text.isEmpty, !MemberForm.prose(max: 4096).matches(.string(text)) {
      faults.append(
        ClaimFault(
          .length, "1 to 4,096 bytes, without characters that can be misread", at: "text"))
    }
    var certificate: CertificateIdentifier?
    if !value("certificate").isEmpty {
      do throws(CertificatesError) {
        certificate = try CertificateIdentifier(value("certificate"))
      } catch {
        faults.append(
          ClaimFault(
            error.code == .checkCharacter ? .checkCharacter : .format, error.message,
            at: "certificate"))
      }
    }
    guard faults.isEmpty else { return .failure(RequestFaults(faults: faults)) }
    return .success(
      RequestRow(
        line: line, holder: holder, reference: value("case"), officer: value("officer"),
        certificate: certificate, text: text.isEmpty ? nil : text))
  }

  /// Reads a request file: a JSON object with the members `case`, `code`, `code_type`, `officer`
  /// and perhaps `certificate` and `text`. Throws `invalidInput`.
  public init(file bytes: [UInt8]) throws(RegistryError) {
    var values: [String: String] = [:]
    do throws(EncodingError) {
      var reader = try ObjectReader(try JSONValue(parsing: bytes), at: "request")
      values["holder_code"] = try reader.requireString("code")
      values["holder_code_type"] = try reader.requireString("code_type")
      for name in ["case", "officer"] { values[name] = try reader.requireString(name) }
      for name in ["certificate", "text"] { values[name] = try reader.optionalString(name) }
      try reader.finish()
    } catch {
      throw RegistryError(.invalidInput, RequestRow.fault(error))
    }
    switch RequestRow.read({ values[$0] ?? "" }, line: nil) {
    case .success(let row): self = row
    case .failure(let found):
      let fault = found.faults[0]
      throw RegistryError(.invalidInput, "\(fault.path): \(fault.message)")
    }
  }

  private init(
    line: Int?, holder: HolderCode, reference: String, officer: String,
    certificate: CertificateIdentifier?, text: String?
  ) {
    self.line = line
    self.holder = holder
    self.reference = reference
    self.officer = officer
    self.certificate = certificate
    self.text = text
  }

  /// Nothing that stands in the file is repeated, not even the name of a member.
  private static func fault(_ error: EncodingError) -> String {
    switch error.code {
    case .missingMember, .wrongType:
      "\(error.location?.description ?? "request"): \(error.message)"
    default:
      "a request is {\"case\": \"…\", \"code\": \"…\", \"code_type\": \"111\", "
        + "\"officer\": \"…\"}, perhaps with \"certificate\" and \"text\", and no other member"
    }
  }
}

/// What is wrong with one row.
struct RequestFaults: Error {
  /// At least one.
  let faults: [ClaimFault]
}
