import Cryptography
import Encoding

/// A copy that wants only its signature.
public struct UnsignedCopy: Sendable {
  /// Header and payload in base64url, ASCII: what is signed.
  public let signingInput: [UInt8]
  /// The openings of all claims, `~<disclosure>~…~`.
  let openings: [UInt8]
  let signer: JWSSigner

  /// The openings of all claims.
  public var disclosures: [Disclosure] { DisclosureText.disclosures(in: openings[...]) }

  /// Signs it. Throws `cryptography`.
  public consuming func signed() throws(CertificatesError) -> CertificateCopy {
    try CertificateCopy(signing: signingInput, with: signer, openings: openings)
  }
}

/// One signed copy of a certificate, with all its disclosures.
public struct CertificateCopy: Sendable {
  /// The combined form, `<token>~<disclosure>~…~`, ASCII.
  public let bytes: [UInt8]
  private let tokenCount: Int
  /// SHA-256 of the issuer's token: the copy's name in the ledger.
  public let digest: Digest

  /// Signs and joins in the array of the signing input: with room in it nothing is copied.
  init(
    signing input: consuming [UInt8], with signer: JWSSigner, openings: [UInt8]
  ) throws(CertificatesError) {
    var bytes = input
    digest = try signer.complete(&bytes)
    tokenCount = bytes.count
    bytes.append(contentsOf: openings)
    self.bytes = bytes
  }

  /// The issuer's token, ASCII.
  public var token: [UInt8] { Array(bytes[..<tokenCount]) }
  /// The openings of all claims.
  public var disclosures: [Disclosure] { DisclosureText.disclosures(in: bytes[tokenCount...]) }
}
