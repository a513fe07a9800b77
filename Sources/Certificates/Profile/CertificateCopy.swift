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
  public consuming func signed() throws(CertificatesError) -> CertificateCopy {
    var token = signingInput
    let digest = try signer.complete(&token)
    return CertificateCopy(token: token, digest: digest, disclosures: disclosures)
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

  init(token: [UInt8], digest: Digest, disclosures: [Disclosure]) {
    self.token = token
    self.digest = digest
    self.disclosures = disclosures
  }

  /// The combined form, `<token>~<disclosure>~…~`, ASCII.
  public var bytes: [UInt8] { SDJWT.join(token: token, disclosures: disclosures) }
}
