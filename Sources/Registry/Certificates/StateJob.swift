import Certificates
import Ledger
import Rules

/// Steps of any number of certificates, batch by batch.
///
/// After an interruption or a crash the same job is begun anew: steps already taken are passed
/// over. Requests are taken in a random order, so that the order of two files, or of the entries
/// that issued a batch, cannot link the entries about one certificate.
public struct StateJob {
  /// Steps in one append.
  public static let batchCount = 1_000

  /// How many requests there are.
  public let count: Int
  /// The request at a position below `count`; it may read it again from a file.
  private let request: (Int) throws(RegistryError) -> StateRequest

  /// A job of requests that are read when their turn comes.
  public init(count: Int, request: @escaping (Int) throws(RegistryError) -> StateRequest) {
    self.count = count
    self.request = request
  }

  /// A job of one request.
  public init(_ request: StateRequest) {
    self.init(count: 1) { _ in request }
  }

  /// Takes the steps.
  ///
  /// The lock is taken for one batch at a time. `isInterrupted` is asked between two batches;
  /// what is durable then stays. Throws what `Writer.takeSteps` throws.
  public func run(
    in registry: OpenRegistry, by signer: Signer, progress: (_ done: Int, _ total: Int) -> Void,
    isInterrupted: () -> Bool
  ) throws(RegistryError) -> StateReport {
    var report = StateReport()
    let order = try RandomOrder.of(count)
    var done = 0
    while done < count {
      if isInterrupted() {
        report.isInterrupted = true
        break
      }
      let end = min(done + StateJob.batchCount, count)
      var requests: [StateRequest] = []
      for position in done..<end { requests.append(try request(order(position))) }
      let result = try registry.write { writer throws(RegistryError) in
        try writer.takeSteps(requests, by: signer)
      }
      for outcome in result.outcomes { report.note(outcome) }
      report.checkpoint = result.checkpoint
      done = end
      progress(done, count)
    }
    return report
  }
}

/// What a job came to.
public struct StateReport: Sendable {
  /// At most so many changes and so many refusals are kept; all are counted.
  public static let listedCountMax = 1_000

  /// The first changes, in the order of their entries.
  public private(set) var changes: [StateChange] = []
  /// How many certificates changed.
  public private(set) var changedCount = 0
  /// The first that were in the wanted state already.
  public private(set) var standing: [StandingCertificate] = []
  /// How many were in the wanted state already.
  public private(set) var alreadyCount = 0
  /// How many of a batch could not take the step.
  public private(set) var passedOverCount = 0
  /// The first refusals.
  public private(set) var refusals: [StateRefusal] = []
  /// How many were refused.
  public private(set) var refusedCount = 0
  /// Whether it was interrupted between two batches.
  public internal(set) var isInterrupted = false
  /// The newest checkpoint; nil when nothing was asked.
  public internal(set) var checkpoint: VerifiedCheckpoint?

  /// Nothing was done yet.
  init() {}

  /// Nothing was done: these were refused before.
  init(refusedCount: Int, _ refusals: [StateRefusal]) {
    self.refusedCount = refusedCount
    self.refusals = refusals
  }

  /// How many requests were decided.
  public var decidedCount: Int { changedCount + alreadyCount + passedOverCount + refusedCount }

  mutating func note(_ outcome: StateOutcome) {
    switch outcome {
    case .changed(let change):
      changedCount += 1
      if changes.count < StateReport.listedCountMax { changes.append(change) }
    case .alreadyThere(let certificate):
      alreadyCount += 1
      if standing.count < StateReport.listedCountMax { standing.append(certificate) }
    case .passedOver: passedOverCount += 1
    case .refused(let refusal):
      refusedCount += 1
      if refusals.count < StateReport.listedCountMax { refusals.append(refusal) }
    }
  }
}
