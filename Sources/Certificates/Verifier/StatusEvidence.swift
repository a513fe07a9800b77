import Cryptography
import Encoding

/// A status token whose signature was looked at once, for all certificates that refer to it.
package struct StatusEvidence {
  package let token: StatusToken
  package let path: IssuerPath
  package let isSigned: Bool

  package init(_ token: StatusToken, reader: IdentityReaderCache) {
    self.token = token
    path = token.token.readHeader.path(reader)
    isSigned = path.signed(token.token)
  }

  /// When the token ceases to be evidence: `exp`, or else `iat` and `ttl`, or else our own life;
  /// never later than that.
  package var expiresAt: Int64 {
    let latest = token.issuedAt + StatusToken.lifetimeSeconds
    return min(
      latest, token.expiresAt ?? token.refreshAfter.map { token.issuedAt + $0 } ?? latest)
  }

  /// Why the token must not be believed about certificates of an issuer; empty if it may.
  package func faults(
    about issuer: String, in session: CertificateVerifier.Session
  ) -> [CertificatesError] {
    var faults: [CertificatesError] = []
    if !isSigned {
      faults.append(
        CertificatesError(.signatureInvalid, "the status token's signature is wrong"))
    }
    // Any other department's seal is genuine too, but has no say about this certificate.
    let sealer = path.leaf.flatMap { leaf in
      session.list?.departments(answeringFor: issuer).first { $0.identity(leaf.sha256) != nil }
    }
    faults += path.faults(
      under: session.paths, for: .seal, at: token.issuedAt, uri: sealer?.uri ?? issuer)
    if let list = session.list {
      let entry = path.leaf.flatMap { sealer?.identity($0.sha256) }
      if let fault = keyFault(entry, at: session.time) { faults.append(fault) }
      if !list.statusURIs.contains(where: { $0.hasSameBytes(as: token.uri) }) {
        faults.append(
          CertificatesError(
            .statusURI, "the trust list does not have this status list; get a newer trust list"))
      }
    }
    if token.issuedAt > session.clock + CertificateVerifier.skewSeconds {
      faults.append(
        CertificatesError(.statusFuture, "the status token is dated in the future"))
    }
    if expiresAt <= session.time {
      faults.append(
        CertificatesError(.statusExpired, "the status token expired; get a newer one"))
    }
    return faults
  }

  /// Why the signer's entry in the trust list does not let it seal this token.
  ///
  /// A compromised key's token counts never: nothing proves when it was signed.
  private func keyFault(
    _ entry: TrustList.IdentityEntry?, at time: Int64
  ) -> CertificatesError? {
    guard let entry, entry.use == .seal else {
      return CertificatesError(
        .statusSigner,
        "the trust list does not have the status token's signer for sealing this department's lists"
      )
    }
    switch entry.state {
    case .active: return nil
    case .compromised:
      return CertificatesError(
        .statusSigner, "the key that signed the status token is compromised")
    case .retired(let end):
      // A token of the same second as the one before is dated a second ahead.
      if token.issuedAt > end + CertificateVerifier.skewSeconds {
        return CertificatesError(
          .statusSigner, "the status token was signed after its signer's key was retired")
      }
      // The signer chose `iat`; when its key was retired the registry says.
      guard time >= end + StatusToken.lifetimeSeconds else { return nil }
      return CertificatesError(
        .statusExpired, "the status token's signer was retired over 7 days ago; get a newer token")
    }
  }
}
