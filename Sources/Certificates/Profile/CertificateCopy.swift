import Cryptography
import Encoding

/// A copy that wants only its signature.
public struct UnsignedCopy: Sendable {
  /// Header and payload in base64url, ASCII: what is signed.
  public let signingInput: [UInt8]
  /// The openings of all claims.
  public let disclosures: [Disclosure]
  let signer: JWSSigner

  /// Signs it. Throws `cryptography`.
  public func signed() throws(CertificatesError) -> CertificateCopy {
    CertificateCopy(
      token: try signer.sign(signingInput: signingInput), disclosures: disclosures)
  }
}

/// One signed copy of a certificate, with all its disclosures.
public struct CertificateCopy: Sendable {
  /// The issuer's token, ASCII.
  public let token: [UInt8]
  /// The openings of all claims.
  public let disclosures: [Disclosure]
  /// SHA-256 of the issuer's token: the copy's name in the ledger.
  public let digest: Digest

  init(token: [UInt8], disclosures: [Disclosure]) {
    self.token = token
    self.disclosures = disclosures
    digest = SHA256.hash(token)
  }

  /// The combined form, `<token>~<disclosure>~…~`, ASCII.
  public var bytes: [UInt8] { SDJWT.join(token: token, disclosures: disclosures) }
}
