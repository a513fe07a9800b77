import Encoding

/// What one certificate says, before it has an identifier: the input of issuing.
///
/// Spec: certificate.md, "Input".
public struct CertificateClaims: Sendable, Equatable {
  /// The certificate's number (证照编号).
  public let number: String
  /// Whom it names, in the certificate's order; 1–16.
  public let holders: [Holder]
  /// The first day it is valid.
  public let validFrom: Day
  /// The last day it is valid; nil for a certificate without end.
  public let validUntil: Day?
  /// The day of issue; nil for the day on which it is made.
  public let issueDate: Day?
  /// The type's own claims.
  public let own: JSONObject

  /// The input's own names; all other members are the type's.
  public static let inputNames: Set<String> = [
    "number", "holders", "valid_from", "valid_until", "issue_date",
  ]

  /// Reads the input of one certificate.
  ///
  /// It does not know the type: that the own claims fit the schema is checked by the type file.
  /// Throws `missing_member`, `wrong_member`, `unknown_member` (in a holder), `reserved_name`,
  /// `period`, and the codes of ``HolderCodeType/check(_:)``.
  public init(_ input: JSONObject) throws(CertificatesError) {
    var own = JSONObject()
    for member in input where !Self.inputNames.contains(member.name) {
      guard !CertificateProfile.standardNames.contains(member.name),
        !CertificateProfile.visibleNames.contains(member.name),
        !SDJWT.reservedNames.contains(member.name)
      else {
        throw CertificatesError(
          .reservedName, "the issuer sets this claim; remove it", at: member.name)
      }
      try SDJWT.refuseReservedNames(member.value, at: "claims")
      own.append(member.name, member.value)
    }
    var reader = ObjectReader(input, at: "claims")
    do {
      number = try reader.requireString("number")
      validFrom = try Self.day(try reader.requireString("valid_from"), "valid_from")
      validUntil = try Self.day(optional: try reader.optionalString("valid_until"), "valid_until")
      issueDate = try Self.day(optional: try reader.optionalString("issue_date"), "issue_date")
      holders = try Self.holders(&reader)
    } catch let error as EncodingError {
      throw CertificatesError(error, in: "claims")
    } catch let error as CertificatesError {
      throw error
    } catch {
      throw CertificatesError(.wrongMember, "the claims cannot be read", cause: error)
    }
    self.own = own
    if let validUntil, validUntil < validFrom {
      throw CertificatesError(
        .period, "the certificate ends before it begins", at: "claims.valid_until")
    }
  }

  private static func day(_ text: String, _ name: String) throws(EncodingError) -> Day {
    do {
      return try Day(parsing: text)
    } catch {
      throw EncodingError(.valueOutOfRange, error.message, at: .path("claims.\(name)"))
    }
  }

  private static func day(optional text: String?, _ name: String) throws(EncodingError) -> Day? {
    guard let text else { return nil }
    return try day(text, name)
  }

  private static func holders(_ reader: inout ObjectReader) throws -> [Holder] {
    var holders: [Holder] = []
    for var element in try reader.requireReaders("holders") {
      let name = try element.requireString("name")
      let code = try element.requireString("code")
      let codeType = try HolderCodeType(try element.requireString("code_type"))
      try element.finish()
      holders.append(try Holder(name: name, code: code, codeType: codeType))
    }
    guard (1...16).contains(holders.count) else {
      throw CertificatesError(
        .wrongMember, "a certificate names 1 to 16 holders", at: "claims.holders")
    }
    return holders
  }
}
