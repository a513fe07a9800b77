#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file whose parts are read in any order, from many threads.
public struct RandomAccessFile: Sendable {
  private let file: OpenFile
  /// The size when the file was opened, in bytes.
  public let size: Int

  /// Opens a file. Throws `fileNotFound`, `isDirectory`, `notRegular`, `permissionDenied`, or
  /// `inputOutput` also for a pipe, which cannot be read twice.
  public init(path: String) throws(EncodingError) {
    file = try OpenFile.reading(path)
    guard let size = try file.regularSize(path) else {
      throw EncodingError(
        .inputOutput, "this is not a regular file; store it as one first", at: .file(path))
    }
    self.size = size
  }

  /// Copies a source, such as a pipe, into a file without a name in a directory; it goes with the
  /// last reference, also when the process is killed.
  ///
  /// What is kept may tell of persons: only the owner may read it, and nothing is written before
  /// its own name is gone. Throws `tooLarge`, with the source's name, for more than `maximumBytes`,
  /// `permissionDenied`, `diskFull`, `inputOutput`, and what the source throws.
  public init(
    keeping source: some ByteSource, named name: String, in directory: String, maximumBytes: Int
  ) throws(EncodingError) {
    let random = UInt64.random(in: .min ... .max)
    let path = "\(directory)/.input.\(String(random, radix: 36)).tmp"
    let descriptor = unsafe open(
      path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(0o600))
    guard descriptor >= 0 else { throw .system("write", directory) }
    file = OpenFile(owning: descriptor)
    guard unsafe unlink(path) == 0 else { throw .system("write", directory) }
    var source = source
    var size = 0
    var piece: [UInt8] = []
    while try source.read(into: &piece, maximumCount: 1 << 16) > 0 {
      size += piece.count
      guard size <= maximumBytes else {
        throw BoundedFile.tooLarge(name, maximumBytes)
      }
      try BoundedFile.write(file, piece, directory)
      piece.removeAll(keepingCapacity: true)
    }
    self.size = size
  }

  /// Reads a part. Throws `unexpectedEnd` if the file has become shorter.
  public func read(offset: Int, count: Int) throws(EncodingError) -> [UInt8] {
    try BoundedFile.readRange(descriptor: file.descriptor, offset: offset, count: count)
  }
}
