import Certificates
import Cryptography
import Encoding
import Ledger
import Rules
import Verification

/// A good delivery with all its evidence, and the changes that `verdict.json` names.
struct DeliveryScenario {
  var world: EvidenceWorld
  var time = EvidenceWorld.now
  var clock: Int64?
  var roots: [Identity]
  /// The hosts that roots were pinned for.
  var hosts: [Digest: String] = [:]
  var sequenceMin: Int64?
  var isListGiven = true
  var isStatusGiven = true
  var isTypeGiven = true
  var more: [KnownFile] = []
  /// Changes the delivery after all was signed.
  var changeDelivery: (EvidenceWorld, Delivery) throws -> Delivery = { $1 }
  /// Judges this bundle; all the other evidence stays given beside it.
  var bundle: ((EvidenceWorld) throws -> EvidenceBundle)?
  var changeList: (EvidenceWorld) throws -> [UInt8] = { try $0.trust() }

  init() throws {
    world = try EvidenceWorld()
    roots = [world.keys.root]
  }

  func report() throws -> FileReport {
    let delivery = try changeDelivery(world, try world.delivery())
    let file = KnownFile(recognising: try bundle?(world).bytes ?? delivery.bytes)
    var pool = EvidencePool()
    pool.add(file)
    if isListGiven { pool.add(KnownFile(recognising: try changeList(world) + [0x0A])) }
    if isStatusGiven { pool.add(KnownFile(recognising: try world.status())) }
    if isTypeGiven { pool.add(KnownFile(recognising: world.typeFile.canonicalBytes)) }
    for file in more { pool.add(file) }
    let anchors = try roots.map { root in
      try Anchor(root: root, host: hosts[root.sha256], sequenceMin: sequenceMin)
    }
    return FileVerifier(
      anchors: anchors, pool: pool, time: time, clock: clock ?? time, audience: nil
    )
    .report(on: file)
  }

  /// Another receipt in the delivery.
  mutating func receipt(_ change: @escaping (EvidenceWorld, Receipt) throws -> Receipt) {
    changeDelivery = { world, delivery in
      try Delivery(
        copy: delivery.copy, receipt: try change(world, delivery.receipt),
        certificateThread: delivery.certificateThread, subjectThread: delivery.subjectThread)
    }
  }

  mutating func proof(_ change: @escaping (EvidenceWorld, TlogProof) throws -> TlogProof) {
    receipt { world, receipt in
      try Receipt(
        entry: receipt.entry, disclosures: receipt.disclosures, signerPath: receipt.signerPath,
        proof: try change(world, receipt.proof))
    }
  }

  mutating func disclosures(_ change: @escaping ([EventDisclosure]) throws -> [EventDisclosure]) {
    receipt { _, receipt in
      try Receipt(
        entry: receipt.entry, disclosures: try change(receipt.disclosures),
        signerPath: receipt.signerPath, proof: receipt.proof)
    }
  }

  mutating func path(_ identities: [Identity]) {
    receipt { _, receipt in
      try Receipt(
        entry: receipt.entry, disclosures: receipt.disclosures,
        signerPath: try SignerPath(identities.map(\.der)), proof: receipt.proof)
    }
  }

  mutating func threads(
    _ change: @escaping (Delivery) throws -> (Openings.Place, Openings.Place)
  ) {
    changeDelivery = { _, delivery in
      let (certificate, subject) = try change(delivery)
      return try Delivery(
        copy: delivery.copy, receipt: delivery.receipt, certificateThread: certificate,
        subjectThread: subject)
    }
  }

  /// A draft with another value in one of its disclosures.
  mutating func disclose(_ name: String, _ change: @escaping (JSONObject) -> JSONObject) {
    world.changeDraft = { draft in
      var changed = EventDraft(
        draft.kind, audience: draft.audience, issuer: draft.issuer, seen: draft.seen,
        clear: draft.clear, subjects: 2, copies: 2)
      for disclosure in draft.disclosures {
        let isMeant = disclosure.name == name
        let object = disclosure.value.objectValue ?? [:]
        changed.disclose(
          disclosure.name, isMeant ? .object(change(object)) : disclosure.value)
      }
      return changed
    }
  }

  mutating func draft(
    kind: EventKind = .certificateIssued, audience: String = EvidenceKeys.origin,
    clear: JSONObject = ["type": .string(EvidenceWorld.type), "version": 1]
  ) {
    world.changeDraft = { draft in
      var changed = EventDraft(
        kind, audience: audience, issuer: draft.issuer, seen: draft.seen, clear: clear,
        subjects: 2, copies: 2)
      for disclosure in draft.disclosures.prefix(changed.disclosureCount) {
        changed.disclose(disclosure.name, disclosure.value)
      }
      return changed
    }
  }

  /// The state of one identity in the trust list.
  mutating func state(
    of use: TrustList.IdentityEntry.Use, _ state: TrustList.IdentityEntry.State
  ) {
    let before = world.changeTrust
    world.changeTrust = { list in
      try before(&list)
      for department in list.departments.indices
      where list.departments[department].code.text == EvidenceKeys.issuer {
        for index in list.departments[department].identities.indices
        where list.departments[department].identities[index].use == use {
          list.departments[department].identities[index].state = state
        }
      }
    }
  }

  mutating func ledgerKeys(_ keys: [TrustList.LedgerKey]) {
    world.changeTrust = { $0.ledger.keys = keys }
  }

  mutating func change(_ name: String) throws -> Bool {
    if try changeLedger(name) { return true }
    if try changeSigner(name) { return true }
    if try changeEvent(name) { return true }
    if try changeThreads(name) { return true }
    if try changeKeys(name) { return true }
    if try changeBundle(name) { return true }
    return try changeEvidence(name)
  }
}
