import Certificates
import Cryptography
import Encoding
import Ledger
import Rules
import Verification

/// A copy that a holder has, with its delivery.
public struct WalletCopy: Sendable {
  /// The file.
  public let path: String
  /// The delivery, as it was handed out.
  public let delivery: Delivery
  /// The certificate in it.
  public let certificate: UnverifiedCertificate
  /// The event that issued it.
  public let event: Event

  /// Reads a delivery. Throws `malformedDelivery` and what its parts throw.
  public init(parsing bytes: [UInt8], path: String) throws {
    let delivery = try Delivery(parsing: bytes)
    try self.init(
      delivery, try UnverifiedCertificate(parsing: delivery.copy, keyBinding: .refused),
      path: path)
  }

  init(
    _ delivery: Delivery, _ certificate: UnverifiedCertificate, path: String
  ) throws(RulesError) {
    self.path = path
    self.delivery = delivery
    self.certificate = certificate
    event = try Event(parsing: delivery.receipt.entry.event)
  }

  /// The delivery as a file of its own, to be verified.
  public var file: KnownFile { KnownFile(recognising: delivery.bytes + [0x0A]) }

  /// SHA-256 of the issuer JWT: its name in the wallet and in grants.
  public var digest: Digest { certificate.digest }
  /// The thumbprint of the key that it is bound to; nil for one that is bound to none.
  public var key: Digest? { certificate.holderKey?.thumbprint }
  /// The origin of the ledger that has its entry.
  public var origin: String { event.audience }
  /// The code of its type.
  public var type: String { event.text("type") ?? "" }

  /// What the issuing department signed about whose copy it is: code type, code and commitment.
  public var subject: JSONValue? {
    delivery.receipt.disclosures.first { $0.name.hasPrefix("subject_") }?.value
  }

  /// Whether it is certainly of the same person as another.
  public func isOfSameSubject(as other: WalletCopy) -> Bool {
    guard let own = subject, let others = other.subject, own["code"] != nil else { return false }
    return own["code"] == others["code"] && own["code_type"] == others["code_type"]
  }

  /// Whether it shows all that another delivery of the copy shows, and more.
  func isFuller(than other: WalletCopy) -> Bool {
    Set(certificate.disclosures).isStrictSuperset(of: other.certificate.disclosures)
  }

  /// The copy with all that another delivery of it shows, too.
  ///
  /// The issuer's token vouches for the disclosures. Receipt and thread keys are this delivery's:
  /// without a trust list nobody vouches for the other's. Throws what reading the copy does.
  func showing(_ other: WalletCopy) throws -> WalletCopy {
    let own = Set(certificate.disclosures)
    let more = other.certificate.disclosures.filter { !own.contains($0) }
    guard !more.isEmpty else { return self }
    // What shows all is taken byte for byte.
    let isAll = own.isSubset(of: other.certificate.disclosures)
    let bytes =
      isAll
      ? other.delivery.copy
      : SDJWT.join(
        token: SDJWT.issuerToken(of: delivery.copy), disclosures: certificate.disclosures + more)
    let joined = try Delivery(
      copy: bytes, receipt: delivery.receipt, certificateThread: delivery.certificateThread,
      subjectThread: delivery.subjectThread)
    return try WalletCopy(
      joined, try UnverifiedCertificate(parsing: bytes, keyBinding: .refused), path: path)
  }

  /// Whether the period of the certificate has begun and is not over.
  public func isValid(at seconds: Int64) -> Bool {
    certificate.notBefore <= seconds && certificate.expiresAt.map { seconds < $0 } ?? true
  }
}
