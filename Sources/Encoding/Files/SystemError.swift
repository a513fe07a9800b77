#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension EncodingError {
  /// The error of the system call that failed just now, about a file.
  static func system(_ action: String, _ path: String) -> EncodingError {
    let number = errno
    let place = Location.file(path)
    switch number {
    case ENOENT:
      return EncodingError(.fileNotFound, "there is no such file or directory", at: place)
    case EISDIR:
      return EncodingError(.isDirectory, "this is a directory; name a file", at: place)
    case EACCES, EPERM, EROFS:
      return EncodingError(
        .permissionDenied, "no permission to \(action) it; check owner and mode", at: place)
    case ENOSPC, EDQUOT:
      return EncodingError(.diskFull, "no space is left; free some and try again", at: place)
    default:
      let text = unsafe String(cString: strerror(number))
      return EncodingError(.inputOutput, "could not \(action) it: \(text)", at: place)
    }
  }
}

/// An open file; closed with its last reference.
final class OpenFile: Sendable {
  let descriptor: Int32
  private let isOwned: Bool

  init(owning descriptor: Int32) {
    self.descriptor = descriptor
    isOwned = true
  }

  init(borrowing descriptor: Int32) {
    self.descriptor = descriptor
    isOwned = false
  }

  deinit {
    if isOwned { close(descriptor) }
  }

  /// Opens a regular file or pipe to read; a directory is refused by name.
  static func reading(_ path: String) throws(EncodingError) -> OpenFile {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("read", path) }
    let file = OpenFile(owning: descriptor)
    guard try file.status(path).st_mode & S_IFMT != S_IFDIR else {
      throw EncodingError(.isDirectory, "this is a directory; name a file", at: .file(path))
    }
    return file
  }

  private func status(_ path: String) throws(EncodingError) -> stat {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .system("look at", path) }
    return status
  }

  /// The size of a regular file, or nil for a pipe or device.
  func regularSize(_ path: String) throws(EncodingError) -> Int? {
    let status = try status(path)
    return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }

  /// Reads up to `buffer.count` bytes; 0 at the end.
  func read(_ buffer: inout [UInt8], _ path: String) throws(EncodingError) -> Int {
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        #if canImport(Glibc)
          unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
        #elseif canImport(Musl)
          unsafe Musl.read(descriptor, $0.baseAddress, $0.count)
        #else
          unsafe Darwin.read(descriptor, $0.baseAddress, $0.count)
        #endif
      }
      if count >= 0 { return count }
      guard errno == EINTR else { throw .system("read", path) }
    }
  }
}
