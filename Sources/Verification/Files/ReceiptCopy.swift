import Certificates
import Encoding
import Rules

/// What a receipt for strangers opens: a certificate and one copy of it, and no person.
///
/// Spec: receipt.md, "For strangers".
struct ReceiptCopy {
  /// The certificate's identifier.
  let identifier: String
  /// The issuing department's URI.
  let issuer: String
  /// Where the copy's status stands.
  let status: StatusReference

  /// Reads it; nil for a receipt that opens anything else.
  init?(_ receipt: Receipt) {
    let copies = receipt.disclosures.filter { $0.name.hasPrefix("copy_") }
    guard receipt.disclosures.count == 2, let copy = copies.first,
      let certificate = receipt.disclosures.first(where: { $0.name == "certificate" }),
      let identifier = certificate.value["identifier"]?.stringValue,
      let index = copy.value["status"]?["idx"]?.integerValue, index >= 0,
      let uri = copy.value["status"]?["uri"]?.stringValue
    else { return nil }
    do throws(RulesError) { issuer = try Event(parsing: receipt.entry.event).issuer } catch {
      // The receipt's own check says what is wrong with it.
      return nil
    }
    self.identifier = identifier
    status = StatusReference(index: Int(index), uri: uri)
  }
}
