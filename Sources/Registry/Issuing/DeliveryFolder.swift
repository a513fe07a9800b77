#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Encoding

/// A folder with one file for each delivery.
///
/// A batch is written under hidden names, made durable at once, then renamed: a file that has its
/// name is whole, also after a crash.
final class DeliveryFolder: DeliveryOutput, Sendable {
  private let descriptor: Int32
  private let path: String
  private let isNew: Bool

  init(path: String) throws(RegistryError) {
    self.path = path
    isNew = !RegistryPaths.exists(path)
    try RegistryPaths.makeDirectory(path, mode: 0o700)
    descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw RegistryError(systemCall: "open the folder", path) }
    guard RegistryPaths.isWritable(path) else {
      throw RegistryError(systemCall: "write to the folder", path)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw RegistryError(
        .outputBusy, "another process writes to it; wait until it is done, or give another --out",
        at: path)
    }
  }

  deinit { close(descriptor) }

  func has(name: String, copy: [UInt8]) -> Bool { RegistryPaths.exists(file(name)) }

  /// Names are unique: nothing there is in the way.
  var knownCount: Int { 0 }

  func finish() throws(RegistryError) {
    guard isNew else { return }
    guard unsafe rmdir(path) == 0 || errno == ENOTEMPTY || errno == EEXIST else {
      throw RegistryError(systemCall: "remove", path)
    }
  }

  func refresh() {}

  func write(_ deliveries: [DeliveryText]) throws(RegistryError) {
    // Content before name; many at once, because a disk takes them together.
    _ = try Parallel.map(deliveries) { delivery throws(RegistryError) in
      try writeHidden(delivery)
    }
    for delivery in deliveries {
      guard unsafe rename(hidden(delivery.name), file(delivery.name)) == 0 else {
        throw RegistryError(systemCall: "name", file(delivery.name))
      }
    }
  }

  func synchronize() throws(RegistryError) {
    guard fsync(descriptor) == 0 else { throw RegistryError(systemCall: "store", path) }
  }

  private func file(_ name: String) -> String { "\(path)/\(name).json" }

  private func hidden(_ name: String) -> String { "\(path)/.\(name).tmp" }

  private func writeHidden(_ delivery: DeliveryText) throws(RegistryError) {
    let path = hidden(delivery.name)
    // A hidden file of a process that was killed is overwritten.
    let file = unsafe open(
      path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode_t(0o600))
    guard file >= 0 else { throw RegistryError(systemCall: "write", path) }
    defer { close(file) }
    try DeliveryFile.append(delivery.bytes, to: file, path)
    guard fsync(file) == 0 else { throw RegistryError(systemCall: "store", path) }
  }
}

/// Writing bytes to an open file of deliveries.
enum DeliveryFile {
  /// Appends all bytes; throws `diskFull`, `inputOutput`.
  static func append(
    _ bytes: [UInt8], to descriptor: Int32, _ path: String
  ) throws(RegistryError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
      }
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        throw RegistryError(systemCall: "write", path)
      }
    }
  }
}
