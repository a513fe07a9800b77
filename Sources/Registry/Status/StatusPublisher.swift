import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Signs a department's status lists and enters one `status.published` over all its tokens.
///
/// Lists of a retired department are signed by whoever answers for it, among its own.
///
/// Order: tokens first, each durable in its place, then the entry. Killed in between, the tokens
/// in `public/status` are newer than the entry says: they are good for verifiers, and the next
/// call finds that their root is not the published one and enters it, also when no list has to be
/// signed. The other order could name tokens that never came to be. Spec: status.md, "Publishing".
public struct StatusPublisher {
  /// Which lists to sign.
  public struct Selection: Sendable {
    /// Only those of this type.
    public var type: String?
    /// All, also unchanged ones.
    public var isForced = false

    /// Lists that changed or whose token ages.
    public init() {}
  }

  /// One list of the department.
  public struct List: Sendable {
    /// Its URI.
    public let uri: String
    /// Its name.
    public let name: StatusListName
    /// Indices given out or burnt.
    public let used: Int64
    /// Whether it differs from the token that lay there before.
    public let isChanged: Bool
    /// Whether it was signed now.
    public internal(set) var isSigned: Bool
    /// `iat` of its token, seconds.
    public internal(set) var issuedAt: Int64
    /// `exp` of its token, seconds.
    public internal(set) var expiresAt: Int64
  }

  /// What was published.
  public struct Report: Sendable {
    /// The lists looked at, in the order of their URIs.
    public internal(set) var lists: [List] = []
    /// The number of the newest publication; 0 for none.
    public internal(set) var sequence: Int64 = 0
    /// The entry made now; nil when nothing had to be published.
    public internal(set) var index: LeafIndex?
    /// The root over all current tokens of the department.
    public internal(set) var root: Digest = MerkleTree.emptyRoot
    /// The newest checkpoint.
    public internal(set) var checkpoint: VerifiedCheckpoint?
  }

  let registry: OpenRegistry
  let department: USCC
  let actor: Signer
  let sealer: Signer
  private let files: PublishedStatus

  /// Opens the department's `act` and `seal` keys.
  public init(_ registry: OpenRegistry, department: String) throws(RegistryError) {
    self.registry = registry
    do throws(CertificatesError) {
      self.department = try USCC(department)
    } catch {
      throw RegistryError(.unknownDepartment, error.message, cause: error)
    }
    actor = try registry.signer(department, use: .act)
    sealer = try registry.signer(department, use: .seal)
    files = PublishedStatus(registry.paths)
  }

  /// Signs what needs it and enters the publication.
  ///
  /// `progress` is told how many lists are done. Throws `busy` while another process publishes,
  /// `refused`, and what files and appends throw.
  public func publish(
    _ selection: Selection, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(RegistryError) -> Report {
    // Held to the end: of two publishers, one with an older view must not replace newer tokens.
    let lock = try FileLock(path: registry.paths.publishing)
    try lock.lock(seconds: 60)
    defer { lock.unlock() }
    // What an interrupted call left is public: it gets its round before others take its place.
    let left = try record([])
    let signed = try signTokens(selection, progress: progress)
    var report = try record(signed)
    if report.index == nil { report.index = left.index }
    return report
  }

  /// Signs and writes the tokens; nothing is entered yet.
  package func signTokens(
    _ selection: Selection, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(RegistryError) -> [List] {
    let states = try read(selection.type)
    let sealing = StatusSealing(
      files: files, sealer: sealer, authority: try authority(),
      now: registry.clock.now().seconds, isForced: selection.isForced)
    var lists: [List] = []
    var start = 0
    while start < states.count {
      let piece = states[start..<min(start + Self.pieceCount, states.count)]
      let made = try Parallel.map(Array(piece)) { state throws(RegistryError) in
        try sealing.make(state)
      }
      for (list, token) in made {
        // Durable one by one: a crash leaves older tokens for the rest, and the next call goes on.
        if let token { try files.succeed(token, list.name) }
        lists.append(list)
      }
      start += piece.count
      progress(start, states.count)
    }
    return lists
  }

  /// Enters the root over all tokens of the department unless it is the published one.
  package func record(_ lists: [List]) throws(RegistryError) -> Report {
    var report = Report()
    report.lists = lists
    let all = try self.lists(type: nil).map { (uri: $0.row.uri, name: $0.name) }
    let leaves = try files.leaves(of: all)
    let (count, root) = (leaves.leaves.count, leaves.root)
    report.root = root
    // All lists of the registry, whoever signs them, as far as they have a token.
    var uris: [String] = []
    for row in try registry.vault.statusLists() {
      if try hasToken(row.uri) { uris.append(row.uri) }
    }
    try files.writeAggregation(uris)
    return try registry.write { writer throws(RegistryError) in
      var published = (size: Int64(0), root: MerkleTree.emptyRoot)
      if case .status(let last)? = try writer.fact(.status(department.text)) {
        report.sequence = last.sequence
        published = (last.size, last.digest)
      }
      report.checkpoint = try writer.checkpoint()
      if published == (Int64(count), root) {
        if count > 0 { try files.write(leaves, of: department, sequence: report.sequence) }
        return report
      }
      // Before the entry: nobody finds an entry without it.
      try files.write(leaves, of: department, sequence: report.sequence + 1)
      let draft = writer.draft(
        .statusPublished, by: actor,
        [
          "lists": .integer(Int64(count)), "root": .string(root.base64url),
          "sequence": .integer(report.sequence + 1),
        ])
      let entry = try writer.appendOne(draft, by: actor)
      report.sequence += 1
      report.index = entry.index
      report.checkpoint = try writer.checkpoint()
      return report
    }
  }

  /// Copies all current tokens of the department, or of a type, below another folder.
  public func export(type: String?, to directory: String) throws(RegistryError) {
    let target = PublishedStatus(directory: directory)
    for list in try lists(type: type) {
      if let token = try files.bytes(list.name) { try target.write(token, list.name) }
    }
  }

  private func hasToken(_ uri: String) throws(RegistryError) -> Bool {
    do throws(CertificatesError) {
      return RegistryPaths.exists(files.path(try StatusListName.parse(uri).name))
    } catch {
      throw RegistryError(
        .damagedVault, "a status list has no proper name", cause: error, at: "status_list")
    }
  }

  // MARK: Lists

  /// Lists compressed and signed at a time: bounds the memory, 256 KiB each.
  private static let pieceCount = 64

  private func lists(
    type: String?
  ) throws(RegistryError) -> [(row: StatusListRow, name: StatusListName)] {
    var lists: [(row: StatusListRow, name: StatusListName)] = []
    var known: [USCC: Bool] = [department: true]
    for row in try registry.vault.statusLists() {
      let name: StatusListName
      do throws(CertificatesError) {
        name = try StatusListName.parse(row.uri).name
      } catch {
        throw RegistryError(
          .damagedVault, "a status list has no proper name", cause: error, at: "status_list")
      }
      guard type == nil || name.type.text == type else { continue }
      if try answers(for: name.department, &known) { lists.append((row, name)) }
    }
    return lists.sorted { $0.row.uri.utf8.lexicographicallyPrecedes($1.row.uri.utf8) }
  }

  /// Whether the lists of a department are this one's to sign; each is looked up once.
  private func answers(
    for other: USCC, _ known: inout [USCC: Bool]
  ) throws(RegistryError) -> Bool {
    if let known = known[other] { return known }
    let answers = try registry.readFacts { facts throws(RulesError) in
      try facts.answers(department.text, for: other.text)
    }
    known[other] = answers
    return answers
  }

  /// The states as the durable ledger has them: under the lock no batch is on its way.
  private func read(_ type: String?) throws(RegistryError) -> [StatusSealing.ListState] {
    try registry.write { writer throws(RegistryError) in
      var states: [StatusSealing.ListState] = []
      for (row, name) in try lists(type: type) {
        let key = try writer.cipher.open(row.secret, for: .statusList(row.id))
        states.append(
          StatusSealing.ListState(
            row: row, name: name, permutationKey: SecretBytes(copying: key),
            copies: try registry.vault.changedCopies(list: row.id)))
      }
      return states
    }
  }

  private func authority() throws(RegistryError) -> Identity {
    var facts = registry.facts()
    do {
      guard let ledger = try facts.ledger() else {
        throw RegistryError(.damagedLedger, "the ledger has no first entry")
      }
      return try Identity(der: ledger.authority)
    } catch let error as RegistryError {
      throw error
    } catch {
      throw RegistryError(.damagedLedger, "the authority cannot be read", cause: error)
    }
  }
}
