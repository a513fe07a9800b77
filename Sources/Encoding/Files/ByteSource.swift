/// Bytes that are pulled piece by piece.
///
/// Shape: each call appends at most `maximumCount` bytes to the buffer and returns their number; 0
/// means the end, and stays so.
public protocol ByteSource: Sendable {
  /// Appends the next bytes. Throws `inputOutput` and its kind when the source fails.
  mutating func read(
    into buffer: inout [UInt8], maximumCount: Int
  ) throws(EncodingError) -> Int
}

/// Bytes in memory.
public struct BytesSource: ByteSource {
  private let bytes: [UInt8]
  private var position = 0

  /// A source of these bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Appends the next bytes.
  public mutating func read(
    into buffer: inout [UInt8], maximumCount: Int
  ) throws(EncodingError) -> Int {
    let count = min(maximumCount, bytes.count - position)
    buffer.append(contentsOf: bytes[position..<(position + count)])
    position += count
    return count
  }
}

/// A file or pipe, read from its beginning; copies share one position.
public struct FileByteSource: ByteSource {
  private let file: OpenFile
  private let name: String
  private var piece: [UInt8] = []

  /// Opens a file that a user named, as ``BoundedFile/read(path:maximumBytes:)`` does. Throws
  /// `fileNotFound`, `isDirectory`, `notRegular`, `permissionDenied` or `inputOutput`.
  public init(path: String) throws(EncodingError) {
    file = try OpenFile.reading(path)
    name = path
  }

  /// Reads an open descriptor, such as standard input, and leaves it open.
  public init(descriptor: Int32, named name: String) {
    file = OpenFile(borrowing: descriptor)
    self.name = name
  }

  /// Appends the next bytes.
  public mutating func read(
    into buffer: inout [UInt8], maximumCount: Int
  ) throws(EncodingError) -> Int {
    if piece.count != maximumCount { piece = [UInt8](repeating: 0, count: maximumCount) }
    let count = try file.read(&piece, name)
    buffer.append(contentsOf: piece[..<count])
    return count
  }
}
