import Encoding

/// The lines of a file of any length, one at a time; each of bounded size.
///
/// JSON Lines: every line ends with a newline; a last line without one was cut off, and is handed
/// out as it is, so that its reader says so.
public struct DeliveryLines<Source: ByteSource> {
  private static var pieceCount: Int { 1 << 18 }

  private var source: Source
  private var buffer: [UInt8]
  private var position = 0
  private var isAtEnd = false
  /// The number of the last line handed out, from 1.
  public private(set) var number = 0

  /// Reads lines; `beginning` are bytes that were taken from the source before.
  public init(_ source: Source, beginning: [UInt8] = []) {
    self.source = source
    buffer = beginning
  }

  /// The next line without its newline; nil at the end.
  ///
  /// Throws `tooLarge` for a line longer than any delivery, and what the source throws.
  public mutating func next() throws(EncodingError) -> [UInt8]? {
    var searched = position
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(buffer[position..<end])
        position = end + 1
        number += 1
        return line
      }
      searched = buffer.count
      guard buffer.count - position <= KnownFile.byteCountMax else {
        throw EncodingError(
          .tooLarge, "a line is longer than any delivery", at: .line(number + 1, column: nil))
      }
      if isAtEnd {
        guard position < buffer.count else { return nil }
        let line = Array(buffer[position...])
        position = buffer.count
        number += 1
        return line
      }
      searched -= position
      buffer.removeFirst(position)
      position = 0
      let count = try source.read(into: &buffer, maximumCount: Self.pieceCount)
      isAtEnd = count == 0
    }
  }
}
