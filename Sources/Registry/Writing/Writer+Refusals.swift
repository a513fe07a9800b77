import Cryptography
import Encoding
import Ledger
import Rules

// Spec: registry-on-disk.md, "Refusals".
extension Writer {
  private static let space = "refusal"
  private static let waitingCountMax = 1_000
  private static let hourMilliseconds: Int64 = 3_600_000
  private static let perHourMax: Int64 = 60

  /// Whether a refused act is recorded: only a well-formed act of an identity in force, and never
  /// what somebody else may have sent a second time.
  static func isRecorded(_ proposal: Proposal, _ codes: [RuleCode]) -> Bool {
    guard case .verified = proposal.signature else { return false }
    let silent: Set<RuleCode> = [
      .signature, .signerUnknown, .signerState, .signerUsage, .issuerMismatch, .audience,
      .replayed, .stale, .early, .notOpened, .departmentRetired, .kindUnknown, .member,
      .memberUnknown,
    ]
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
    if let registrar {
      for refusal in admitted {
        try add(refusal.event, refusal.codes.map(\.rawValue), by: registrar, into: &batch)
      }
    } else {
      try keep(admitted)
    }
  }

  /// Enters the refusals that wait in the vault, oldest first; returns how many.
  public func recordWaitingRefusals(by registrar: Signer) throws(RegistryError) -> Int {
    let waiting = try vault.items(Writer.space, after: nil, limit: Writer.waitingCountMax)
    guard !waiting.isEmpty else { return 0 }
    var proposals: [Proposal] = []
    for item in waiting {
      let plain = try cipher.open(item.value, for: .item(Writer.space))
      let (jwt, codes) = try Writer.readRefusal(plain)
      let event: Event
      do throws(RulesError) { event = try Event(parsing: jwt) } catch {
        throw RegistryError(.damagedVault, "a waiting refusal cannot be read", cause: error)
      }
      var proposal = try refusal(event, codes, by: registrar)
      proposal.changes.append(.putItem(space: Writer.space, key: item.key, value: nil))
      proposals.append(proposal)
    }
    let result = try append(proposals, registrar: nil)
    return result.outcomes.count { $0.entry != nil }
  }

  private func add(
    _ event: Event, _ codes: [String], by registrar: Signer, into batch: inout Batch
  ) throws(RegistryError) {
    let proposal = try refusal(event, codes, by: registrar)
    // Its outcome is not the caller's: the act itself has one already.
    let outcomes = batch.outcomes
    let refused = batch.refused
    try judge([proposal], into: &batch)
    batch.outcomes = outcomes
    batch.refused = refused
  }

  private func refusal(
    _ event: Event, _ codes: [String], by registrar: Signer
  ) throws(RegistryError) -> Proposal {
    var draft = draft(
      .actRefused, by: registrar,
      [
        "codes": .array(codes.map { .string($0) }), "kind_refused": .string(event.kind.rawValue),
        "who": .string(event.issuerCode ?? ""),
      ])
    draft.disclose("refused", .string(String(decoding: event.jwt, as: UTF8.self)))
    let signed = try sign(draft, by: registrar)
    let sealed = try cipher.seal(
      RecordText.bytes(signed.disclosures), for: .disclosures(0))
    return Proposal(
      signed, changes: [.insertRecord(certificate: 0, disclosures: sealed, content: nil)])
  }

  private func keep(_ refusals: [(event: Event, codes: [RuleCode])]) throws(RegistryError) {
    var count = try vault.items(Writer.space, after: nil, limit: Writer.waitingCountMax).count
    var items: [(space: String, key: [UInt8], value: [UInt8]?)] = []
    for refusal in refusals where count < Writer.waitingCountMax {
      let value: JSONValue = [
        "codes": .array(refusal.codes.map { .string($0.rawValue) }),
        "jwt": .string(String(decoding: refusal.event.jwt, as: UTF8.self)),
      ]
      let sealed = try cipher.seal(value.canonicalBytes(), for: .item(Writer.space))
      items.append((Writer.space, refusal.event.id.number.bytes, sealed))
      count += 1
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
