import Cryptography

/// A status token whose signature was looked at once, for all certificates that refer to it.
package struct StatusEvidence {
  package let token: StatusToken
  package let path: IssuerPath
  let isSigned: Bool

  package init(_ token: StatusToken, reader: IdentityReaderCache) {
    self.token = token
    path = IssuerPath(token.token.identities, reader: reader)
    isSigned = path.signed(token.token)
  }

  /// When the token ceases to be evidence: `exp`, or else `iat` and `ttl`, or else our own life.
  package var expiresAt: Int64 {
    token.expiresAt
      ?? token.issuedAt + (token.refreshAfter ?? StatusToken.lifetimeSeconds)
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
    faults += path.faults(under: session.paths, for: .seal, at: token.issuedAt, uri: issuer)
    if let list = session.list {
      let entry = path.leaf.flatMap { list.department(uri: issuer)?.identity($0.sha256) }
      if entry?.use != .seal {
        faults.append(
          CertificatesError(
            .statusSigner, "the trust list does not have the status token's signer for sealing"))
      } else if case .compromised? = entry?.state {
        faults.append(
          CertificatesError(.statusSigner, "the key that signed the status token is compromised"))
      }
      if !list.statusURIs.contains(where: { $0.isIdentical(to: token.uri) }) {
        faults.append(
          CertificatesError(.statusURI, "the trust list does not have this status list"))
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
}
