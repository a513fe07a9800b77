/// The identifier of a certificate (证照标识): root, type, issuer, serial, version, check character.
///
/// `1.2.156.3005.2.<type code>.<issuer>.<serial>.<version>.<check>`; the check character is
/// ISO/IEC 7064 MOD 37,36 over the four parts between, without points. Spec: identifier.md;
/// GB/T 36904.
public struct CertificateIdentifier: Sendable, Hashable, CustomStringConvertible {
  /// The root that all identifiers share.
  public static let root = "1.2.156.3005.2"
  /// The most characters of a serial.
  public static let serialLengthMax = 64

  /// The whole text.
  public let text: String
  /// The type's code, 21 characters.
  public let typeCode: String
  /// The issuer's code: a USCC in our own identifiers.
  public let issuerCode: String
  /// Digits and capitals, chosen by the issuer.
  public let serial: String
  /// 1–999; each change of the certificate has the next.
  public let version: Int

  /// Makes an identifier. Throws `identifier_form` for a serial or version outside its form.
  public static func make(
    type: TypeCode, issuer: USCC, serial: String, version: Int
  ) throws(CertificatesError) -> CertificateIdentifier {
    guard (1...serialLengthMax).contains(serial.utf8.count),
      serial.utf8.allSatisfy(\.isSerialCharacter), (1...999).contains(version)
    else {
      throw CertificatesError(
        .identifierForm, "a serial has 1 to 64 digits and capitals, a version lies in 1–999")
    }
    let parts = [type.text, issuer.text, serial]
    var bytes = prefix
    bytes.reserveCapacity(128)
    for part in parts {
      bytes.append(contentsOf: part.utf8)
      bytes.append(UInt8(ascii: "."))
    }
    bytes.append(contentsOf: paddedVersion(version).utf8)
    var check = CheckCharacter.Mod37()
    for part in bytes[prefix.count...].split(separator: UInt8(ascii: "."))
    where !check.update(part) {
      throw CertificatesError(.identifierForm, "an identifier has digits and capitals only")
    }
    bytes.append(UInt8(ascii: "."))
    bytes.append(check.character)
    return CertificateIdentifier(String(decoding: bytes, as: UTF8.self), parts, version)
  }

  /// Reads an identifier of ours: type and issuer must be well-formed codes.
  ///
  /// Throws `identifier_form`, `code_form` or `check_character`.
  public init(_ text: String) throws(CertificatesError) {
    try self.init(tolerant: text)
    _ = try TypeCode(typeCode)
    _ = try USCC(issuerCode)
  }

  /// Reads a foreign identifier: type and issuer may be any codes of digits and capitals, as
  /// in older registers that put a district in the issuer's place.
  ///
  /// Throws `identifier_form` or `check_character`.
  public init(tolerant text: String) throws(CertificatesError) {
    let bytes = Array(text.utf8)
    guard bytes.count <= 200, bytes.starts(with: Self.prefix) else { throw Self.malformed }
    // Bytes, not characters: every entry is judged by its identifier.
    let parts = bytes[Self.prefix.count...].split(
      separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].count == 21, (1...18).contains(parts[1].count),
      (1...Self.serialLengthMax).contains(parts[2].count), parts[3].count == 3,
      parts[4].count == 1
    else { throw Self.malformed }
    var check = CheckCharacter.Mod37()
    for part in parts[..<4] where !check.update(part) { throw Self.malformed }
    var version = 0
    for digit in parts[3] {
      guard (0x30...0x39).contains(digit) else { throw Self.malformed }
      version = version * 10 + Int(digit) - 0x30
    }
    guard version > 0 else { throw Self.malformed }
    guard parts[4].first == check.character else {
      throw CertificatesError(
        .checkCharacter, "the last character does not fit the identifier; one was mistyped")
    }
    self.init(text, parts[..<3].map { String(decoding: $0, as: UTF8.self) }, version)
  }

  /// The identifier of the next version. Throws `versions_exhausted` after 999.
  public func next() throws(CertificatesError) -> CertificateIdentifier {
    guard version < 999 else {
      throw CertificatesError(.versionsExhausted, "no version after 999; issue a new serial")
    }
    return try .make(
      type: try TypeCode(typeCode), issuer: try USCC(issuerCode), serial: serial,
      version: version + 1)
  }

  /// The whole text.
  public var description: String { text }

  private init(_ text: String, _ parts: [String], _ version: Int) {
    self.text = text
    typeCode = parts[0]
    issuerCode = parts[1]
    serial = parts[2]
    self.version = version
  }

  private static let prefix = Array("\(root).".utf8)

  private static var malformed: CertificatesError {
    CertificatesError(
      .identifierForm,
      "an identifier is \(root).<type>.<issuer>.<serial>.<three-digit version>.<check character>")
  }

  private static func paddedVersion(_ version: Int) -> String {
    let digits = String(version)
    return String(repeating: "0", count: 3 - digits.count) + digits
  }
}
