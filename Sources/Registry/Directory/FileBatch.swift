#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Cryptography
import Encoding

/// Files of one folder that get their names together, mode 0600.
///
/// Bytes are written under hidden names; `commit` makes them durable, names them in the order in
/// which they were added, and makes the names durable. A disk takes many at once in little more
/// time than one. A crash before leaves hidden files, which nobody reads.
///
/// Many threads may add files at once.
final class FileBatch: Sendable {
  private let folder: String
  private let names = Guarded<[(hidden: String, path: String)]>([])

  /// Files in a folder, which is made with the first of them, mode 0700.
  init(in folder: String) { self.folder = folder }

  deinit {
    for name in names.withLock(\.self) { RegistryPaths.remove(name.hidden) }
  }

  /// Writes the bytes of a file; one that is there is replaced by `commit`.
  func add(_ name: String, _ bytes: [UInt8]) throws(RegistryError) {
    if names.withLock(\.isEmpty) { try RegistryPaths.makeDurableDirectories(folder, mode: 0o700) }
    let path = "\(folder)/\(name)"
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    let hidden = "\(folder)/.\(name).\(random).tmp"
    let file = unsafe open(hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(0o600))
    guard file >= 0 else { throw RegistryError(systemCall: "write", path) }
    defer { close(file) }
    names.withLock { $0.append((hidden, path)) }
    try DeliveryFile.append(bytes, to: file, path)
  }

  /// On return all files that were added have their names, durably.
  func commit() throws(RegistryError) {
    let names = names.withLock(\.self)
    guard !names.isEmpty else { return }
    // Content before name: a rename that survives a crash must not name an empty file.
    try Parallel.forEach(names, threadCount: Self.threadCountMax) { name throws(RegistryError) in
      let file = unsafe open(name.hidden, O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { throw RegistryError(systemCall: "store", name.path) }
      defer { close(file) }
      guard fsync(file) == 0 else { throw RegistryError(systemCall: "store", name.path) }
    }
    for name in names { try RegistryPaths.rename(name.hidden, to: name.path) }
    self.names.withLock { $0 = [] }
    do throws(EncodingError) { try BoundedFile.syncDirectory(folder) } catch {
      throw RegistryError(file: error)
    }
  }

  /// Threads that wait for the disk, which takes the flushes of many together; none works.
  private static let threadCountMax = 32
}
