import Cryptography
import Encoding
import Ledger
import Rules

/// The single writer of a registry, while its process holds the lock.
///
/// `OpenRegistry.write(_:)` lends it; it must not be kept. After a failed or unknown commit it
/// takes
/// nothing more: the next open decides by what is on the disk. Spec: registry-on-disk.md, "Order of
/// durability".
public final class Writer {
  let ledger: any RegistryLedger
  let vault: any Vault
  let state: StateKeeper
  let noteSigner: NoteSigner
  let clock: any Clock
  let random: any RandomSource
  /// Seals rows and makes lookups and serials.
  public let cipher: VaultCipher
  /// What the registry is.
  public let settings: RegistrySettings

  var tree = TreeAppender()
  var last: (hash: Digest, received: Timestamp)?
  var facts: FactOverlay
  var threads = ThreadTable()
  /// Roots of trees that actors may have seen, by size.
  private var roots: [TreeSize: Digest] = [:]
  /// Signed, and not in the ledger's table yet.
  private var unstored: VerifiedCheckpoint?
  private(set) var hasEnded = false
  /// Called after each durable step: crash tests stop the process there.
  package var probe: ((DurableStep) throws(RegistryError) -> Void)?

  /// The steps of an append after which something more is durable.
  package enum DurableStep: Sendable, CaseIterable {
    case vaultCommitted, ledgerCommitted, checkpointSigned
  }

  /// How far the clock may be behind the last entry.
  static let clockLagMillisecondsMax: Int64 = 300_000

  init(
    ledger: any RegistryLedger, vault: any Vault, state: StateKeeper, settings: RegistrySettings,
    noteSigner: NoteSigner, cipher: VaultCipher, clock: any Clock, random: any RandomSource
  ) throws(RegistryError) {
    self.ledger = ledger
    self.vault = vault
    self.state = state
    self.settings = settings
    self.noteSigner = noteSigner
    self.cipher = cipher
    self.clock = clock
    self.random = random
    facts = FactOverlay(over: StoreFacts(ledger: ledger))
    try reload()
  }

  /// The tree that drafts made now have seen.
  public var seen: SeenTree {
    tree.size == .zero ? .empty : SeenTree(size: tree.size, root: tree.root)
  }

  /// The size and root of the durable ledger.
  public var head: TreeHead { tree.head }

  /// The time as the registry's clock has it.
  public var now: Timestamp { clock.now() }

  // MARK: Facts

  /// A fact as it is after the last append.
  public func fact(_ key: FactKey) throws(RegistryError) -> Fact? {
    do throws(RulesError) { return try facts.fact(key) } catch { throw RegistryError(error) }
  }

  /// A draft of an event by a signer, having seen the present tree.
  public func draft(
    _ kind: EventKind, by signer: Signer, _ clear: JSONObject, subjects: Int = 1, copies: Int = 1
  ) -> EventDraft {
    EventDraft(
      kind, audience: settings.origin, issuer: signer.uri, seen: seen, clear: clear,
      subjects: subjects, copies: copies)
  }

  /// Signs a draft now.
  public func sign(_ draft: EventDraft, by signer: Signer) throws(RegistryError) -> SignedEvent {
    do throws(RulesError) {
      return try draft.signed(with: signer.key, keyID: signer.keyID, at: now)
    } catch {
      throw RegistryError(error)
    }
  }

  /// Reads an event from elsewhere and checks its signature; throws `invalidEvent`.
  public func receive(_ jwt: [UInt8]) throws(RegistryError) -> SignatureState {
    do throws(RulesError) {
      let event = try Event(parsing: jwt)
      guard let identity = try RuleSet.signer(of: event, facts: &facts) else {
        return .failed(event)
      }
      do throws(RulesError) {
        return .verified(try event.verified(by: identity))
      } catch {
        guard error.code == .invalidSignature else { throw error }
        return .failed(event)
      }
    } catch {
      throw RegistryError(error)
    }
  }

  // MARK: Appending

  /// Judges proposals in order and makes those that pass durable, together, with their vault rows.
  ///
  /// A refused proposal does no harm to its neighbours. With `registrar` it becomes an
  /// `act.refused` entry of the same batch; without, it waits in the vault for the registrar.
  /// Give it about 1,000 proposals at a time: each call costs two commits. `closing` may add to the
  /// vault's part what depends on the outcomes; it is not called when nothing enters.
  ///
  /// Throws `readOnly` (the clock went back), `writerEnded`, `diskFull`, `inputOutput`, `conflict`,
  /// `damagedLedger`, `damagedVault`, `internalFault`. When it throws, nothing was acknowledged;
  /// the
  /// writer has ended unless the code is `readOnly`, `invalidEvent` or `internalFault`.
  public func append(
    _ proposals: [Proposal], registrar: Signer? = nil,
    closing: (([Outcome]) throws(RegistryError) -> [VaultChange])? = nil
  ) throws(RegistryError) -> AppendResult {
    guard !hasEnded else {
      throw RegistryError(.writerEnded, "an append failed before; open the registry again")
    }
    let now = clock.now()
    if let last, now.milliseconds < last.received.milliseconds - Writer.clockLagMillisecondsMax {
      throw RegistryError(
        .readOnly, "the clock is more than 5 minutes behind the last entry; set it, or wait")
    }
    var batch = Batch(after: tree.head, last, at: now)
    do throws(RegistryError) {
      try judge(proposals, into: &batch)
      let acts = batch.entries.count
      try recordRefusals(registrar, into: &batch)
      let refusals = Array(batch.entries[acts...])
      if let closing, !batch.entries.isEmpty { batch.close(try closing(batch.outcomes)) }
      let checkpoint = batch.entries.isEmpty ? try checkpoint() : try commit(&batch)
      return AppendResult(
        outcomes: batch.outcomes, refusals: refusals, checkpoint: checkpoint)
    } catch {
      // Facts and threads hold what did not become durable.
      forget()
      throw error
    }
  }

  /// The signed checkpoint of the durable head.
  public func checkpoint() throws(RegistryError) -> VerifiedCheckpoint {
    if let unstored, unstored.head == tree.head { return unstored }
    return try signDurableHead()
  }

  /// Keeps the newest checkpoint in the ledger and the state folder: before an export, a backup, a
  /// publication, and at the end of every command.
  public func flush() throws(RegistryError) {
    guard !hasEnded, tree.size > .zero else { return }
    let newest = try checkpoint()
    if unstored != nil {
      do throws(LedgerError) {
        try ledger.store(checkpoint: newest.note)
      } catch {
        hasEnded = true
        throw RegistryError(error)
      }
      unstored = nil
    }
    try state.note(newest, force: true)
  }

  // MARK: Committing

  private func commit(_ batch: inout Batch) throws(RegistryError) -> VerifiedCheckpoint {
    let vaultBatch = batch.takeVaultBatch(threads)
    let changes = facts.takeChanges().map {
      LedgerBatch.Change(key: $0.key.bytes, value: $0.fact.bytes)
    }
    // Also after a crash, or when another process signed it: an actor has seen this tree.
    let previous = tree.size == .zero ? nil : try checkpoint().note
    do {
      var grown = tree
      let ledgerBatch = try LedgerBatch(
        appending: batch.entries, to: &grown, eventIDs: batch.ids, changes: changes,
        previousCheckpoint: previous)
      // Nothing is durable yet. From here on a failure leaves the outcome to the next open.
      hasEnded = true
      if !vaultBatch.isEmpty { try vault.apply(vaultBatch) }
      // Durable: the vault's rows. A crash now is undone on open: the ledger's size is the old one.
      try probe?(.vaultCommitted)
      try ledger.commit(ledgerBatch)
      // Durable: the batch. A crash now leaves it unsigned; the next writer signs the same root.
      try probe?(.ledgerCommitted)
      if batch.erases { try vault.settle() }
      tree = grown
    } catch let error as RegistryError {
      throw error
    } catch let error as LedgerError {
      throw RegistryError(error)
    } catch {
      throw RegistryError(.internalFault, "an append failed", cause: error)
    }
    last = (batch.previousHash, batch.received)
    unstored = nil
    threads.settle()
    facts.forgetStored()
    let checkpoint = try signDurableHead()
    try probe?(.checkpointSigned)
    try state.note(checkpoint, force: false)
    hasEnded = false
    return checkpoint
  }

  /// Signs the head read back from the store: never one that is only in memory.
  private func signDurableHead() throws(RegistryError) -> VerifiedCheckpoint {
    do throws(LedgerError) {
      let durable = try ledger.head()
      guard durable == tree.head else {
        hasEnded = true
        throw LedgerError(.rootMismatch, "the stored tree is another than the one written")
      }
      let signed = try VerifiedCheckpoint(signing: durable, with: noteSigner)
      unstored = signed
      remember(durable)
      return signed
    } catch {
      throw RegistryError(error)
    }
  }

  // MARK: Reading again

  /// Takes up what another process appended since this one last held the lock.
  func refresh() throws(RegistryError) {
    do throws(LedgerError) {
      let durable = try ledger.head()
      if durable == tree.head { return }
      guard durable.size > tree.size else {
        throw LedgerError(.rootMismatch, "the ledger became smaller while it was open")
      }
    } catch {
      throw RegistryError(error)
    }
    try reload()
  }

  private func reload() throws(RegistryError) {
    do throws(LedgerError) {
      let durable = try ledger.head()
      tree = try TreeAppender(reader: RegistryReader(ledger: ledger), size: durable.size)
      guard tree.root == durable.root else {
        throw LedgerError(.rootMismatch, "the tiles do not lead to the stored root")
      }
      last = nil
      if durable.size > .zero {
        let index = LeafIndex(durable.size.value - 1)
        let bytes = try ledger.entries(from: index, count: 1)
        let entry = try Entry(parsing: bytes[0])
        last = (entry.leafHash, entry.received)
      }
    } catch {
      throw RegistryError(error)
    }
    unstored = nil
    forget()
    threads.highestStored = try vault.highestIDs()
    threads.highest = threads.highestStored
  }

  /// Drops everything that was read or given out: the next use reads the stores.
  private func forget() {
    facts = FactOverlay(over: StoreFacts(ledger: ledger))
    let stored = threads.highestStored
    threads = ThreadTable()
    threads.highestStored = stored
    threads.highest = stored
    roots = [:]
  }

  // MARK: Roots that actors have seen

  private static let rootCountMax = 1_024

  private func remember(_ head: TreeHead) {
    if roots.count >= Writer.rootCountMax { roots = [:] }
    roots[head.size] = head.root
  }

  /// The root of the tree at a size; a size that nobody can have seen has a root nobody can name.
  func root(at size: TreeSize) throws(LedgerError) -> Digest {
    if let known = roots[size] { return known }
    if size == tree.size {
      remember(tree.head)
      return tree.root
    }
    // Inside the batch: no checkpoint of that size was ever signed.
    guard size < tree.size else { return .zero }
    var past = TileTree(reader: RegistryReader(ledger: ledger), size: size)
    let root = try past.root()
    remember(TreeHead(size: size, root: root))
    return root
  }
}
