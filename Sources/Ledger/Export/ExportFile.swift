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
    // Without blocking: opening a pipe would wait for its other end.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else {
      switch errno {
      case ENOENT, ENOTDIR: return nil
      case ELOOP: throw LedgerError(.invalidExport, "a symbolic link", location: path)
      default: throw failure("could not be read", path)
      }
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw failure("could not be read", path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw LedgerError(.invalidExport, "not a regular file", location: path)
    }
    guard status.st_size <= maximumBytes else {
      throw LedgerError(
        .invalidExport, "the file has more than \(maximumBytes) bytes", location: path)
    }
    do {
      return try BoundedFile.read(
        descriptor: descriptor, named: path, maximumBytes: maximumBytes)
    } catch {
      throw LedgerError(.inputOutput, "could not be read", cause: error, location: path)
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
