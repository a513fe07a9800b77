import Certificates
import Cryptography
import Ledger

/// What shall be issued, and where it goes.
public struct IssueOrder: Sendable {
  /// The issuing department's USCC.
  public let department: String
  /// The type's version.
  public let type: TypeFile
  /// The rows, all of them faultless.
  public let claims: CheckedClaims
  /// Holders' keys of the one certificate of a file; empty for many.
  public let holderKeys: [P256PublicKey?]
  /// Where deliveries go.
  public let target: DeliveryTarget
  /// The certificate whose place the one certificate of a file takes; a sheet of replacements says
  /// it in each row.
  public var previous: CertificateIdentifier?

  /// Joins them.
  public init(
    department: String, type: TypeFile, claims: CheckedClaims, holderKeys: [P256PublicKey?] = [],
    target: DeliveryTarget
  ) {
    self.department = department
    self.type = type
    self.claims = claims
    self.holderKeys = holderKeys
    self.target = target
  }

  /// Whether each certificate takes the place of another.
  var isReplacement: Bool { previous != nil || claims.isReplacement }

  /// How the file is meant: part of the job's id.
  var form: String {
    let name = claims.file.form.name
    guard isReplacement else { return name }
    return "replace/\(name)" + (previous.map { "/\($0.text)" } ?? "")
  }
}

/// Watches a job.
public struct IssueWatch {
  /// Called after each batch with the rows decided so far and all.
  public var progress: (_ done: Int, _ total: Int) -> Void
  /// Asked between two batches.
  public var shouldStop: () -> Bool
  /// At most so many rows in memory and in one append; tests take few.
  package var batchCount = 1_000

  /// Watches nothing unless told.
  public init(
    progress: @escaping (_ done: Int, _ total: Int) -> Void = { _, _ in },
    shouldStop: @escaping () -> Bool = { false }
  ) {
    self.progress = progress
    self.shouldStop = shouldStop
  }
}

/// What a job did.
public struct IssueReport: Sendable {
  /// The job.
  public let batch: BatchID
  /// How far it is, all runs together.
  public let record: BatchRecord
  /// Certificates issued by this run.
  public internal(set) var issuedCount = 0
  /// Copies issued by this run.
  public internal(set) var copyCount = 0
  /// Whether an earlier run had begun the job.
  public internal(set) var isResumed = false
  /// Whether it was stopped before its end.
  public internal(set) var isInterrupted = false
  /// Certificates of earlier runs that have ended since, or are suspended.
  public internal(set) var overCount = 0
  /// Identifiers issued by the job, at most 16: for those who issue singly.
  public internal(set) var identifiers: [String] = []
  /// Certificates that gave way in this run, at most 1,000; as many as were issued.
  public internal(set) var replaced: [ReplacedCertificate] = []
  /// The signed checkpoint over all of it.
  public internal(set) var checkpoint: VerifiedCheckpoint?

  /// Certificates that earlier runs had issued.
  public var alreadyIssuedCount: Int { record.issuedCount - issuedCount }
  /// Refused rows of all runs, at most 1,000, by line.
  public var refused: [IssueFault] {
    record.refusals.map(IssueFault.init).sorted { $0.line < $1.line }
  }
}
