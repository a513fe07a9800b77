import Encoding
import Ledger
import Rules

// Spec: cli/ledger.md, "export"; checkpoint.md, "Export".
extension OpenRegistry {
  /// Writes what anyone may have into a directory: the ledger as C2SP tlog-tiles up to the newest
  /// stored checkpoint, and beside it root, trust list, type files and status tokens.
  ///
  /// `checkpoint` is written last. Before it leaves the house the state folder knows it.
  ///
  /// Throws `alreadyExists` when the directory is not empty, `foreignExport` when another ledger's
  /// export is there, `notFound` when nothing was signed yet or a published file is missing,
  /// `damagedLedger`, `inputOutput`, and what signing throws.
  public func export(_ order: ExportOrder) throws(RegistryError) -> ExportResult {
    let names = RegistryPaths.names(in: order.directory)
    if !order.isIncremental, !names.isEmpty {
      throw RegistryError(
        .alreadyExists, "the directory is not empty; give a new one, or --incremental to go on",
        at: order.directory)
    }
    let newest = try publishableCheckpoint(isSigning: order.isSigning)
    var writer = ExportWriter(directory: order.directory)
    let start = try order.isIncremental ? exportedSize(order.directory, below: newest) : .zero
    try writePublished(to: &writer)
    try writeRuns(to: &writer, upTo: newest)
    let total = newest.head.size
    do throws(LedgerError) {
      let isComplete = try writer.write(
        reader, upTo: newest, from: start, isStopped: order.isStopped,
        progress: { order.progress($0, total) })
      return ExportResult(
        checkpoint: newest, isComplete: isComplete,
        beyondCount: try ledger.size().value - total.value, fileCount: writer.fileCount,
        byteCount: writer.byteCount)
    } catch {
      throw OpenRegistry.exportError(error)
    }
  }

  /// The newest checkpoint that may be given away: stored, and known to the state folder.
  ///
  /// With `isSigning` the durable head is signed first, if no stored checkpoint covers it.
  /// Throws `notFound`, `damagedLedger`, and what keys and the state folder throw.
  func publishableCheckpoint(isSigning: Bool) throws(RegistryError) -> VerifiedCheckpoint {
    var stored = try verifiedCheckpoint()
    if isSigning, !isReadOnly {
      let size: TreeSize
      do throws(LedgerError) { size = try ledger.size() } catch { throw RegistryError(error) }
      if stored.map({ $0.head.size < size }) ?? true {
        try write { writer throws(RegistryError) in try writer.flush() }
        stored = try verifiedCheckpoint()
      }
    }
    guard let stored else {
      throw RegistryError(
        .notFound, "no checkpoint is stored yet; give the ledger's passphrase to sign one")
    }
    // Once it is outside, only the state folder can tell that this registry was set back behind it.
    if !isReadOnly { try note(stored) }
    return stored
  }

  private func note(_ checkpoint: VerifiedCheckpoint) throws(RegistryError) {
    try locked { () throws(RegistryError) in
      let folder = StateFolder(directory: paths.resolve(settings.state))
      guard var contents = try folder.read(), try contents.raise(to: checkpoint) else { return }
      try folder.write(contents)
    }
  }

  /// The newest stored checkpoint under this ledger's keys; nil before the first.
  private func verifiedCheckpoint() throws(RegistryError) -> VerifiedCheckpoint? {
    do throws(LedgerError) {
      guard let note = try ledger.latestCheckpoint() else { return nil }
      return try VerifiedCheckpoint(note: note, keys: try verifierKeys(), origin: settings.origin)
    } catch {
      throw RegistryError(error)
    }
  }

  private func verifierKeys() throws(LedgerError) -> [VerifierKey] {
    var facts = facts()
    var texts = [settings.ledgerKey]
    do throws(RulesError) {
      texts += (try facts.ledger())?.keys.dropFirst().map(\.vkey) ?? []
    } catch {
      throw LedgerError(.storage, "the ledger's keys cannot be read", cause: error)
    }
    var keys: [VerifierKey] = []
    for text in texts { keys.append(try VerifierKey(parsing: text)) }
    return keys
  }

  /// How far a directory holds this ledger: whole bundles below its checkpoint, none without one.
  private func exportedSize(
    _ directory: String, below newest: VerifiedCheckpoint
  ) throws(RegistryError) -> TreeSize {
    guard RegistryPaths.exists(directory + "/checkpoint") else { return .zero }
    let earlier: VerifiedCheckpoint
    do throws(LedgerError) {
      guard let note = try ExportReader(directory: directory).latestCheckpoint() else {
        return .zero
      }
      earlier = try VerifiedCheckpoint(
        note: note, keys: try verifierKeys(), origin: settings.origin)
    } catch {
      throw OpenRegistry.exportError(error, at: directory)
    }
    try refuseIfForked(earlier)
    do throws(LedgerError) {
      guard earlier.head.size <= newest.head.size else {
        throw LedgerError(
          .conflict, "the export has more entries than this registry; was it restored?",
          location: directory)
      }
      var tree = TileTree(reader: reader, size: earlier.head.size)
      guard try tree.root() == earlier.head.root else {
        throw LedgerError(
          .conflict, "the export is of another tree than this registry's", location: directory)
      }
      let width = UInt64(Tile.widthMaximum)
      return TreeSize(earlier.head.size.value / width * width)
    } catch {
      throw OpenRegistry.exportError(error, at: directory)
    }
  }

  /// A checkpoint that this ledger's key signed, and that cannot be of this ledger's past, proves
  /// that it was set back: that is kept, and from the next opening on it takes nothing.
  private func refuseIfForked(_ seen: VerifiedCheckpoint) throws(RegistryError) {
    guard !isReadOnly else { return }
    do throws(LedgerError) {
      let head = try ledger.head()
      if seen.head.size <= head.size {
        var tree = TileTree(reader: reader, size: seen.head.size)
        if try tree.root() == seen.head.root { return }
      }
    } catch {
      throw RegistryError(error)
    }
    try locked { () throws(RegistryError) in
      try OpenRegistry.stateKeeper(paths, settings).refuse(seen.note)
    }
  }

  private static func exportError(
    _ error: LedgerError, at directory: String? = nil
  ) -> RegistryError {
    let foreign: Set<LedgerError.Code> = [.conflict, .wrongOrigin, .unknownKey, .invalidSignature]
    guard foreign.contains(error.code) else { return RegistryError(error) }
    return RegistryError(
      .foreignExport, error.message, cause: error, at: error.location ?? directory)
  }
}
