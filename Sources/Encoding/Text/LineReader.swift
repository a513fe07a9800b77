/// The lines of a file, one by one; empty lines are passed over.
package struct LineReader {
  /// One line.
  package struct Line {
    /// The bytes without their line end.
    package let bytes: [UInt8]
    /// From 1.
    package let number: Int
    /// Bytes of the file before it.
    package let offset: Int
  }

  private static let readBytes = 1 << 16

  private var source: any ByteSource
  private let byteCountMax: Int
  private var buffer: [UInt8] = []
  private var start = 0
  private var offset = 0
  private var number = 0
  private var isAtEnd = false

  /// Reads lines of at most `byteCountMax` bytes.
  package init(_ source: some ByteSource, byteCountMax: Int) {
    self.source = source
    self.byteCountMax = byteCountMax
  }

  /// The next line; throws `tooLarge`, and what the source throws.
  package mutating func next() throws(EncodingError) -> Line? {
    while let line = try nextLine() {
      if !line.bytes.isEmpty { return line }
    }
    return nil
  }

  private mutating func nextLine() throws(EncodingError) -> Line? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        return take(to: end, next: end + 1)
      }
      if isAtEnd {
        return start < buffer.count ? take(to: buffer.count, next: buffer.count) : nil
      }
      guard buffer.count - start <= byteCountMax else {
        throw EncodingError(
          .tooLarge, "a line has more than \(byteCountMax) bytes",
          at: .line(number + 1, column: nil))
      }
      searched = buffer.count - start
      buffer.removeSubrange(..<start)
      offset += start
      start = 0
      isAtEnd = try source.read(into: &buffer, maximumCount: LineReader.readBytes) == 0
    }
  }

  private mutating func take(to end: Int, next: Int) -> Line {
    number += 1
    var bytes = Array(buffer[start..<end])
    if bytes.last == 0x0D { bytes.removeLast() }
    let line = Line(bytes: bytes, number: number, offset: offset + start)
    start = next
    return line
  }
}
