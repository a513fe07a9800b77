import Cryptography
import Encoding
import Ledger
import Rules

/// How a registry is opened.
public struct OpenOptions: Sendable {
  /// Whether appends are wanted; without, nothing on the disk is changed.
  public var isForWriting: Bool
  /// Gives passphrases when a key is needed.
  public var passphrases: PassphraseProvider
  /// The folder of the acting department's keys, if not in the registry (`--keys`).
  public var departmentKeys: String?
  /// The time of day.
  public var clock: any Clock
  /// Whether a person confirmed a clock far ahead of the last entry.
  public var isClockConfirmed: Bool
  /// How long to wait for another process's batch.
  public var lockSeconds: Double

  /// Options; without `passphrases` no key can be opened.
  public init(
    isForWriting: Bool, passphrases: @escaping PassphraseProvider = OpenOptions.noPassphrase,
    departmentKeys: String? = nil,
    clock: any Clock = SystemClock(), isClockConfirmed: Bool = false, lockSeconds: Double = 60
  ) {
    self.isForWriting = isForWriting
    self.passphrases = passphrases
    self.departmentKeys = departmentKeys
    self.clock = clock
    self.isClockConfirmed = isClockConfirmed
    self.lockSeconds = lockSeconds
  }

  /// Refuses to open any key.
  @Sendable public static func noPassphrase(
    _ role: PassphraseRole
  ) throws(RegistryError) -> SecretBytes {
    throw RegistryError(.passphraseMissing, "no passphrase was given for the \(role)")
  }
}

/// A registry that is open in this process; used by one thread at a time.
public final class OpenRegistry {
  /// Where its files lie.
  public let paths: RegistryPaths
  /// What it is.
  public let settings: RegistrySettings
  /// The ledger's store.
  public let ledger: any RegistryLedger
  /// The vault; what it holds is sealed.
  public let vault: any Vault
  /// The registry's keys.
  public let keys: KeyStore
  /// The acting department's keys: below the registry's unless their folder was given.
  public let departmentKeys: KeyStore
  /// The time of day.
  public let clock: any Clock
  /// Why it takes no appends; empty if it does.
  public let reasons: [ReadOnlyReason]
  let options: OpenOptions
  private let lock: FileLock?
  private let users: FileLock?
  private var cachedWriter: Writer?

  init(
    paths: RegistryPaths, settings: RegistrySettings, ledger: any RegistryLedger,
    vault: any Vault, options: OpenOptions, reasons: [ReadOnlyReason], lock: FileLock?,
    users: FileLock?
  ) {
    self.paths = paths
    self.settings = settings
    self.ledger = ledger
    self.vault = vault
    self.options = options
    self.reasons = reasons
    self.lock = lock
    self.users = users
    clock = options.clock
    keys = KeyStore(
      directory: paths.keys, minimumCost: settings.keys, registrar: settings.code,
      passphrases: options.passphrases)
    departmentKeys = KeyStore(
      directory: paths.keys, departmentFolder: options.departmentKeys,
      minimumCost: settings.keys, registrar: settings.code, passphrases: options.passphrases)
  }

  /// Opens the registry in a directory and runs every start-up check.
  ///
  /// A check that fails makes it read only, with the reason in `reasons`. Throws `notARegistry`,
  /// `damagedSettings`, `unsupportedFormat`, `busy`, and what the databases refuse when they cannot
  /// be opened at all.
  public static func open(
    directory: String, storage: some StorageProvider, options: OpenOptions
  ) throws(RegistryError) -> OpenRegistry {
    let paths = RegistryPaths(directory: directory)
    let settings = try RegistrySettings.read(paths)
    var lock: FileLock?
    var users: FileLock?
    var isAlone = false
    if options.isForWriting, RegistryPaths.isWritable(paths.directory) {
      let batchLock = try FileLock(path: paths.lock)
      try batchLock.lock(seconds: options.lockSeconds)
      let userLock = try FileLock(path: paths.users)
      isAlone = userLock.tryExclusive()
      lock = batchLock
      users = userLock
    }
    defer { lock?.unlock() }
    let logSize = RegistryPaths.status(paths.ledger + "-wal")?.size ?? 0
    // A directory that cannot be written can still be read.
    let forWriting = lock != nil
    let ledger: any RegistryLedger
    do throws(LedgerError) {
      ledger = try storage.openLedger(path: paths.ledger, forWriting: forWriting)
    } catch {
      throw RegistryError(error)
    }
    let vault = try storage.openVault(path: paths.vault, forWriting: forWriting)
    var checks = StartUpChecks(
      paths: paths, settings: settings, ledger: ledger, vault: vault,
      isForWriting: options.isForWriting, isAlone: isAlone,
      isClockConfirmed: options.isClockConfirmed, now: options.clock.now())
    checks.run(logSize: logSize)
    try users?.share()
    return OpenRegistry(
      paths: paths, settings: settings, ledger: ledger, vault: vault, options: options,
      reasons: checks.reasons, lock: lock, users: users)
  }

  /// Whether appends are refused.
  public var isReadOnly: Bool { !reasons.isEmpty || lock == nil }

  /// A reader for tiles, proofs and audits.
  public var reader: RegistryReader { RegistryReader(ledger: ledger) }

  /// The facts as they are stored now.
  public func facts() -> FactOverlay { FactOverlay(over: StoreFacts(ledger: ledger)) }

  // MARK: Writing

  /// Takes the lock, lends the writer, and lets go.
  ///
  /// The first call opens ledger key and vault key. Throws `readOnly` with all reasons, `busy`, and
  /// what keys and `body` throw.
  public func write<T>(
    _ body: (Writer) throws(RegistryError) -> T
  ) throws(RegistryError) -> T {
    let lock = try requireWritable()
    try lock.lock(seconds: options.lockSeconds)
    defer { lock.unlock() }
    let writer = try preparedWriter()
    return try body(writer)
  }

  /// Takes the lock without opening any key: for what changes neither ledger nor vault.
  ///
  /// Throws `readOnly`, `busy`, and what `body` throws.
  func locked<T>(
    _ body: () throws(RegistryError) -> T
  ) throws(RegistryError) -> T {
    guard let lock else {
      throw RegistryError(.readOnly, "the registry was opened for reading", at: paths.directory)
    }
    try lock.lock(seconds: options.lockSeconds)
    defer { lock.unlock() }
    return try body()
  }

  /// The lock; throws `readOnly` with all reasons. Before keys are made or passphrases asked for.
  @discardableResult
  func requireWritable() throws(RegistryError) -> FileLock {
    guard let lock, reasons.isEmpty else {
      let list = reasons.map(\.description).joined(separator: "; ")
      throw RegistryError(
        .readOnly, list.isEmpty ? "the registry was opened for reading" : list,
        at: paths.directory)
    }
    return lock
  }

  private func preparedWriter() throws(RegistryError) -> Writer {
    // After a failed sync the page cache may show what the disk does not have: only another process
    // may look again.
    if let cachedWriter, cachedWriter.hasEnded {
      throw RegistryError(
        .writerEnded, "an append failed before; end this program and open the registry again")
    }
    let size: TreeSize
    do throws(LedgerError) { size = try ledger.head().size } catch { throw RegistryError(error) }
    // Another process may have died between vault and ledger since this one last looked.
    let isUndone = try vault.undo(from: size)
    if let writer = cachedWriter, !isUndone {
      try writer.refresh()
      return writer
    }
    let writer = try OpenRegistry.makeWriter(
      paths: paths, settings: settings, ledger: ledger, vault: vault, keys: keys, clock: clock)
    cachedWriter = writer
    return writer
  }

  /// Lends the writer together with the registrar's opened key, after entering the refusals that
  /// waited for it; throws as `write(_:)` and `signer(_:use:)`.
  func writeAsRegistrar<T>(
    _ body: (Writer, Signer) throws(RegistryError) -> T
  ) throws(RegistryError) -> T {
    let registrar = try signer(settings.code, use: .act)
    return try write { writer throws(RegistryError) in
      _ = try writer.recordWaitingRefusals(by: registrar)
      return try body(writer, registrar)
    }
  }

  static func makeWriter(
    paths: RegistryPaths, settings: RegistrySettings, ledger: any RegistryLedger,
    vault: any Vault, keys: KeyStore, clock: any Clock
  ) throws(RegistryError) -> Writer {
    let signer: NoteSigner
    let key = try keys.ledgerKey()
    let cipher = try VaultCipher(vaultKey: try keys.vaultKey())
    do throws(LedgerError) {
      signer = try NoteSigner(name: settings.origin, key: key)
    } catch {
      throw RegistryError(error)
    }
    let state = stateKeeper(paths, settings)
    let writer = try Writer(
      ledger: ledger, vault: vault, state: state, settings: settings, noteSigner: signer,
      cipher: cipher, clock: clock, random: BufferedRandom())
    var expected = settings.ledgerKey
    if case .ledger(let fact)? = try writer.fact(.ledger), let newest = fact.keys.last {
      expected = newest.vkey
    }
    guard signer.verifierKey.text == expected else {
      throw RegistryError(
        .keyMismatch, "the ledger key is not the one in force; restore keys/ledger.key",
        at: keys.directory)
    }
    return writer
  }

  static func stateKeeper(_ paths: RegistryPaths, _ settings: RegistrySettings) -> StateKeeper {
    StateKeeper(
      folder: StateFolder(directory: paths.resolve(settings.state)),
      instance: settings.instance, inode: StateFolder.inode(paths.ledger) ?? 0)
  }

  /// Opens the vault's cipher for reading what is sealed; needs the ledger's passphrase.
  public func openCipher() throws(RegistryError) -> VaultCipher {
    if let cachedWriter { return cachedWriter.cipher }
    return try VaultCipher(vaultKey: try keys.vaultKey())
  }

  /// The root that the first entry names: what others pin. Throws `damagedLedger`.
  public func root() throws(RegistryError) -> Identity {
    let ledger = try readFacts { facts throws(RulesError) in try facts.ledger() }
    guard let ledger else {
      throw RegistryError(.damagedLedger, "the ledger was never opened")
    }
    do throws(CryptographyError) { return try Identity(der: ledger.root) } catch {
      throw RegistryError(.damagedLedger, "the root cannot be read", cause: error)
    }
  }

  /// The identity and key with which a department acts or seals: the newest in force of which the
  /// key lies here.
  ///
  /// Throws `unknownDepartment`, `unknownIdentity`, and what the key store throws.
  public func signer(
    _ code: String, use: IdentityUse
  ) throws(RegistryError) -> Signer {
    var candidates: [(from: Int64, identity: Identity)] = []
    var uri: String?
    var facts = facts()
    do throws(RulesError) {
      let department = try facts.department(code)
      uri = department?.uri
      for keyID in department?.identities ?? [] {
        guard let fact = try facts.identityFact(keyID), fact.use == use, fact.state == .active,
          let identity = try facts.identity(keyID)
        else { continue }
        candidates.append((fact.from, identity))
      }
    } catch {
      throw RegistryError(error)
    }
    guard let uri else {
      throw RegistryError(.unknownDepartment, "no such department is enrolled", at: code)
    }
    return try signer(code, uri, use, candidates.sorted { $0.from > $1.from })
  }

  private func signer(
    _ code: String, _ uri: String, _ use: IdentityUse,
    _ candidates: [(from: Int64, identity: Identity)]
  ) throws(RegistryError) -> Signer {
    // The registrar's keys are the registry's own: `--keys` is about the other side of an act.
    let store = code == settings.code ? keys : departmentKeys
    for candidate in candidates where store.hasKey(code, keyID: candidate.identity.keyID) {
      let key = try store.departmentKey(code, candidate.identity)
      return Signer(code: code, uri: uri, identity: candidate.identity, key: key)
    }
    throw RegistryError(
      candidates.isEmpty ? .unknownIdentity : .keyNotFound,
      candidates.isEmpty
        ? "the department has no \(use.rawValue) identity in force"
        : "no key of its \(use.rawValue) identities lies here; give their folder with --keys",
      at: code)
  }

  /// Stores the newest checkpoint and closes both databases; the registry cannot be used after.
  ///
  /// Every command ends with it. Without a call nothing acknowledged is lost.
  public func close() throws(RegistryError) {
    if let lock, cachedWriter?.hasEnded == false {
      try lock.lock(seconds: options.lockSeconds)
      defer { lock.unlock() }
      try preparedWriter().flush()
      // Everything entered: what was kept for taking back the last batch is of no use any more.
      try vault.settle()
    }
    cachedWriter = nil
    try vault.close()
    do throws(LedgerError) { try ledger.close() } catch { throw RegistryError(error) }
  }
}
