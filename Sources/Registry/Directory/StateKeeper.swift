import Ledger

/// Keeps `state.json` at the newest checkpoint, at most one write a second.
///
/// Used under the lock only. The file is read before each write: what another process refused
/// meanwhile must not be lost.
final class StateKeeper {
  private let folder: StateFolder
  private let instance: [UInt8]
  private let inode: UInt64
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
    guard try contents.raise(to: checkpoint) else { return }
    try folder.write(contents)
    lastWrite = .now
  }

  /// Notes a checkpoint that proves this ledger was rolled back.
  func refuse(_ note: [UInt8]) throws(RegistryError) {
    var contents = try current()
    contents.refused = note
    try folder.write(contents)
  }

  private func current() throws(RegistryError) -> StateFolder.Contents {
    if let stored = try folder.read() { return stored }
    return StateFolder.Contents(instance: instance, inode: inode, checkpoint: nil, refused: nil)
  }
}
