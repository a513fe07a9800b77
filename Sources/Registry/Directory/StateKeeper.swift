import Ledger

/// Keeps `state.json` at the newest checkpoint, at most one write a second.
///
/// Used by the writer only, which holds the lock.
final class StateKeeper {
  private let folder: StateFolder
  private let instance: [UInt8]
  private let inode: UInt64
  private var known: StateFolder.Contents?
  private var lastWrite: ContinuousClock.Instant?

  init(folder: StateFolder, instance: [UInt8], inode: UInt64) {
    self.folder = folder
    self.instance = instance
    self.inode = inode
  }

  /// Notes a signed checkpoint; durable when `force` is set, else within a second of the last
  /// write or with the next flush.
  func note(_ checkpoint: VerifiedCheckpoint, force: Bool) throws(RegistryError) {
    if !force, let lastWrite, lastWrite.duration(to: .now) < .seconds(1) { return }
    var contents = try current()
    if contents.checkpoint == checkpoint.note, known != nil { return }
    contents.checkpoint = checkpoint.note
    try folder.write(contents)
    known = contents
    lastWrite = .now
  }

  /// Notes a checkpoint that proves this ledger was rolled back.
  func refuse(_ note: [UInt8]) throws(RegistryError) {
    known = nil
    var contents = try current()
    contents.refused = note
    try folder.write(contents)
    known = contents
  }

  private func current() throws(RegistryError) -> StateFolder.Contents {
    if let known { return known }
    if let stored = try folder.read() { return stored }
    return StateFolder.Contents(instance: instance, inode: inode, checkpoint: nil, refused: nil)
  }

  /// Reads the file again before the next write: another process wrote meanwhile.
  func forget() { known = nil }
}
