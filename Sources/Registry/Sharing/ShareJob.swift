import Ledger

/// Acts about any number of shares, batch by batch.
///
/// After an interruption or a crash the same job is begun anew: what entered is passed over.
public struct ShareJob<Order> {
  /// How many orders there are.
  public let count: Int
  private let order: (Int) throws(RegistryError) -> Order

  /// A job of orders that are read when their turn comes.
  public init(count: Int, order: @escaping (Int) throws(RegistryError) -> Order) {
    self.count = count
    self.order = order
  }

  /// A job of a few orders.
  public init(_ orders: [Order]) {
    self.init(count: orders.count) { orders[$0] }
  }

  /// A job whose orders are taken in a random order, so that the order of a file, sorted as it may
  /// be, does not show in the ledger.
  public init(
    shuffling count: Int, order: @escaping (Int) throws(RegistryError) -> Order
  ) throws(RegistryError) {
    let position = try RandomOrder.of(count)
    self.init(count: count) { index throws(RegistryError) in try order(position(index)) }
  }

  /// The same job with other orders, each made when its turn comes.
  public func map<New>(_ change: @escaping (Order) -> New) -> ShareJob<New> {
    ShareJob<New>(count: count) { [order] index throws(RegistryError) in change(try order(index)) }
  }

  /// Does it: `take` decides one batch, durably, and says what became of each order.
  ///
  /// `isInterrupted` is asked between two batches; what is durable then stays. Throws what `take`
  /// throws.
  public func run(
    batchCount: Int, progress: (_ done: Int, _ total: Int) -> Void, isInterrupted: () -> Bool,
    take: ([Order]) throws(RegistryError) -> ShareStep
  ) throws(RegistryError) -> SharingReport {
    var report = SharingReport()
    var done = 0
    while done < count {
      if isInterrupted() {
        report.isInterrupted = true
        break
      }
      let end = min(done + batchCount, count)
      var orders: [Order] = []
      for position in done..<end { orders.append(try order(position)) }
      let result = try take(orders)
      for outcome in result.outcomes { report.note(outcome) }
      report.checkpoint = result.checkpoint ?? report.checkpoint
      done = end
      progress(done, count)
    }
    return report
  }
}

/// What became of one batch; all of it is durable.
public struct ShareStep: Sendable {
  /// One outcome for each order, but for those that were not meant; in any order.
  public var outcomes: [ShareOutcome]
  /// The checkpoint over them; nil where nothing was judged.
  public var checkpoint: VerifiedCheckpoint?

  /// Joins them.
  public init(outcomes: [ShareOutcome], checkpoint: VerifiedCheckpoint? = nil) {
    self.outcomes = outcomes
    self.checkpoint = checkpoint
  }

  /// The acts that entered, now or before.
  public var acts: [SharedAct] {
    outcomes.compactMap { outcome in
      switch outcome {
      case .done(let act), .already(let act): act
      case .refused: nil
      }
    }
  }
}
