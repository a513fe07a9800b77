import Cryptography
import Encoding
import Ledger
import Rules

// Spec: registry-on-disk.md, "Refusals".
extension Writer {
  private static let space = "refusal"
  private static let droppedSpace = "refusal-dropped"
  private static let waitingCountMax = 1_000
  private static let hourMilliseconds: Int64 = 3_600_000
  private static let perHourMax: Int64 = 60

  /// Whether a refused act is recorded: only a well-formed act of an identity in force, and never
  /// what somebody else may have sent a second time.
  static func isRecorded(_ proposal: Proposal, _ codes: [RuleCode]) -> Bool {
    guard case .verified = proposal.signature else { return false }
    // A refusal of a refusal would go on for ever.
    if proposal.event.kind == .actRefused { return false }
    let silent: Set<RuleCode> = [
      .signature, .signerUnknown, .signerState, .signerUsage, .issuerMismatch, .audience,
      .replayed, .stale, .early, .notOpened, .departmentRetired, .kindUnknown, .member,
      .memberUnknown,
    ]
    // Of a request it is said of the department that was asked, too: whoever asks is known.
    if proposal.event.kind == .shareRequested {
      return silent.subtracting([.departmentRetired]).isDisjoint(with: codes)
    }
    return silent.isDisjoint(with: codes)
  }

  /// Adds the refused acts of a batch as entries, or keeps them until the registrar comes.
  func recordRefusals(
    _ registrar: Signer?, into batch: inout Batch
  ) throws(RegistryError) {
    guard !batch.refused.isEmpty else { return }
    var admitted: [(event: Event, codes: [RuleCode])] = []
    for refusal in batch.refused where try countRefusal(refusal.event.keyID, at: batch.received) {
      admitted.append(refusal)
    }
    var waiting: [(event: Event, codes: [RuleCode])] = []
    for refusal in admitted {
      if let registrar, try add(refusal.event, refusal.codes, by: registrar, into: &batch) {
        continue
      }
      waiting.append(refusal)
    }
    try keep(waiting)
  }

  /// How many refused acts were not kept because 1,000 were waiting already.
  public func droppedRefusalCount() throws(RegistryError) -> Int64 {
    let bytes = try vault.item(Writer.droppedSpace, [0])?.value ?? []
    return RecordText.integers(bytes)?.first ?? 0
  }

  /// Enters the refusals that wait in the vault, oldest first; returns how many.
  public func recordWaitingRefusals(by registrar: Signer) throws(RegistryError) -> Int {
    let waiting = try vault.items(Writer.space, after: nil, limit: Writer.waitingCountMax)
    guard !waiting.isEmpty else { return 0 }
    var proposals: [Proposal] = []
    for item in waiting {
      let plain = try cipher.open(item.value, for: .item(Writer.space, key: item.key))
      let (jwt, codes) = try Writer.readRefusal(plain)
      let event: Event
      do throws(RulesError) { event = try Event(parsing: jwt) } catch {
        throw RegistryError(.damagedVault, "a waiting refusal cannot be read", cause: error)
      }
      var proposal = try refusal(event, codes, by: registrar, hasWaited: true)
      proposal.changes.append(.putItem(space: Writer.space, key: item.key, value: nil))
      proposals.append(proposal)
    }
    let result = try append(proposals, registrar: nil)
    return result.outcomes.count { $0.entry != nil }
  }

  /// Whether the refusal entered; it does not when the registrar itself may not act.
  private func add(
    _ event: Event, _ codes: [RuleCode], by registrar: Signer, into batch: inout Batch
  ) throws(RegistryError) -> Bool {
    let proposal = try refusal(
      event, codes.map(\.rawValue), by: registrar, hasWaited: false)
    // Its outcome is not the caller's: the act itself has one already.
    let outcomes = batch.outcomes
    let refused = batch.refused
    try judge([proposal], into: &batch)
    let hasEntered = batch.outcomes.last?.entry != nil
    batch.outcomes = outcomes
    batch.refused = refused
    return hasEntered
  }

  private func refusal(
    _ event: Event, _ codes: [String], by registrar: Signer, hasWaited: Bool
  ) throws(RegistryError) -> Proposal {
    var clear: JSONObject = [
      "codes": .array(codes.map { .string($0) }), "kind_refused": .string(event.kind.rawValue),
      "number": .string(event.id.number.base64url), "who": .string(event.issuerCode ?? ""),
    ]
    // Its clock may have been a little ahead of ours.
    if hasWaited { clear.append("occurred", .integer(min(event.issuedAt, now.seconds))) }
    var draft = draft(.actRefused, by: registrar, clear)
    draft.disclose("refused", .string(String(decoding: event.jwt, as: UTF8.self)))
    let signed = try sign(draft, by: registrar)
    let sealed = try cipher.seal(
      RecordText.bytes(signed.disclosures), for: .disclosures(0))
    return Proposal(
      signed, changes: [.insertRecord(certificate: 0, disclosures: sealed, content: nil)])
  }

  private func keep(_ refusals: [(event: Event, codes: [RuleCode])]) throws(RegistryError) {
    if refusals.isEmpty { return }
    var count = try vault.items(Writer.space, after: nil, limit: Writer.waitingCountMax).count
    var items: [(space: String, key: [UInt8], value: [UInt8]?)] = []
    for refusal in refusals where count < Writer.waitingCountMax {
      let value: JSONValue = [
        "codes": .array(refusal.codes.map { .string($0.rawValue) }),
        "jwt": .string(String(decoding: refusal.event.jwt, as: UTF8.self)),
      ]
      let key = refusal.event.id.number.bytes
      let sealed = try cipher.seal(
        value.canonicalBytes(), for: .item(Writer.space, key: key))
      items.append((Writer.space, key, sealed))
      count += 1
    }
    let dropped = Int64(refusals.count - items.count)
    if dropped > 0 {
      let known = try droppedRefusalCount()
      items.append((Writer.droppedSpace, [0], RecordText.bytes([known + dropped])))
    }
    if !items.isEmpty { try vault.put(items) }
  }

  private static func readRefusal(
    _ bytes: [UInt8]
  ) throws(RegistryError) -> (jwt: [UInt8], codes: [String]) {
    do throws(EncodingError) {
      var reader = try ObjectReader(try JSONValue(parsing: bytes), at: "refusal")
      let result = (
        jwt: Array(try reader.requireString("jwt").utf8), codes: try reader.requireStrings("codes")
      )
      try reader.finish()
      return result
    } catch {
      throw RegistryError(.damagedVault, "a waiting refusal cannot be read", cause: error)
    }
  }

  /// Counts a refusal of an identity; false when it has had its share of this hour.
  private func countRefusal(
    _ keyID: Digest, at time: Timestamp
  ) throws(RegistryError) -> Bool {
    let hour = time.milliseconds / Writer.hourMilliseconds
    let known = try vault.item("refusal-rate", keyID.bytes)?.value ?? []
    var count: Int64 = 0
    if let values = RecordText.integers(known), values.count == 2, values[0] == hour {
      count = values[1]
    }
    guard count < Writer.perHourMax else { return false }
    try vault.put([("refusal-rate", keyID.bytes, RecordText.bytes([hour, count + 1]))])
    return true
  }
}
