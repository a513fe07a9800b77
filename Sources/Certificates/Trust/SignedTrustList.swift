import Cryptography
import Encoding

/// A trust list as it was received: read, but believed only after `faults` found none.
public struct SignedTrustList: Sendable {
  /// The token.
  public let token: JWS
  /// What the list says; nobody vouches for it yet.
  public let unverifiedList: TrustList

  /// Reads a list. Throws the codes of ``JWS`` and of JSON members.
  public init(parsing bytes: [UInt8]) throws(CertificatesError) {
    token = try JWS(parsing: bytes, as: .trustList)
    unverifiedList = try TrustList(reading: try token.unverifiedClaims())
  }

  /// Signs a list; ASCII. The key is the list signer's. Throws `cryptography`.
  public static func sign(
    _ list: TrustList, identity: Identity, key: P256PrivateKey
  ) throws(CertificatesError) -> [UInt8] {
    try JWSSigner(type: "kanhe-trust+jwt", identities: [identity.der], key: key)
      .sign(payload: list.canonicalBytes())
  }

  /// Why the list must not be believed; empty if it may.
  ///
  /// `time` is when things are judged, `clock` what the clock says, both in seconds;
  /// `sequenceMin` is the largest sequence seen before. Spec: trust-list.md, "Rules for a reader".
  public func faults(
    under paths: PathValidator, at time: Int64, clock: Int64, sequenceMin: Int64?
  ) -> [CertificatesError] {
    var faults: [CertificatesError] = []
    let path = IssuerPath(token.identities, reader: IdentityReaderCache())
    if let key = path.leaf?.publicKey, !token.isSigned(by: key) {
      faults.append(
        CertificatesError(.signatureInvalid, "the signature is not the list signer's"))
    }
    faults += path.faults(
      under: paths, for: .listSigner, at: unverifiedList.issuedAt, uri: nil)
    if let host = paths.host, unverifiedList.host != host {
      faults.append(
        CertificatesError(
          .foreignHost,
          "the trust list is of another registry than \(host), for which the root "
            + "is believed", at: "iss"))
    }
    if unverifiedList.expiresAt <= time {
      faults.append(
        CertificatesError(.trustListExpired, "the trust list expired; get a newer one"))
    }
    if unverifiedList.issuedAt > clock + CertificateVerifier.skewSeconds {
      faults.append(
        CertificatesError(.trustListFuture, "the trust list is dated in the future"))
    }
    if let sequenceMin, unverifiedList.sequence < sequenceMin {
      faults.append(
        CertificatesError(
          .lowerSequence, "a newer trust list was seen before; this one is held back"))
    }
    return faults
  }
}
