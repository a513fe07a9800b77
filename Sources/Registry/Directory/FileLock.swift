#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An advisory lock on a file; the kernel lets go of it when the process dies.
///
/// `flock` locks belong to the open file, not to the process: two registries open in one process
/// exclude one another as two processes do.
package final class FileLock: Sendable {
  private let descriptor: Int32
  private let path: String

  /// Opens or creates the file without locking it.
  package init(path: String) throws(RegistryError) {
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode_t(0o600))
    self.path = path
    if descriptor < 0 { throw RegistryError(systemCall: "open the lock", path) }
  }

  deinit { close(descriptor) }

  /// Whether the lock could be had at once, alone.
  func tryExclusive() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

  /// Shares the lock; gives up an exclusive one.
  func share() throws(RegistryError) {
    while flock(descriptor, LOCK_SH) != 0 {
      if errno != EINTR { throw RegistryError(systemCall: "share the lock", path) }
    }
  }

  /// Waits for the lock; throws `busy` after `seconds`.
  package func lock(seconds: Double) throws(RegistryError) {
    let pauseMicroseconds: UInt32 = 2_000
    var waited = 0.0
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw RegistryError(systemCall: "lock", path)
      }
      guard waited < seconds else {
        throw RegistryError(
          .busy, "another process is writing there; try again when it is done", at: path)
      }
      usleep(pauseMicroseconds)
      waited += Double(pauseMicroseconds) / 1e6
    }
  }

  /// Lets go.
  package func unlock() { _ = flock(descriptor, LOCK_UN) }
}
