import Certificates
import Cryptography
import Encoding
import Rules

/// Whether a certificate in force has the values that the type wants to occur once.
///
/// Spec: issuing.md, "One batch".
struct Uniqueness: Sendable {
  private let type: TypeFile
  /// Whether the number alone is unique: then the row's `number` serves.
  private let isNumber: Bool

  init(_ type: TypeFile) {
    self.type = type
    isNumber = type.unique == ["number"]
  }

  /// The lookup of a type and a number.
  static func numberLookup(_ type: TypeCode, _ number: String, _ cipher: VaultCipher) -> Int64 {
    cipher.lookup("number", [type.text, number])
  }

  /// The lookup for the row's `uniqueness`; nil where the number serves or a value is absent.
  func lookup(_ claims: CertificateClaims, _ cipher: VaultCipher) -> Int64? {
    guard !isNumber, let values = values(claims) else { return nil }
    return cipher.lookup("unique", [type.code.text] + values)
  }

  /// The same for the claims of a certificate that entered.
  func lookup(of claims: JSONObject, _ cipher: VaultCipher) -> Int64? {
    guard !isNumber, let values = values({ claims[$0] }) else { return nil }
    return cipher.lookup("unique", [type.code.text] + values)
  }

  /// The column to name in a fault.
  var column: String? { type.unique.count == 1 ? type.unique[0] : nil }

  /// For each order the certificate in force that has its values, its predecessor aside.
  func taken(
    _ orders: [CertificateOrder], _ builder: CertificateBuilder, _ writer: Writer
  ) throws(RegistryError) -> [CertificateRow?] {
    var taken = [CertificateRow?](repeating: nil, count: orders.count)
    guard !type.unique.isEmpty else { return taken }
    var byLookup: [Int64: [Int]] = [:]
    for (index, order) in orders.enumerated() {
      let found =
        isNumber
        ? Uniqueness.numberLookup(type.code, order.claims.number, writer.cipher)
        : lookup(order.claims, writer.cipher)
      if let found { byLookup[found, default: []].append(index) }
    }
    let rows = try writer.vault.certificates(
      lookups: byLookup.keys.sorted(), in: isNumber ? .number : .uniqueness)
    let today = Int64(writer.now.day.number)
    for row in rows where row.type == builder.typeNumber && Uniqueness.isInForce(row, today) {
      guard let key = isNumber ? row.number : row.uniqueness, let indices = byLookup[key] else {
        continue
      }
      // The lookup is truncated: another value may share it, so the values are compared in full.
      let values = try storedValues(row, writer)
      for index in indices
      where orders[index].previous?.row.id != row.id && self.values(orders[index].claims) == values
      {
        taken[index] = row
      }
    }
    return taken
  }

  /// Suspended is in force; ended is not, nor is what has passed its last day.
  private static func isInForce(_ row: CertificateRow, _ today: Int64) -> Bool {
    guard let state = CertificateState(number: row.state), state.coarse != .ended else {
      return false
    }
    return row.until.map { $0 >= today } ?? true
  }

  private func values(_ claims: CertificateClaims) -> [String]? {
    var values: [String] = []
    for name in type.unique {
      guard
        let value = name == "number" ? JSONValue.string(claims.number) : claims.own[name]
      else { return nil }
      values.append(String(decoding: value.canonicalBytes(), as: UTF8.self))
    }
    return values
  }

  /// The same values of a certificate that entered.
  private func storedValues(
    _ row: CertificateRow, _ writer: Writer
  ) throws(RegistryError) -> [String]? {
    let claims = try IssuedCertificate.claims(of: row, writer.vault, writer.cipher)
    return values { claims[$0] }
  }

  private func values(_ claim: (String) -> JSONValue?) -> [String]? {
    var values: [String] = []
    for name in type.unique {
      guard let value = claim(name) else { return nil }
      values.append(String(decoding: value.canonicalBytes(), as: UTF8.self))
    }
    return values
  }
}
