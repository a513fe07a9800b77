#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open file; closed with its last reference.
///
/// A name can lead to anything: what is opened here was looked at after it was opened, and opening
/// never waits.
final class OpenFile: Sendable {
  /// How long a pipe is waited for that nobody has opened to write.
  private static let writerWaitMilliseconds: Int32 = 5_000

  let descriptor: Int32
  private let isOwned: Bool
  private let isPipe: Bool

  init(owning descriptor: Int32, isPipe: Bool = false) {
    self.descriptor = descriptor
    self.isPipe = isPipe
    isOwned = true
  }

  init(borrowing descriptor: Int32) {
    self.descriptor = descriptor
    isPipe = false
    isOwned = false
  }

  deinit {
    if isOwned { close(descriptor) }
  }

  /// Opens a file that a user named: a regular one or a pipe, also through a link.
  static func reading(_ path: String) throws(EncodingError) -> OpenFile {
    try reading(path, flags: 0, kinds: [S_IFREG, S_IFIFO])
  }

  /// Opens a file of a folder that may be anyone's: a regular one, and no link to one.
  static func readingRegular(_ path: String) throws(EncodingError) -> OpenFile {
    try reading(path, flags: O_NOFOLLOW, kinds: [S_IFREG])
  }

  private static func reading(
    _ path: String, flags: Int32, kinds: [mode_t]
  ) throws(EncodingError) -> OpenFile {
    // Without blocking: opening a pipe would wait for its other end, without a word.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags)
    guard descriptor >= 0 else { throw .system("read", path) }
    let kind: mode_t
    do throws(EncodingError) {
      kind = try status(descriptor, path).st_mode & S_IFMT
      guard kinds.contains(kind) else { throw refusal(kind, path) }
    } catch {
      close(descriptor)
      throw error
    }
    return OpenFile(owning: descriptor, isPipe: kind == S_IFIFO)
  }

  private static func refusal(_ kind: mode_t, _ path: String) -> EncodingError {
    switch kind {
    case S_IFDIR:
      EncodingError(.isDirectory, "this is a directory; name a file", at: .file(path))
    case S_IFIFO: .notRegular("a pipe", path)
    default: .notRegular("a socket or device", path)
    }
  }

  private static func status(
    _ descriptor: Int32, _ path: String
  ) throws(EncodingError) -> stat {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .system("look at", path) }
    return status
  }

  /// The size of a regular file, or nil for a pipe.
  func regularSize(_ path: String) throws(EncodingError) -> Int? {
    let status = try OpenFile.status(descriptor, path)
    return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }

  /// Reads up to `buffer.count` bytes; 0 at the end.
  ///
  /// Throws `inputOutput` also for a pipe that nobody opens to write within some seconds.
  func read(_ buffer: inout [UInt8], _ path: String) throws(EncodingError) -> Int {
    while true {
      let isQuiet = isPipe && isSilent(for: OpenFile.writerWaitMilliseconds)
      let count = unsafe buffer.withUnsafeMutableBytes {
        #if canImport(Glibc)
          unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
        #elseif canImport(Musl)
          unsafe Musl.read(descriptor, $0.baseAddress, $0.count)
        #else
          unsafe Darwin.read(descriptor, $0.baseAddress, $0.count)
        #endif
      }
      if count > 0 { return count }
      if count == 0 {
        // An end without a word before it: a pipe whose writer went away says so at once.
        guard !isQuiet else {
          throw EncodingError(
            .inputOutput, "nobody writes into this pipe; begin with its writer, or name a file",
            at: .file(path))
        }
        return 0
      }
      switch errno {
      case EINTR: continue
      // A writer that takes its time was asked for by the user.
      case EAGAIN: _ = isSilent(for: -1)
      default: throw .system("read", path)
      }
    }
  }

  /// Waits for bytes or the end; true when neither came in time. Below 0 it waits without limit.
  private func isSilent(for milliseconds: Int32) -> Bool {
    let end = ContinuousClock.now.advanced(by: .milliseconds(milliseconds))
    var place = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    var left = milliseconds
    while true {
      let count = unsafe poll(&place, 1, left)
      // A signal is no word from the pipe: what is left of the time is waited for.
      guard count < 0, errno == EINTR else { return count == 0 }
      if milliseconds >= 0 {
        left = Int32(
          max(0, (ContinuousClock.now.duration(to: end) / .milliseconds(1)).rounded(.up)))
      }
    }
  }
}
