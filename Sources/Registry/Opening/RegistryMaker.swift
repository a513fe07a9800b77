import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Makes a registry: keys, databases, state folder and the first two entries.
///
/// `registry.json` is written last: a directory without it is no registry, so an interrupted
/// `create` leaves nothing that opens.
struct RegistryMaker {
  let paths: RegistryPaths
  let new: NewRegistry
  let options: OpenOptions
  let keys: KeyStore
  let now: Timestamp

  private struct Hierarchy {
    let root: Identity
    let authority: IdentityIssuer
    let listSigner: Identity
    let act: Identity
    let actKey: P256PrivateKey
    let others: [(use: IdentityUse, identity: Identity)]
  }

  init(paths: RegistryPaths, new: NewRegistry, options: OpenOptions) {
    self.paths = paths
    self.new = new
    self.options = options
    keys = KeyStore(
      directory: paths.keys, minimumCost: new.keys, registrar: new.code.text,
      passphrases: options.passphrases)
    now = options.clock.now()
  }

  func make(storage: some StorageProvider) throws(RegistryError) {
    guard RegistryPaths.names(in: paths.directory).isEmpty else {
      throw RegistryError(
        .alreadyExists, "the directory is not empty; give a new one", at: paths.directory)
    }
    let state = new.state ?? paths.directory + ".state"
    let folder = StateFolder(directory: state)
    guard try folder.read() == nil else {
      throw RegistryError(
        .alreadyExists, "the state folder is of another registry; give a new one", at: state)
    }
    // Asked for before anything is made: without them nothing would be left to clean up.
    _ = try options.passphrases(.registry)
    _ = try options.passphrases(.ledger)
    try RegistryPaths.makeDirectory(paths.directory, mode: 0o750)
    try RegistryPaths.makeDirectory(paths.keys, mode: 0o700)
    try RegistryPaths.makeDirectory(paths.directory + "/offline", mode: 0o700)
    try RegistryPaths.makeDirectory(paths.published)
    try RegistryPaths.makeDirectory(state, mode: 0o700)
    let ledgerKey: Ed25519PrivateKey
    let vaultKey: SecretBytes
    let instance: [UInt8]
    let verifierKey: String
    let hierarchy: Hierarchy
    do {
      ledgerKey = try Ed25519PrivateKey.generate()
      vaultKey = try SecretBytes(randomCount: 32)
      instance = try SystemRandom().bytes(RegistrySettings.instanceByteCount)
      verifierKey = try VerifierKey(name: new.origin, key: ledgerKey.publicKey).text
      hierarchy = try makeHierarchy()
    } catch let error as RegistryError {
      throw error
    } catch let error as CryptographyError {
      throw RegistryError(error)
    } catch {
      throw RegistryError(.internalFault, "the keys could not be made", cause: error)
    }
    try keys.keep(ledgerKey: ledgerKey)
    try keys.keep(vaultKey: vaultKey)
    let settings = RegistrySettings(
      name: new.name, host: new.host, origin: new.origin, code: new.code.text, keys: new.keys,
      instance: instance, state: relative(state), ledgerKey: verifierKey,
      root: hierarchy.root.keyID)
    try open(settings, hierarchy, folder, storage)
    try KeyStore.write(hierarchy.root.pem, to: paths.root, mode: 0o644)
    try KeyStore.write(settings.bytes, to: paths.settings, mode: 0o644)
  }

  /// The state folder beside the directory is noted relative to it, so that both can move together.
  private func relative(_ state: String) -> String {
    guard state == paths.directory + ".state", let name = state.split(separator: "/").last else {
      return state
    }
    return "../\(name)"
  }

  // MARK: Keys

  private func makeHierarchy() throws -> Hierarchy {
    let rootTerm = IdentityTerms.validity(from: now, years: IdentityTerms.rootYears)
    let term = IdentityTerms.validity(
      from: now, years: IdentityTerms.authorityYears, latest: rootTerm.last)
    let rootKey = try P256PrivateKey.generate()
    let title = IdentityTerms.commonName(new.name)
    let root = try IdentityIssuer.root(
      IdentityContents(
        profile: .root, publicKey: rootKey.publicKey,
        subject: IdentitySubject(commonName: title), validFrom: rootTerm.first,
        through: rootTerm.last), key: rootKey)
    let issuer = try IdentityIssuer(identity: root, key: rootKey)
    let authorityKey = try P256PrivateKey.generate()
    let authority = try issuer.issue(
      IdentityContents(
        profile: .authority(permittedHost: new.host), publicKey: authorityKey.publicKey,
        subject: IdentitySubject(commonName: "\(new.host) authority"), validFrom: term.first,
        through: term.last))
    let listKey = try P256PrivateKey.generate()
    let listSigner = try issuer.issue(
      IdentityContents(
        profile: .listSigner, publicKey: listKey.publicKey,
        subject: IdentitySubject(commonName: "\(new.host) trust list"), validFrom: term.first,
        through: term.last))
    try keys.keep(rootKey: rootKey, at: paths.rootKey)
    try keys.keep(.authority, authority, key: authorityKey)
    try keys.keep(.listSigner, listSigner, key: listKey)
    return try makeRegistrar(
      root, try IdentityIssuer(identity: authority, key: authorityKey), listSigner)
  }

  private func makeRegistrar(
    _ root: Identity, _ authority: IdentityIssuer, _ listSigner: Identity
  ) throws -> Hierarchy {
    let enrolment = Enrolment(
      code: new.code.text, name: new.name, host: new.host, authority: authority, now: now)
    let actKey = try P256PrivateKey.generate()
    let act = try enrolment.issue(.act, actKey.publicKey)
    try keys.keep(new.code.text, act, key: actKey)
    var others: [(use: IdentityUse, identity: Identity)] = []
    for use in [IdentityUse.seal, .open] {
      let key = try P256PrivateKey.generate()
      let identity = try enrolment.issue(use, key.publicKey)
      try keys.keep(new.code.text, identity, key: key)
      others.append((use, identity))
    }
    return Hierarchy(
      root: root, authority: authority, listSigner: listSigner, act: act, actKey: actKey,
      others: others)
  }

  // MARK: First entries

  private func open(
    _ settings: RegistrySettings, _ hierarchy: Hierarchy, _ folder: StateFolder,
    _ storage: some StorageProvider
  ) throws(RegistryError) {
    let ledger: any RegistryLedger
    do throws(LedgerError) {
      ledger = try storage.createLedger(path: paths.ledger, instance: settings.instance)
    } catch {
      throw RegistryError(error)
    }
    let vault = try storage.createVault(path: paths.vault, instance: settings.instance)
    try folder.write(
      StateFolder.Contents(
        instance: settings.instance, inode: StateFolder.inode(paths.ledger) ?? 0,
        checkpoint: nil, refused: nil))
    let writer = try OpenRegistry.makeWriter(
      paths: paths, settings: settings, ledger: ledger, vault: vault, keys: keys,
      clock: options.clock)
    let signer = Signer(
      code: settings.code, uri: settings.departmentURI(settings.code), identity: hierarchy.act,
      key: hierarchy.actKey)
    let opened = writer.draft(
      .ledgerOpened, by: signer,
      [
        "authority": .string(Base64.encode(hierarchy.authority.identity.der)),
        "host": .string(settings.host), "ledger_key": .string(settings.ledgerKey),
        "list_signer": .string(Base64.encode(hierarchy.listSigner.der)),
        "name": .string(settings.name), "registrar": .string(Base64.encode(hierarchy.act.der)),
        "root": .string(Base64.encode(hierarchy.root.der)), "rules": .integer(RuleSet.version),
      ])
    try writer.appendOne(opened, by: signer)
    let identities = [(use: IdentityUse.act, identity: hierarchy.act)] + hierarchy.others
    let enrolled = writer.draft(
      .departmentEnrolled, by: signer,
      Enrolment.clear(
        code: settings.code, name: settings.name, uri: signer.uri, level: .registry, identities))
    try writer.appendOne(enrolled, by: signer)
    try writer.flush()
    try vault.close()
    do throws(LedgerError) { try ledger.close() } catch { throw RegistryError(error) }
  }
}

extension OpenRegistry {
  /// Makes a registry in a directory that does not exist or is empty.
  ///
  /// Asks for the registry's and the ledger's passphrase. The root's key lies in `offline/`: move
  /// it to a safe place. Throws `alreadyExists`, `notWritable`, `diskFull`, and what keys throw;
  /// what an interrupted call leaves is no registry and may be deleted.
  public static func create(
    directory: String, _ new: NewRegistry, storage: some StorageProvider, options: OpenOptions
  ) throws(RegistryError) {
    try RegistryMaker(paths: RegistryPaths(directory: directory), new: new, options: options)
      .make(storage: storage)
  }
}
