import Cryptography
import Encoding

/// Judges certificates under one pinned root, from files alone.
///
/// Every check is made and reported; nothing is fetched. What a session keeps it worked out from
/// what it was given (decisions/0025).
/// Spec: certificate.md, "Verifying".
public struct CertificateVerifier: Sendable {
  /// How far clocks may differ, seconds.
  public static let skewSeconds: Int64 = 60

  /// What a verdict may rest on besides the certificate.
  public struct Evidence: Sendable {
    /// The registry's trust list.
    public var trustList: SignedTrustList?
    /// Type files; the right one is found by code and version.
    public var types: [TypeFile]
    /// Status tokens; the right one is found by its URI.
    public var statusTokens: [StatusToken]
    /// A time, in seconds, at which the certificate is proven to have existed: by the ledger.
    public var provenTime: Int64?
    /// The largest sequence of a trust list seen before under this root.
    public var sequenceMin: Int64?

    /// Makes evidence.
    public init(
      trustList: SignedTrustList? = nil, types: [TypeFile] = [],
      statusTokens: [StatusToken] = [], provenTime: Int64? = nil, sequenceMin: Int64? = nil
    ) {
      self.trustList = trustList
      self.types = types
      self.statusTokens = statusTokens
      self.provenTime = provenTime
      self.sequenceMin = sequenceMin
    }
  }

  /// The answer about one certificate.
  public struct Report: Sendable {
    /// The certificate, if its format is right.
    public let certificate: UnverifiedCertificate?
    /// Every check.
    public let checks: CheckList
  }

  /// Paths under the pinned root.
  public let paths: PathValidator
  private let reader = IdentityReaderCache()

  /// A verifier that believes one root.
  public init(paths: PathValidator) { self.paths = paths }

  /// Judges a certificate without presentation.
  ///
  /// `time` is when things are judged, `clock` what the clock says, both in seconds. For many
  /// certificates under the same evidence use a ``session(evidence:at:clock:)``.
  public func verify(
    _ bytes: [UInt8], evidence: Evidence, at time: Int64, clock: Int64
  ) -> Report {
    session(evidence: evidence, at: time, clock: clock).verify(bytes)
  }

  /// Judges the evidence once, for many certificates.
  public func session(evidence: Evidence, at time: Int64, clock: Int64) -> Session {
    Session(evidence: evidence, paths: paths, reader: reader, time: time, clock: clock)
  }

  /// Evidence that was judged, and a time; safe to use from many threads.
  public final class Session: Sendable {
    package let evidence: Evidence
    package let paths: PathValidator
    package let reader: IdentityReaderCache
    package let time: Int64
    package let clock: Int64
    /// The trust list, if it may be believed.
    package let list: TrustList?
    /// The host that it speaks for.
    let host: String?
    let certificateHeaders = JWSHeaders(of: .certificate)
    let bindingHeaders = JWSHeaders(of: .keyBinding)
    /// The type files given, with what is worked out of them.
    let types: [KnownType]
    let lastAsker = LastAsker()
    let listEvidence = ListEvidenceCache()
    private let statusTokens: [Digest: [StatusEvidence]]
    /// Why the trust list must not be believed.
    public let trustListFaults: [CertificatesError]

    init(
      evidence: Evidence, paths: PathValidator, reader: IdentityReaderCache, time: Int64,
      clock: Int64
    ) {
      self.evidence = evidence
      self.paths = paths
      self.reader = reader
      self.time = time
      self.clock = clock
      types = evidence.types.map(KnownType.init)
      trustListFaults =
        evidence.trustList?.faults(
          under: paths, at: time, clock: clock, sequenceMin: evidence.sequenceMin) ?? []
      list = trustListFaults.isEmpty ? evidence.trustList?.unverifiedList : nil
      host = list?.host
      statusTokens = Dictionary(
        grouping: evidence.statusTokens.map { StatusEvidence($0, reader: reader) },
        by: { SHA256.hash(Array($0.token.uri.utf8)) })
    }

    /// The status tokens of a list, by the bytes of its URI.
    package func statusTokens(of uri: String) -> [StatusEvidence] {
      statusTokens[SHA256.hash(Array(uri.utf8))] ?? []
    }

    /// Judges a certificate without presentation; `provenTime` is a time, in seconds, at which the
    /// ledger proves that it existed.
    public func verify(_ bytes: [UInt8], provenTime: Int64? = nil) -> Report {
      let certificate: UnverifiedCertificate
      do {
        certificate = try UnverifiedCertificate(
          parsing: bytes, keyBinding: .refused, headers: certificateHeaders)
      } catch {
        return unreadable(error)
      }
      return verify(certificate, provenTime: provenTime)
    }

    /// Judges a certificate that was read before.
    public func verify(
      _ certificate: UnverifiedCertificate, provenTime: Int64? = nil
    ) -> Report {
      let checks = CertificateChecks(
        certificate: certificate, session: self, provenTime: provenTime ?? evidence.provenTime)
      return Report(certificate: certificate, checks: CheckList(checks.all()))
    }

    /// The answer about a text that is no certificate.
    public func unreadable(_ error: CertificatesError) -> Report {
      Report(certificate: nil, checks: CheckList(CertificateVerifier.unreadable(error)))
    }
  }

  /// The checks of a text that is no certificate: one failed, none of the others could be made.
  private static func unreadable(_ error: CertificatesError) -> [Check] {
    let names: [Check.Name] = [
      .signature, .issuer, .trust, .keyState, .type, .schema, .validity, .status,
    ]
    return [Check.judged(.format, [error], passed: "")]
      + names.map { .notShown($0, error.code, "the certificate cannot be read") }
  }
}
