#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whole files of bounded size, read and replaced.
///
/// All methods throw `fileNotFound`, `isDirectory`, `notRegular`, `permissionDenied`, `diskFull`,
/// `tooLarge` or `inputOutput`, each with the file's path.
public enum BoundedFile {
  /// Reads a file that a user named: a regular one, or a pipe that somebody writes to. One byte
  /// over the bound is `tooLarge`, and no more than the bound is ever held in memory.
  ///
  /// A link is followed. A device or socket is `notRegular`; a pipe that nobody opens to write
  /// within 5 seconds is `inputOutput`.
  public static func read(
    path: String, maximumBytes: Int
  ) throws(EncodingError) -> [UInt8] {
    try read(try OpenFile.reading(path), path, maximumBytes)
  }

  /// Reads a file by a name in a folder that may be anyone's: its names lead nowhere else.
  ///
  /// Anything but a regular file, a link to one too, is `notRegular`. Never waits.
  public static func readRegular(
    path: String, maximumBytes: Int
  ) throws(EncodingError) -> [UInt8] {
    try read(try OpenFile.readingRegular(path), path, maximumBytes)
  }

  private static func read(
    _ file: OpenFile, _ path: String, _ maximumBytes: Int
  ) throws(EncodingError) -> [UInt8] {
    let size = try file.regularSize(path) ?? 0
    guard size <= maximumBytes else { throw tooLarge(path, maximumBytes) }
    return try read(file, path, maximumBytes, expecting: size)
  }

  /// Reads an open descriptor, such as standard input, to its end and leaves it open. The name
  /// stands for the path in errors.
  public static func read(
    descriptor: Int32, named name: String, maximumBytes: Int
  ) throws(EncodingError) -> [UInt8] {
    try read(OpenFile(borrowing: descriptor), name, maximumBytes, expecting: 0)
  }

  private static func read(
    _ file: OpenFile, _ path: String, _ maximumBytes: Int, expecting size: Int
  ) throws(EncodingError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(max(size, 0), maximumBytes))
    var buffer = [UInt8](repeating: 0, count: min(max(size, 4096), 1 << 18))
    while true {
      let count = try file.read(&buffer, path)
      if count == 0 { return bytes }
      guard bytes.count + count <= maximumBytes else { throw tooLarge(path, maximumBytes) }
      bytes.append(contentsOf: buffer[..<count])
    }
  }

  /// Reads `count` bytes at an offset without moving the descriptor; many threads may share it.
  /// Fewer bytes than asked for is `unexpectedEnd`: the file was cut since.
  public static func readRange(
    descriptor: Int32, offset: Int, count: Int
  ) throws(EncodingError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let got = unsafe bytes.withUnsafeMutableBytes {
        unsafe pread(
          descriptor, $0.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
      }
      if got < 0 {
        guard errno == EINTR else { throw .system("read", "the open file") }
      } else if got == 0 {
        throw EncodingError(
          .unexpectedEnd, "the file became shorter while it was read; begin again",
          at: .byte(offset + done))
      } else {
        done += got
      }
    }
    return bytes
  }

  /// Replaces a file as one step: readers see the old bytes or the new, also after a crash.
  ///
  /// On return the bytes and the name are durable. A crash before that leaves the old file and
  /// perhaps a hidden `.tmp` file beside it, which nobody reads. A symbolic link is replaced.
  public static func writeAtomically(
    path: String, bytes: [UInt8], mode: UInt32 = 0o644
  ) throws(EncodingError) {
    let (directory, name) = split(path)
    let random = UInt64.random(in: .min ... .max)
    let temporary = "\(directory)/.\(name).\(String(random, radix: 36)).tmp"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
    guard descriptor >= 0 else { throw .system("write", path) }
    let file = OpenFile(owning: descriptor)
    do throws(EncodingError) {
      try write(file, bytes, path)
      // Content before name: a rename that survives a crash must not name an empty file.
      guard fsync(descriptor) == 0 else { throw .system("store", path) }
      guard unsafe rename(temporary, path) == 0 else { throw .system("replace", path) }
    } catch {
      unsafe unlink(temporary)
      throw error
    }
    try syncDirectory(directory)
  }

  /// Makes names created, renamed or removed in a directory durable.
  public static func syncDirectory(_ path: String) throws(EncodingError) {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("read", path) }
    let directory = OpenFile(owning: descriptor)
    guard fsync(directory.descriptor) == 0 else { throw .system("store", path) }
  }

  static func write(
    _ file: OpenFile, _ bytes: [UInt8], _ path: String
  ) throws(EncodingError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        #if canImport(Glibc)
          unsafe Glibc.write(
            file.descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
        #elseif canImport(Musl)
          unsafe Musl.write(file.descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
        #else
          unsafe Darwin.write(
            file.descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
        #endif
      }
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        throw .system("write", path)
      }
    }
  }

  /// The directory (`.` if none is named) and the last component of a path.
  private static func split(_ path: String) -> (directory: String, name: Substring) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path[...]) }
    let name = path[path.utf8.index(after: slash)...]
    return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
  }

  static func tooLarge(_ path: String, _ maximumBytes: Int) -> EncodingError {
    EncodingError(
      .tooLarge, "the file is larger than \(maximumBytes) bytes, the most that is read here",
      at: .file(path))
  }
}
