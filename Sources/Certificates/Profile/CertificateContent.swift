import Encoding

/// What all copies of one certificate share, encoded; made by `CertificateProfile.content`.
public struct CertificateContent: Sendable {
  /// Claims but for the holders, with their canonical values.
  let members: [(name: String, value: [UInt8])]
  /// The canonical values of the holders.
  let holders: [[UInt8]]
  /// `iat`, 00:00Z of the day of making.
  let issuedAt: Int64
  /// `nbf`, 00:00Z of the first day.
  let notBefore: Int64
  /// `exp`, 00:00Z after the last day.
  let expiresAt: Int64?

  static func encode(_ holder: Holder) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 96)
    writer.raw("{\"code\":")
    writer.string(holder.code)
    writer.raw(",\"code_type\":")
    writer.string(holder.codeType.text)
    writer.raw(",\"name\":")
    writer.string(holder.name)
    writer.raw("}")
    return writer.bytes
  }
}

/// Where a copy's status stands.
public struct StatusReference: Sendable, Hashable {
  /// The index in the list.
  public let index: Int
  /// The list's URI.
  public let uri: String

  /// Makes a reference.
  public init(index: Int, uri: String) {
    self.index = index
    self.uri = uri
  }
}
