import Certificates
import Cryptography
import Ledger

/// Any number of further copies, batch by batch, with their deliveries in a folder.
///
/// After an interruption or a crash the same job is begun anew: a copy that is there already, known
/// by its key, is not made again, and only its missing delivery is written. Requests are taken in
/// a random order, as states are. Spec: issuing.md, "Further copies".
public struct CopyJob {
  private static let batchCount = 250

  /// How many requests there are.
  public let count: Int
  private let request: (Int) throws(RegistryError) -> CopyRequest

  /// A job of requests that are read when their turn comes.
  public init(count: Int, request: @escaping (Int) throws(RegistryError) -> CopyRequest) {
    self.count = count
    self.request = request
  }

  /// Makes and stops copies; deliveries go to the folder `path`, nil where copies stop only.
  ///
  /// The lock is taken for one batch at a time. `isInterrupted` is asked between two batches; what
  /// is durable then stays. Throws what opening the keys, `Writer.append` and writing files throw.
  public func run(
    in registry: OpenRegistry, by department: String, to path: String?,
    progress: (_ done: Int, _ total: Int) -> Void, isInterrupted: () -> Bool
  ) throws(RegistryError) -> CopyReport {
    var report = CopyReport()
    let order = try RandomOrder.of(count)
    let copier = CertificateCopier(registry, department: department)
    // A folder that cannot be written is noticed before anything is signed.
    let output = try path.map { path throws(RegistryError) in
      try DeliveryTarget.folder(path).open(isResuming: true)
    }
    let maker = try registry.deliveryMaker(try registry.signer(department, use: .act))
    var keys: [Digest: CertificateIdentifier] = [:]
    var waiting: [CopyRequest] = []
    var read = 0
    while read < count || !waiting.isEmpty {
      if isInterrupted() {
        report.isInterrupted = true
        break
      }
      while read < count, waiting.count < CopyJob.batchCount {
        let request = try request(order(read))
        read += 1
        if let key = request.holderKey?.thumbprint {
          guard keys[key, default: request.identifier] == request.identifier else {
            report.note(.copy(request, .keyShared))
            continue
          }
          keys[key] = request.identifier
        }
        waiting.append(request)
      }
      guard !waiting.isEmpty else { break }
      let (outcomes, checkpoint) = try copier.decide(waiting)
      waiting.removeFirst(outcomes.count)
      report.checkpoint = checkpoint
      // Durable: the copies. A crash now leaves deliveries to the same command.
      try deliver(outcomes, checkpoint, maker, output, registry)
      for outcome in outcomes { report.note(outcome) }
      progress(read - waiting.count, count)
    }
    try output?.finish()
    return report
  }

  private func deliver(
    _ outcomes: [CopyOutcome], _ checkpoint: VerifiedCheckpoint, _ maker: DeliveryMaker,
    _ output: (any DeliveryOutput)?, _ registry: OpenRegistry
  ) throws(RegistryError) {
    guard let output else { return }
    var issued: [IssuedCertificate] = []
    var names: Set<String> = []
    for case .made(let made, let one?, let isNew) in outcomes {
      guard let name = made.name, isNew || !output.has(name: name, copy: []) else { continue }
      issued.append(one)
      names.insert(name)
    }
    guard !issued.isEmpty else { return }
    try registry.makeDeliveries(of: issued, checkpoint, maker) { piece throws(RegistryError) in
      // An entry of the issue made copies for others too.
      try output.write(piece.filter { names.contains($0.name) })
    }
    try output.synchronize()
  }
}

/// What a job of copies came to.
public struct CopyReport: Sendable {
  /// At most so many copies and so many refusals are kept; all are counted.
  public static let listedCountMax = 1_000

  /// The first that were made or stopped by this run, in the order of their entries.
  public private(set) var made: [MadeCopy] = []
  /// How many requests entered.
  public private(set) var madeCount = 0
  /// The first that were there before.
  public private(set) var standing: [MadeCopy] = []
  /// How many were there before.
  public private(set) var standingCount = 0
  /// The first refusals.
  public private(set) var refusals: [StateRefusal] = []
  /// How many were refused.
  public private(set) var refusedCount = 0
  /// Whether it was interrupted between two batches.
  public internal(set) var isInterrupted = false
  /// The newest checkpoint; nil where nothing was decided.
  public internal(set) var checkpoint: VerifiedCheckpoint?

  /// Nothing was done yet.
  init() {}

  /// What is said of a sheet with faults: nothing was signed.
  public init(refusing sheet: CopySheet) {
    refusedCount = sheet.faultyRowCount
    refusals = sheet.faults.map(StateRefusal.init)
  }

  /// How many requests were decided.
  public var decidedCount: Int { madeCount + standingCount + refusedCount }

  mutating func note(_ outcome: CopyOutcome) {
    switch outcome {
    case .made(let copy, _, isNew: true):
      madeCount += 1
      if made.count < CopyReport.listedCountMax { made.append(copy) }
    case .made(let copy, _, isNew: false):
      standingCount += 1
      if standing.count < CopyReport.listedCountMax { standing.append(copy) }
    case .refused(let refusal): note(refusal)
    }
  }

  mutating func note(_ refusal: StateRefusal) {
    refusedCount += 1
    if refusals.count < CopyReport.listedCountMax { refusals.append(refusal) }
  }
}
