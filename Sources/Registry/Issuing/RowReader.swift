import Certificates
import Cryptography
import Encoding

/// One row that fits its type.
struct ClaimRow: Sendable {
  let line: Int
  let claims: CertificateClaims
  let holderKeys: [P256PublicKey?]
  let previous: CertificateIdentifier?
}

/// How rows of one file become claims; made from the header of a sheet.
struct RowReader: Sendable {
  enum Kind: Sendable {
    case sheet(RowMapper, TextEncoding)
    case json
  }

  enum Outcome: Sendable {
    case row(ClaimRow)
    case faults([IssueFault])
    case blank
  }

  let type: TypeFile
  let kind: Kind

  func read(fields: [String], line: Int, _ mapper: RowMapper) -> Outcome {
    switch mapper.map(fields, line: line) {
    case .blank: .blank
    case .faults(let faults): .faults(faults.map(IssueFault.init))
    case .row(let row):
      .row(
        ClaimRow(
          line: line, claims: row.claims, holderKeys: row.holderKeys,
          previous: row.previousIdentifier))
    }
  }

  func read(json: JSONValue, line: Int) -> Outcome {
    switch type.readClaims(json) {
    case .faults(let faults): .faults(faults.map { IssueFault($0, line: line) })
    case .claims(let claims):
      .row(ClaimRow(line: line, claims: claims, holderKeys: [], previous: nil))
    }
  }

  /// The first 8 bytes of SHA-256 of a row's fields, a zero byte after each.
  static func digest(fields: [String]) -> UInt64 {
    var hash = SHA256()
    for field in fields {
      hash.update(field)
      hash.update(0)
    }
    return hash.finish().words.0
  }

  static func digest(bytes: [UInt8]) -> UInt64 { SHA256.hash(bytes).words.0 }

  /// Reads a row again that was faultless before; throws `fileChanged`.
  func reread(_ place: RowPlace, in file: ClaimsFile) throws(RegistryError) -> ClaimRow {
    let bytes = try file.bytes(place)
    let outcome: Outcome
    do throws(EncodingError) {
      switch kind {
      case .json:
        guard RowReader.digest(bytes: bytes) == place.digest else { throw Self.other }
        let value = try JSONValue(parsing: bytes, maximumBytes: ClaimsFile.rowBytesMax)
        outcome = read(json: value, line: Int(place.line))
      case .sheet(let mapper, let encoding):
        let fields = try CSVRecord.parse(recordBytes: bytes, encoding: encoding)
        guard RowReader.digest(fields: fields) == place.digest else { throw Self.other }
        outcome = read(fields: fields, line: Int(place.line), mapper)
      }
    } catch {
      throw file.changed
    }
    guard case .row(let row) = outcome else { throw file.changed }
    return row
  }

  private static let other = EncodingError(.invalidText, "the row is another")
}
