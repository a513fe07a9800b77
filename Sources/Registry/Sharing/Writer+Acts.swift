import Ledger

/// What an order comes to before anything is signed.
enum Prepared<Work> {
  /// It is to be signed; `line` is that of its sheet.
  case work(Work, ActKey, line: Int? = nil)
  /// It was done before.
  case already(SharedAct)
  /// It is not one of those that are meant.
  case passedOver
}

/// A draft and what was signed of it.
private struct Signed: Sendable {
  let draft: ShareDraft
  let proposal: Proposal
}

extension Writer {
  /// Prepares, signs and enters the acts of one batch; many are drafted and signed at once.
  ///
  /// What an order of the same batch says already is not signed again. `draft` may still refuse:
  /// what takes long belongs there.
  func act<Order, Work: Sendable>(
    _ orders: [Order], by signer: Signer,
    draft: @Sendable (Work) throws(RegistryError) -> Result<ShareDraft, ShareRefusal>,
    prepare: (Order) throws(RegistryError) -> Result<Prepared<Work>, ShareRefusal>
  ) throws(RegistryError) -> ShareStep {
    var outcomes = [ShareOutcome?](repeating: nil, count: orders.count)
    var works: [Work] = []
    var positions: [Int] = []
    var twins = Twins()
    for (position, order) in orders.enumerated() {
      switch try prepare(order) {
      case .success(.work(let work, let key, let line)):
        if twins.isFirst(key, at: position, line: line) {
          works.append(work)
          positions.append(position)
        }
      case .success(.already(let act)): outcomes[position] = .already(act)
      case .success(.passedOver): break
      case .failure(let refusal): outcomes[position] = .refused(refusal)
      }
    }
    let (time, cipher) = (now, cipher)
    let made = try Parallel.map(works) {
      work throws(RegistryError) -> Result<Signed, ShareRefusal> in
      try refusing {
        let draft = try draft(work).get()
        return Signed(draft: draft, proposal: try draft.proposal(by: signer, at: time, cipher))
      }
    }
    var signed: [(position: Int, Signed)] = []
    for (position, result) in zip(positions, made) {
      switch result {
      case .success(let act): signed.append((position, act))
      case .failure(let refusal): outcomes[position] = .refused(refusal)
      }
    }
    let result = try enter(signed.map(\.1.proposal), of: signed.map(\.1.draft))
    for (act, outcome) in zip(signed, result.outcomes) { outcomes[act.position] = outcome }
    for twin in twins.all { outcomes[twin.position] = outcomes[twin.of]?.again(line: twin.line) }
    return ShareStep(outcomes: outcomes.compactMap(\.self), checkpoint: result.checkpoint)
  }

  /// Acts that need nothing more than to be signed.
  func act<Order>(
    _ orders: [Order], by signer: Signer,
    prepare: (Order) throws(RegistryError) -> Result<Prepared<ShareDraft>, ShareRefusal>
  ) throws(RegistryError) -> ShareStep {
    try act(
      orders, by: signer, draft: { draft throws(RegistryError) in .success(draft) },
      prepare: prepare)
  }
}

extension ShareOutcome {
  /// What became of an order that says the same as an earlier one of its batch.
  fileprivate func again(line: Int?) -> ShareOutcome {
    switch self {
    case .done(let act), .already(let act):
      var again = act
      again.line = line
      return .already(again)
    case .refused(var refusal):
      refusal.line = line
      return .refused(refusal)
    }
  }
}
