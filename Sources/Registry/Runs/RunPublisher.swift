import Cryptography
import Encoding
import Ledger
import Rules

/// Publishes runs: reads the new entries beside whoever appends, writes the run's file, then enters
/// its root.
///
/// Order: the file first, durable under its name, then the entry, then files that are no longer in
/// force go. Killed in between, the next call makes the file again and goes on; a file that no
/// entry names is taken for nothing. The writer's lock is held for the one entry only.
/// Spec: threads.md, "Runs", "Run files".
public struct RunPublisher {
  /// How far to publish.
  public enum Extent: Sendable {
    /// Up to now.
    case now
    /// Whole blocks of 65,536 entries: what a timer asks for.
    case wholeBlocks
  }

  /// What was published.
  public struct Report: Sendable {
    /// The runs in force, in order.
    public internal(set) var runs: [RunFact] = []
    /// The entry made now; nil when nothing had to be published.
    public internal(set) var index: LeafIndex?
    /// Entries when it began.
    public internal(set) var size = TreeSize.zero
    /// Whether it came to its end; false when it was stopped, and nothing was entered.
    public internal(set) var isComplete = false
    /// The checkpoint over the entry made now.
    public internal(set) var checkpoint: VerifiedCheckpoint?

    /// How many entries from the first on are covered.
    public var covered: TreeSize { runs.last?.range.to ?? .zero }
  }

  /// Entries of a block that is published without being asked for.
  public static let blockEntryCount: UInt64 = 65_536

  private let registry: OpenRegistry
  private let registrar: Signer
  private let folder: RunFolder
  private let isStopped: () -> Bool

  /// Opens the registrar's key. `isStopped` is asked every few hundred entries.
  public init(
    _ registry: OpenRegistry, isStopped: @escaping () -> Bool = { false }
  ) throws(RegistryError) {
    try registry.requireWritable()
    self.registry = registry
    self.isStopped = isStopped
    registrar = try registry.signer(registry.settings.code, use: .act)
    folder = registry.runs
  }

  /// Publishes the run of what is not covered yet, if there is anything but publications in it, and
  /// makes files anew that are missing.
  ///
  /// Throws `busy` while another process publishes runs, `refused`, `damagedLedger`, and what files
  /// and appends throw.
  public func publish(_ extent: Extent) throws(RegistryError) -> Report {
    let lock = try FileLock(path: registry.paths.mapping)
    try lock.lock(seconds: registry.options.lockSeconds)
    defer { lock.unlock() }
    try RegistryPaths.makeDurableDirectory(folder.directory, in: registry.paths.published)
    var report = Report()
    report.runs = try registry.readFacts { facts throws(RulesError) in try facts.runs() }
    report.size = try head()
    if let range = try nextRange(after: report.runs.map(\.range), extent, size: report.size) {
      guard let root = try make(range, from: report.runs) else { return report }
      let change = try registry.append(
        .ledgerMapped, by: registrar,
        [
          "from": .integer(Int64(range.from.value)), "root": .string(root.base64url),
          "to": .integer(Int64(range.to.value)),
        ])
      report.index = change.entry.index
      report.checkpoint = change.checkpoint
      report.runs = try registry.readFacts { facts throws(RulesError) in try facts.runs() }
    }
    report.isComplete = try restore(report.runs)
    removeOthers(report.runs)
    return report
  }

  // MARK: What to publish

  private func head() throws(RegistryError) -> TreeSize {
    do throws(LedgerError) { return try registry.ledger.size() } catch {
      throw RegistryError(error)
    }
  }

  private func nextRange(
    after ranges: [RunRange], _ extent: Extent, size: TreeSize
  ) throws(RegistryError) -> RunRange? {
    let from = ranges.last?.to ?? .zero
    var to = size
    if extent == .wholeBlocks {
      to = TreeSize(size.value - size.value % RunPublisher.blockEntryCount)
    }
    guard from < to, try isWorthwhile(from: from, to: to) else { return nil }
    do throws(LedgerError) {
      return try RunRange.appending(try RunRange(from: from, to: to), to: ranges).last
    } catch {
      throw RegistryError(error)
    }
  }

  /// Publications alone, that of a run among them, would call for the next one without end.
  private func isWorthwhile(from: TreeSize, to: TreeSize) throws(RegistryError) -> Bool {
    let publications = ["ledger.", "trust.", "status."]
    var index = from.nextIndex
    while to.contains(index) {
      do {
        let count = min(256, Int(to.value - index.value))
        for bytes in try registry.reader.entries(from: index, count: count) {
          let kind = try Event(parsing: try Entry(parsing: bytes).event).kind.rawValue
          guard publications.contains(where: kind.hasPrefix) else { return true }
          index = index.advanced(by: 1)
        }
      } catch let error as LedgerError {
        throw RegistryError(error)
      } catch {
        throw RegistryError(
          .damagedLedger, "an entry cannot be read; run audit ledger", cause: error,
          at: "entry \(index)")
      }
    }
    return false
  }

  // MARK: Files

  /// Makes the file of a run out of those that it takes up, or of entries where one is missing or
  /// is not what was published; nil when it was stopped.
  private func make(
    _ range: RunRange, from published: [RunFact]
  ) throws(RegistryError) -> Digest? {
    let builder = RunBuilder(
      registry.reader, scratch: folder.directory, isStopped: isStopped)
    do throws(LedgerError) {
      var parts: [RunPart] = []
      for run in published where run.range.from >= range.from && run.range != range {
        guard let file = try folder.run(run.range) else { break }
        parts.append(RunPart(file: file, root: run.root))
      }
      return try builder.run(range, parts: parts, in: folder)
    } catch {
      guard error.code == .invalidRun else { throw RegistryError(error) }
    }
    do throws(LedgerError) {
      return try builder.run(range, in: folder)
    } catch {
      throw RegistryError(error)
    }
  }

  /// Makes the files of runs in force that are missing, as after a backup; false when stopped.
  private func restore(_ runs: [RunFact]) throws(RegistryError) -> Bool {
    for run in runs where try !isThere(run) {
      guard let root = try make(run.range, from: []) else { return false }
      guard root == run.root else {
        throw RegistryError(
          .damagedLedger, "a published run is not that of the entries; run audit ledger",
          at: "entry \(run.entry)")
      }
    }
    return true
  }

  private func isThere(_ run: RunFact) throws(RegistryError) -> Bool {
    do throws(LedgerError) {
      return try folder.run(run.range) != nil
    } catch {
      guard error.code == .invalidRun else { throw RegistryError(error) }
      return false
    }
  }

  private func removeOthers(_ runs: [RunFact]) {
    let kept = Set(runs.map { RunFolder.name($0.range) })
    for name in RegistryPaths.names(in: folder.directory) where !kept.contains(name) {
      RegistryPaths.remove(folder.directory + "/" + name)
    }
  }
}

extension OpenRegistry {
  /// The files of the published runs.
  public var runs: RunFolder { RunFolder(directory: paths.runs) }
}
