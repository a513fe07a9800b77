import Cryptography
import Encoding
import Ledger
import Rules

/// An act about a share, with all it needs, before it is signed.
struct ShareDraft: Sendable {
  /// The event, its members and openings.
  var draft: EventDraft
  /// The matter that it belongs to.
  let matter: MatterHandle
  /// Its private threads: person, certificate, case.
  let threads: [Proposal.Thread]
  /// What changes in the vault beside the record.
  var changes: [VaultChange]
  /// What is known of the acts before it.
  var sharing = Openings.Sharing()
  /// The share that it is about; nil for the request that begins one.
  let share: Share?
  /// The name of the act that it follows, where that is no request.
  var about: String?
  /// The line of the sheet, from 1.
  var line: Int?

  /// Signs and seals it; many may at once.
  func proposal(
    by signer: Signer, at time: Timestamp, _ cipher: VaultCipher
  ) throws(RegistryError) -> Proposal {
    let signed: SignedEvent
    do throws(RulesError) {
      signed = try draft.signed(with: signer.key, keyID: signer.keyID, at: time)
    } catch {
      throw RegistryError(error)
    }
    var proposal = Proposal(
      signed, threads: threads,
      changes: changes + [try matter.record(signed.disclosures, cipher)])
    proposal.sharing = sharing
    return proposal
  }
}

/// A refused act as `share show` tells of it: an item of the vault.
///
/// Spec: registry-on-disk.md, "vault.sqlite".
struct RefusedShareAct: Sendable {
  /// The space of the vault's items.
  static let space = "share-refused"
  /// At most so many are kept of one share.
  static let countMax = 16

  let kind: String
  let codes: [String]
  let time: Timestamp

  init(kind: String, codes: [String], time: Timestamp) {
    self.kind = kind
    self.codes = codes
    self.time = time
  }

  /// Opens and reads an item; throws `damagedVault`.
  init(_ item: ItemRow, _ cipher: VaultCipher) throws(RegistryError) {
    let plain = try cipher.open(item.value, for: .item(RefusedShareAct.space, key: item.key))
    do throws(EncodingError) {
      var reader = try ObjectReader(try JSONValue(parsing: plain), at: "refused act")
      kind = try reader.requireString("kind")
      codes = try reader.requireStrings("codes")
      time = Timestamp(milliseconds: try reader.requireInteger("time"))
      try reader.finish()
    } catch {
      throw RegistryError(.damagedVault, "a refused act cannot be read", cause: error, at: "item")
    }
  }

  /// The item under a share's id and the act's number.
  func item(
    of matter: Int64, _ event: Event, _ cipher: VaultCipher
  ) throws(RegistryError) -> (space: String, key: [UInt8], value: [UInt8]?) {
    let key = RecordText.bytes([matter]) + event.id.number.bytes
    let value: JSONValue = [
      "codes": .array(codes.map { .string($0) }), "kind": .string(kind),
      "time": .integer(time.milliseconds),
    ]
    return (
      RefusedShareAct.space, key,
      try cipher.seal(value.canonicalBytes(), for: .item(RefusedShareAct.space, key: key))
    )
  }

  /// Those of a share, in the order of time.
  static func all(
    of matter: Int64, _ vault: any Vault, _ cipher: VaultCipher
  ) throws(RegistryError) -> [RefusedShareAct] {
    let prefix = RecordText.bytes([matter])
    var acts: [RefusedShareAct] = []
    for item in try vault.items(space, after: prefix, limit: countMax)
    where item.key.starts(with: prefix) { acts.append(try RefusedShareAct(item, cipher)) }
    return acts.sorted { $0.time < $1.time }
  }
}

extension Writer {
  /// Enters acts that were signed, keeps what rules refused for `share show`, and says what became
  /// of each. Nothing is told before it is durable.
  func enter(
    _ proposals: [Proposal], of drafts: [ShareDraft]
  ) throws(RegistryError) -> ShareStep {
    var isKept = false
    let result = try append(proposals) { outcomes throws(RegistryError) in
      isKept = true
      return try self.refusedActs(outcomes, proposals, drafts).map {
        VaultChange.putItem(space: $0.space, key: $0.key, value: $0.value)
      }
    }
    if !isKept {
      // Nothing entered: there is no batch that could carry them.
      let items = try refusedActs(result.outcomes, proposals, drafts)
      if !items.isEmpty { try vault.put(items) }
    }
    var outcomes: [ShareOutcome] = []
    for (outcome, (proposal, draft)) in zip(result.outcomes, zip(proposals, drafts)) {
      let name = EventName(of: proposal.event)?.name ?? ""
      switch outcome {
      case .entered(let entry), .repeated(let entry):
        outcomes.append(
          .done(
            SharedAct(
              name: name, index: entry.index, request: draft.share?.name.name ?? name,
              about: draft.about, line: draft.line)))
      case .refused(let codes):
        outcomes.append(.refused(refusal(codes, of: proposal.event, draft)))
      case .withdrawn:
        outcomes.append(.refused(ShareRefusal([], line: draft.line, act: draft.share?.name.name)))
      }
    }
    return ShareStep(outcomes: outcomes, checkpoint: result.checkpoint)
  }

  private func refusedActs(
    _ outcomes: [Outcome], _ proposals: [Proposal], _ drafts: [ShareDraft]
  ) throws(RegistryError) -> [(space: String, key: [UInt8], value: [UInt8]?)] {
    var items: [(space: String, key: [UInt8], value: [UInt8]?)] = []
    var counts: [Int64: Int] = [:]
    for (outcome, (proposal, draft)) in zip(outcomes, zip(proposals, drafts)) {
      // A refused request began no share.
      guard case .refused(let codes) = outcome, let share = draft.share,
        Writer.isRecorded(proposal, codes)
      else { continue }
      // The limit holds for what is kept already and for this batch together.
      var count = counts[share.row.id] ?? 0
      if count == 0 { count = try RefusedShareAct.all(of: share.row.id, vault, cipher).count }
      guard count < RefusedShareAct.countMax else { continue }
      counts[share.row.id] = count + 1
      let act = RefusedShareAct(
        kind: proposal.event.kind.rawValue, codes: codes.map(\.rawValue), time: now)
      items.append(try act.item(of: share.row.id, proposal.event, cipher))
    }
    return items
  }
}
