/// Where a tile or a bundle of entries is published, relative to the ledger's prefix.
///
/// `tile/<level>/<index>[.p/<width>]` and `tile/entries/<index>[.p/<width>]`; the index in groups
/// of three digits, all but the last with an `x` before them: 1234067 is `x001/x234/067`.
/// Spec: checkpoint.md, "Tiles"; C2SP tlog-tiles.
public struct TilePath: Sendable, Hashable, CustomStringConvertible {
  /// What a path leads to.
  public enum Content: Sendable, Hashable {
    /// Hashes of a level, 0 to 63.
    case hashes(level: Int)
    /// Entries.
    case entries
  }

  /// Hashes or entries.
  public let content: Content
  /// The place in the level.
  public let index: UInt64
  /// 1 to 256; 256 is a full tile.
  public let width: Int

  /// A path; throws `invalidTilePath` when level, index or width is out of range.
  public init(_ content: Content, index: UInt64, width: Int) throws(LedgerError) {
    if case .hashes(let level) = content, !(0...63).contains(level) {
      throw TilePath.invalid("a level is 0 to 63")
    }
    guard (1...Tile.widthMaximum).contains(width) else {
      throw TilePath.invalid("a width is 1 to 256")
    }
    guard index <= TreeSize.maximum else { throw TilePath.invalid("the index is too large") }
    self.init(content, index: index, uncheckedWidth: width)
  }

  init(_ content: Content, index: UInt64, uncheckedWidth width: Int) {
    self.content = content
    self.index = index
    self.width = width
  }

  /// Reads a path; throws `invalidTilePath` unless it is exactly what `text` would write.
  public init(parsing text: some StringProtocol) throws(LedgerError) {
    // Seven elements suffice for the largest index; a bound before any splitting.
    guard text.utf8.count <= 64 else { throw TilePath.invalid("the path is too long") }
    var parts = String(text).split(separator: "/", omittingEmptySubsequences: false)[...]
    guard parts.popFirst() == "tile", let kind = parts.popFirst() else {
      throw TilePath.invalid("a path begins with tile/")
    }
    let content: Content
    if kind == "entries" {
      content = .entries
    } else {
      guard let level = Decimal.parse(kind.utf8), level <= 63 else {
        throw TilePath.invalid("a level is 0 to 63")
      }
      content = .hashes(level: Int(level))
    }
    var width = Tile.widthMaximum
    if parts.count >= 2, let before = parts.dropLast().last, before.hasSuffix(".p"),
      let last = parts.last
    {
      guard let number = Decimal.parse(last.utf8), (1...255).contains(number) else {
        throw TilePath.invalid("the width of a partial tile is 1 to 255")
      }
      width = Int(number)
      parts = parts.dropLast(2) + [before.dropLast(2)]
    }
    let index = try TilePath.readIndex(parts)
    try self.init(content, index: index, width: width)
    guard self.text.utf8.elementsEqual(text.utf8) else {
      throw TilePath.invalid("the path is not in its one canonical form")
    }
  }

  private static func readIndex(_ parts: ArraySlice<Substring>) throws(LedgerError) -> UInt64 {
    guard !parts.isEmpty, parts.count <= 7 else {
      throw invalid("an index has one to seven groups of three digits")
    }
    var index: UInt64 = 0
    for (position, part) in parts.enumerated() {
      var digits = Array(part.utf8)
      if position < parts.count - 1 {
        guard digits.first == UInt8(ascii: "x") else {
          throw invalid("all but the last group of digits begin with x")
        }
        digits.removeFirst()
      }
      guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw invalid("an index is written in groups of three digits")
      }
      let (product, overflow) = index.multipliedReportingOverflow(by: 1000)
      guard !overflow else { throw invalid("the index is too large") }
      index = digits.reduce(into: 0 as UInt64) { $0 = $0 * 10 + UInt64($1 - 0x30) }
      let (sum, carry) = product.addingReportingOverflow(index)
      guard !carry, sum <= TreeSize.maximum else { throw invalid("the index is too large") }
      index = sum
    }
    return index
  }

  /// The path.
  public var text: String {
    var groups = [TilePath.threeDigits(index % 1000)]
    var rest = index / 1000
    while rest > 0 {
      groups.append("x" + TilePath.threeDigits(rest % 1000))
      rest /= 1000
    }
    let head =
      switch content {
      case .entries: "tile/entries/"
      case .hashes(let level): "tile/\(level)/"
      }
    let tail = width == Tile.widthMaximum ? "" : ".p/\(width)"
    return head + groups.reversed().joined(separator: "/") + tail
  }

  /// The same place, full.
  public var full: TilePath {
    TilePath(content, index: index, uncheckedWidth: Tile.widthMaximum)
  }

  /// The same as `text`.
  public var description: String { text }

  private static func threeDigits(_ number: UInt64) -> String {
    let text = String(number)
    return String(repeating: "0", count: 3 - text.count) + text
  }

  private static func invalid(_ message: String) -> LedgerError {
    LedgerError(.invalidTilePath, message)
  }
}
