import Encoding

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files of an export: the directory may come from anyone, so a name can lead to a device, a pipe
/// that never ends, or another place.
enum ExportFile {
  /// The bytes of a regular file, or nil when there is none.
  ///
  /// Throws `invalidExport` for anything else under the name and for a file over the bound,
  /// `inputOutput` when reading fails.
  static func read(_ path: String, maximumBytes: Int) throws(LedgerError) -> [UInt8]? {
    do {
      return try BoundedFile.readRegular(path: path, maximumBytes: maximumBytes)
    } catch {
      switch error.code {
      case .fileNotFound: return nil
      case .notRegular, .isDirectory, .tooLarge:
        throw LedgerError(.invalidExport, error.message, location: path)
      default: throw LedgerError(.inputOutput, "could not be read", cause: error, location: path)
      }
    }
  }

  /// Writes a file that nobody relies on yet; its name and content become durable when the system
  /// writes them back.
  static func write(_ path: String, _ bytes: [UInt8]) throws(LedgerError) {
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
    let descriptor = unsafe open(path, flags, mode_t(0o644))
    guard descriptor >= 0 else { throw failure("could not be written", path) }
    defer { close(descriptor) }
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe pwrite(
          descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(done))
      }
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        throw failure("could not be written", path)
      }
    }
  }

  /// Makes a directory and those above it, unless they exist.
  static func makeDirectory(_ path: String) throws(LedgerError) {
    if unsafe mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      throw failure("could not be made", path)
    }
    try makeDirectory(String(path[..<slash]))
    guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw failure("could not be made", path)
    }
  }

  private static func failure(_ action: String, _ path: String) -> LedgerError {
    let reason = unsafe String(cString: strerror(errno))
    return LedgerError(.inputOutput, "\(action): \(reason)", location: path)
  }
}
