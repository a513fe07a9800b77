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
    case ENOENT, ENOTDIR:
      return EncodingError(.fileNotFound, "there is no such file or directory", at: place)
    case EISDIR:
      return EncodingError(.isDirectory, "this is a directory; name a file", at: place)
    case EACCES, EPERM, EROFS:
      return EncodingError(
        .permissionDenied, "no permission to \(action) it; check owner and mode", at: place)
    case ENOSPC, EDQUOT:
      return EncodingError(.diskFull, "no space is left; free some and try again", at: place)
    case ELOOP: return .notRegular("a symbolic link", path)
    case ENXIO: return .notRegular("a socket or device", path)
    default:
      let text = unsafe String(cString: strerror(number))
      return EncodingError(.inputOutput, "could not \(action) it: \(text)", at: place)
    }
  }

  /// The error for what is no regular file.
  static func notRegular(_ kind: String, _ path: String) -> EncodingError {
    EncodingError(
      .notRegular, "this is \(kind) and not a regular file; name the file itself",
      at: .file(path))
  }
}
