extension CertificateChecks {
  /// The status list of the certificate's issuer says valid.
  func status() -> Check {
    .notShown(
      .status, .statusMissing, "no status token given; add that of \(certificate.status.uri)")
  }
}
