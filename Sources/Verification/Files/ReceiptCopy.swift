import Certificates
import Encoding
import Rules

/// A copy of a certificate that a receipt opens: where its status stands, and of which issuer.
///
/// Spec: receipt.md, "For strangers".
struct ReceiptCopy {
  /// The issuing department's URI.
  let issuer: String
  /// Where the copy's status stands; nil where the opening does not say.
  let status: StatusReference?

  /// Every copy that a receipt opens. What is wrong with its event the receipt's own check says.
  static func all(in receipt: Receipt) -> [ReceiptCopy] {
    let opened = receipt.disclosures.filter { $0.name.hasPrefix("copy_") }
    guard !opened.isEmpty else { return [] }
    let issuer: String
    do throws(RulesError) { issuer = try Event(parsing: receipt.entry.event).issuer } catch {
      return opened.map { _ in ReceiptCopy(issuer: "", status: nil) }
    }
    return opened.map { ReceiptCopy(issuer: issuer, status: status($0.value["status"])) }
  }

  private static func status(_ value: JSONValue?) -> StatusReference? {
    guard let index = value?["idx"]?.integerValue, index >= 0,
      let uri = value?["uri"]?.stringValue
    else { return nil }
    return StatusReference(index: Int(index), uri: uri)
  }

  /// The check of all copies together; nil for the receipt of an act that makes none.
  ///
  /// That an opening is left out must not make the answer better: what was made, and is not opened,
  /// was not shown.
  static func check(_ receipt: Receipt, in session: CertificateVerifier.Session) -> Check? {
    let checks = all(in: receipt).map { copy in
      guard let status = copy.status else {
        return Check.notShown(
          .status, code: CertificatesError.Code.statusMissing.description,
          "the receipt opens a copy without its place in a status list")
      }
      return session.status(status, of: copy.issuer)
    }
    if let open = checks.first(where: { $0.result == .failed })
      ?? checks.first(where: { $0.result != .passed })
    {
      return open
    }
    if let good = checks.first {
      return .passed(
        .status, "\(good.text), unless its period is over, which a receipt does not say")
    }
    guard makesCopies(receipt) else { return nil }
    return .notShown(
      .status, code: CertificatesError.Code.statusMissing.description,
      "the receipt opens no copy; whether the certificate is in force cannot be told")
  }

  private static func makesCopies(_ receipt: Receipt) -> Bool {
    do throws(RulesError) {
      return try Event(parsing: receipt.entry.event).kind.makesCopies
    } catch {
      return false
    }
  }
}

extension EventKind {
  /// Whether it issues a certificate, or makes further copies of one.
  var makesCopies: Bool { self == .certificateIssued || self == .certificateCopied }
}

extension Receipt {
  /// The identifier of the certificate, where it is opened.
  var certificateIdentifier: String? {
    disclosures.first { $0.name == "certificate" }?.value["identifier"]?.stringValue
  }

  /// Whether it opens a certificate and copies of it, and nobody.
  var isForStrangers: Bool {
    disclosures.allSatisfy { $0.name == "certificate" || $0.name.hasPrefix("copy_") }
  }
}
