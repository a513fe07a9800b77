import Cryptography
import Encoding
import Ledger
import Rules

/// What is looked at when a registry is opened, in this order; changes nothing but the vault's
/// pending batch and the write-ahead log, and those only when opened for writing.
struct StartUpChecks {
  /// A clock further ahead of the last entry is confirmed by a person or wrong.
  static let clockLeadMillisecondsMax: Int64 = 400 * 86_400_000

  let paths: RegistryPaths
  let settings: RegistrySettings
  let ledger: any RegistryLedger
  let vault: any Vault
  let isForWriting: Bool
  /// Whether no other process has the registry open.
  let isAlone: Bool
  let isClockConfirmed: Bool
  let now: Timestamp
  private(set) var reasons: [ReadOnlyReason] = []
  private var head = TreeHead.empty
  private var last: Entry?
  private var keys: [VerifierKey] = []

  /// What was signed, as the state folder and the ledger say; each may be unreadable.
  private struct Marks {
    let state: Result<StateFolder.Contents?, RegistryError>
    let stored: Result<[UInt8]?, LedgerError>
  }

  init(
    paths: RegistryPaths, settings: RegistrySettings, ledger: any RegistryLedger,
    vault: any Vault, isForWriting: Bool, isAlone: Bool, isClockConfirmed: Bool, now: Timestamp
  ) {
    self.paths = paths
    self.settings = settings
    self.ledger = ledger
    self.vault = vault
    self.isForWriting = isForWriting
    self.isAlone = isAlone
    self.isClockConfirmed = isClockConfirmed
    self.now = now
  }

  /// Runs all checks; `logSize` is the size of the write-ahead log before the opening.
  mutating func run(logSize: Int64) {
    checkLog(logSize)
    let marks = readMarks()
    checkInstances()
    checkTree()
    checkLastBundle()
    findKeys()
    checkStoredCheckpoint(marks.stored)
    checkState(marks.state)
    checkVault()
    checkClock()
    checkWritable()
  }

  private mutating func add(_ code: ReadOnlyReason.Code, _ text: String) {
    reasons.append(ReadOnlyReason(code, text))
  }

  // MARK: Files

  private mutating func checkLog(_ logSize: Int64) {
    guard isForWriting, isAlone, logSize > 0 else { return }
    // After a failed fsync the page cache may show what the disk does not have: what the log holds
    // counts only when it could be moved into the main file.
    do throws(LedgerError) {
      try ledger.settleLog()
    } catch {
      add(.walNotRecovered, "the log of a process that ended could not be taken up: \(error)")
    }
  }

  /// Reads what was signed before it is read how far the ledger goes: a reader holds no lock, and
  /// of what another process appends meanwhile the mark would be ahead of the size.
  private func readMarks() -> Marks {
    let folder = StateFolder(directory: paths.resolve(settings.state))
    return Marks(
      state: Result { () throws(RegistryError) in try folder.read() },
      stored: Result { () throws(LedgerError) in try ledger.latestCheckpoint() })
  }

  private mutating func checkInstances() {
    do {
      guard try ledger.instance() == settings.instance else {
        return add(.otherInstance, "ledger.sqlite is of another registry than registry.json")
      }
      guard try vault.instance() == settings.instance else {
        return add(.otherInstance, "vault.sqlite is of another registry than registry.json")
      }
    } catch {
      add(.otherInstance, "the databases do not say which registry they are of: \(error)")
    }
  }

  private mutating func checkWritable() {
    guard isForWriting else { return }
    for path in [paths.directory, paths.ledger, paths.vault]
    where !RegistryPaths.isWritable(path) {
      add(.notWritable, "\(path) cannot be written")
    }
  }

  // MARK: Ledger

  private mutating func checkTree() {
    do throws(LedgerError) {
      head = try ledger.head()
      let tree = try TreeAppender(reader: RegistryReader(ledger: ledger), size: head.size)
      guard tree.root == head.root else {
        return add(.treeMismatch, "the tiles do not lead to the stored root")
      }
    } catch {
      add(.treeMismatch, "the tree cannot be read: \(error)")
      if head == .empty { deriveHead() }
    }
  }

  /// Where the stored size and root are damaged, those of the entries and tiles: what was signed is
  /// held against what is here, not against nothing.
  private mutating func deriveHead() {
    let reader = RegistryReader(ledger: ledger)
    do {
      let size = try reader.size()
      var tiles = TileTree(reader: reader, size: size)
      head = TreeHead(size: size, root: try tiles.root())
    } catch {
      add(.treeMismatch, "the entries cannot be counted: \(error)")
    }
  }

  /// Re-hashes the entries of the last bundle against the level-0 tile and along the chain.
  private mutating func checkLastBundle() {
    guard head.size > .zero else { return }
    let width = Int((head.size.value - 1) % UInt64(Tile.widthMaximum)) + 1
    let start = head.size.value - UInt64(width)
    do throws(LedgerError) {
      let bytes = try ledger.entries(from: LeafIndex(start), count: width)
      let hashes = try ledger.tile(
        level: 0, index: start / UInt64(Tile.widthMaximum), width: width)
      guard bytes.count == width else {
        return add(.chainMismatch, "entries of the last bundle are missing")
      }
      var previous: Digest?
      for (offset, entryBytes) in bytes.enumerated() {
        let entry = try Entry(parsing: entryBytes)
        let isInPlace = entry.index == LeafIndex(start + UInt64(offset))
        guard isInPlace, entry.leafHash == hashes[offset],
          previous == nil || previous == entry.previous
        else {
          return add(.chainMismatch, "entry \(start + UInt64(offset)) was changed")
        }
        previous = entry.leafHash
        last = entry
      }
    } catch {
      add(.chainMismatch, "the last entries cannot be read: \(error)")
    }
  }

  private mutating func findKeys() {
    do {
      var texts = [settings.ledgerKey]
      var facts = FactOverlay(over: StoreFacts(ledger: ledger))
      if let fact = try facts.ledger() {
        // Every member that the first entry fixes: one changed on disk must not be believed.
        guard fact.origin == settings.origin, fact.keys.first?.vkey == settings.ledgerKey,
          fact.host == settings.host, fact.registrar == settings.code,
          fact.name == settings.name, SHA256.hash(fact.root).base64url == settings.root
        else {
          return add(.otherInstance, "registry.json names another ledger than ledger.sqlite")
        }
        texts += fact.keys.dropFirst().map(\.vkey)
      }
      keys = try texts.map { try VerifierKey(parsing: $0) }
    } catch {
      add(.treeMismatch, "the ledger's keys cannot be read: \(error)")
    }
  }

  private mutating func checkStoredCheckpoint(_ stored: Result<[UInt8]?, LedgerError>) {
    do {
      guard let note = try stored.get() else { return }
      guard let checkpoint = verified(note) else { return }
      if checkpoint.head.size > head.size {
        add(.checkpointMismatch, "entries below a stored checkpoint are missing")
      } else if try root(at: checkpoint.head.size) != checkpoint.head.root {
        add(.checkpointMismatch, "the tree is another than the newest stored checkpoint's")
      }
    } catch {
      add(.checkpointMismatch, "the newest stored checkpoint cannot be checked: \(error)")
    }
  }

  private mutating func verified(_ note: [UInt8]) -> VerifiedCheckpoint? {
    do throws(LedgerError) {
      return try VerifiedCheckpoint(note: note, keys: keys, origin: settings.origin)
    } catch {
      add(.checkpointForeign, "a checkpoint is not signed by this ledger's key: \(error)")
      return nil
    }
  }

  private func root(at size: TreeSize) throws(LedgerError) -> Digest {
    if size == head.size { return head.root }
    var past = TileTree(reader: RegistryReader(ledger: ledger), size: size)
    return try past.root()
  }

  // MARK: State folder

  private mutating func checkState(_ state: Result<StateFolder.Contents?, RegistryError>) {
    let folder = StateFolder(directory: paths.resolve(settings.state))
    do {
      guard let state = try state.get() else {
        return add(.stateMissing, "\(folder.directory)/state.json is not there")
      }
      guard state.instance == settings.instance else {
        return add(.otherInstance, "the state folder is of another registry")
      }
      if state.inode != StateFolder.inode(paths.ledger) {
        add(.copied, "ledger.sqlite is another file than the one this registry was made with")
      }
      if let note = state.checkpoint { try checkHighWater(note) }
      if let note = state.refused { try checkRefused(note) }
    } catch {
      add(.stateMissing, "the state folder cannot be read: \(error)")
    }
  }

  private mutating func checkRefused(_ note: [UInt8]) throws {
    guard let seen = verified(note)?.head else { return }
    if seen.size <= head.size, try root(at: seen.size) == seen.root { return }
    add(
      .largerCheckpointSeen,
      "somebody holds a checkpoint of \(seen.size) entries that this ledger has signed")
  }

  private mutating func checkHighWater(_ note: [UInt8]) throws {
    guard let checkpoint = verified(note) else { return }
    if checkpoint.head.size > head.size {
      add(
        .smallerThanHighWater,
        "\(checkpoint.head.size) entries were signed, \(head.size) are here: an old backup")
    } else if try root(at: checkpoint.head.size) != checkpoint.head.root {
      add(.otherTree, "the first \(checkpoint.head.size) entries are others than those signed")
    }
  }

  // MARK: Vault and clock

  private mutating func checkVault() {
    // A ledger that is not believed must not take rows back.
    guard isForWriting, reasons.isEmpty else { return }
    do throws(RegistryError) {
      _ = try vault.undo(from: head.size)
      // An erasure that entered, and was not settled before a crash.
      if try !vault.items("erased", after: nil, limit: 1).isEmpty { try vault.settle() }
    } catch {
      add(.vaultDamaged, "the vault cannot be brought to the ledger's size: \(error)")
    }
  }

  private mutating func checkClock() {
    guard let last else { return }
    let lead = now.milliseconds - last.received.milliseconds
    if lead < -Writer.clockLagMillisecondsMax {
      add(.clockBehind, "the clock is behind the last entry by more than 5 minutes")
    } else if lead > StartUpChecks.clockLeadMillisecondsMax, !isClockConfirmed {
      add(.clockAhead, "the clock is more than 400 days ahead of the last entry")
    }
  }
}
