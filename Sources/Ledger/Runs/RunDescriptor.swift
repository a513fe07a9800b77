import Encoding

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open file of a run; closed with its last reference.
final class RunDescriptor {
  private let descriptor: Int32
  /// What errors name; a scratch file has no name any more.
  let path: String

  private init(_ descriptor: Int32, _ path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  /// Opens a regular file by a name that may lead anywhere; nil when there is none.
  convenience init?(reading path: String) throws(LedgerError) {
    let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
    let descriptor = unsafe open(path, flags)
    if descriptor < 0, errno == ENOENT { return nil }
    guard descriptor >= 0 else { throw RunDescriptor.failure("be read", path) }
    self.init(descriptor, path)
    guard try status().st_mode & S_IFMT == S_IFREG else { throw invalid }
  }

  /// Makes a file that nobody reads by its name yet.
  convenience init(creating path: String) throws(LedgerError) {
    // What an interrupted maker left is begun anew.
    _ = unsafe unlink(path)
    let descriptor = unsafe open(
      path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(0o644))
    guard descriptor >= 0 else { throw RunDescriptor.failure("be written", path) }
    self.init(descriptor, path)
  }

  /// Makes a file that is gone when it is closed, also when the process dies.
  convenience init(scratchIn directory: String) throws(LedgerError) {
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    try self.init(creating: "\(directory)/.kanhe-run.\(random).tmp")
    _ = unsafe unlink(path)
  }

  deinit { close(descriptor) }

  /// What is told of a file that is no run's.
  var invalid: LedgerError {
    LedgerError(
      .invalidRun, "the file does not hold a run; remove it and publish runs anew",
      location: path)
  }

  func size() throws(LedgerError) -> Int { Int(try status().st_size) }

  func read(offset: Int, count: Int) throws(LedgerError) -> [UInt8] {
    do {
      return try BoundedFile.readRange(descriptor: descriptor, offset: offset, count: count)
    } catch {
      guard error.code == .unexpectedEnd else {
        throw LedgerError(.inputOutput, "could not be read", cause: error, location: path)
      }
      throw invalid
    }
  }

  func write(_ bytes: [UInt8], offset: Int) throws(LedgerError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe pwrite(
          descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done,
          off_t(offset + done))
      }
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        throw RunDescriptor.failure("be written", path)
      }
    }
  }

  /// Gives the file its name for good: content first, then the name, then the folder.
  func keep(as name: String, in directory: String) throws(LedgerError) {
    guard fsync(descriptor) == 0 else { throw RunDescriptor.failure("be stored", path) }
    guard systemRename(path, name) == 0 else { throw RunDescriptor.failure("be renamed", path) }
    do {
      try BoundedFile.syncDirectory(directory)
    } catch {
      throw LedgerError(.inputOutput, "could not be stored", cause: error, location: directory)
    }
  }

  /// Copies the file in pieces, under its new name in one step, unless it is there with the same
  /// bytes; returns their number. A copy is not forced to disk.
  func copy(to path: String, through temporary: String) throws(LedgerError) -> Int {
    let count = try size()
    if let known = try RunDescriptor(reading: path), try known.size() == count {
      var offset = 0
      while offset < count, try piece(offset, count) == known.piece(offset, count) {
        offset += RunDescriptor.pieceByteCount
      }
      if offset >= count { return count }
    }
    let copy = try RunDescriptor(creating: temporary)
    for offset in stride(from: 0, to: count, by: RunDescriptor.pieceByteCount) {
      try copy.write(try piece(offset, count), offset: offset)
    }
    guard systemRename(temporary, path) == 0 else {
      throw RunDescriptor.failure("be renamed", temporary)
    }
    return count
  }

  private static let pieceByteCount = 1 << 20

  private func piece(_ offset: Int, _ count: Int) throws(LedgerError) -> [UInt8] {
    try read(offset: offset, count: min(RunDescriptor.pieceByteCount, count - offset))
  }

  private func status() throws(LedgerError) -> stat {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw RunDescriptor.failure("be looked at", path)
    }
    return status
  }

  private static func failure(_ action: String, _ path: String) -> LedgerError {
    let reason = unsafe String(cString: strerror(errno))
    return LedgerError(.inputOutput, "could not \(action): \(reason)", location: path)
  }
}

/// The system's `rename`, under a name of its own.
private func systemRename(_ old: String, _ new: String) -> Int32 { unsafe rename(old, new) }
