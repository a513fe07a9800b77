/// Up to 256 entries one after the other, each after its length in two bytes, big-endian.
///
/// Spec: checkpoint.md, "Tiles"; C2SP tlog-tiles.
public enum EntryBundle {
  /// The most bytes a bundle can have.
  public static let byteCountMaximum = Tile.widthMaximum * (2 + Entry.byteCountMaximum)

  /// The bytes of a bundle.
  ///
  /// Throws `invalidBundle` for none or more than 256 entries, `entryTooLarge` for one of more than
  /// 65,535 bytes.
  public static func encode(_ entries: [[UInt8]]) throws(LedgerError) -> [UInt8] {
    guard (1...Tile.widthMaximum).contains(entries.count) else {
      throw LedgerError(.invalidBundle, "a bundle has 1 to 256 entries, not \(entries.count)")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(entries.reduce(0) { $0 + $1.count + 2 })
    for entry in entries {
      guard let length = UInt16(exactly: entry.count) else {
        throw LedgerError(
          .entryTooLarge, "an entry has at most 65,535 bytes, not \(entry.count)")
      }
      bytes.append(UInt8(length >> 8))
      bytes.append(UInt8(length & 255))
      bytes += entry
    }
    return bytes
  }

  /// The entries of a published bundle, which has as many as its name says.
  ///
  /// Throws `invalidBundle` when it ends within an entry or has fewer or more.
  public static func decode(_ bytes: [UInt8], width: Int) throws(LedgerError) -> [[UInt8]] {
    guard (1...Tile.widthMaximum).contains(width) else {
      throw LedgerError(.invalidBundle, "a bundle has 1 to 256 entries, not \(width)")
    }
    var entries: [[UInt8]] = []
    entries.reserveCapacity(width)
    var position = 0
    while position < bytes.count {
      guard entries.count < width else {
        throw invalid("more than \(width) entries", at: position)
      }
      guard bytes.count - position >= 2 else { throw invalid("half a length", at: position) }
      let length = Int(bytes[position]) << 8 | Int(bytes[position + 1])
      guard bytes.count - position - 2 >= length else {
        throw invalid("the bundle ends within an entry", at: position)
      }
      entries.append(Array(bytes[(position + 2)..<(position + 2 + length)]))
      position += 2 + length
    }
    guard entries.count == width else {
      throw invalid("\(entries.count) entries where \(width) are needed", at: position)
    }
    return entries
  }

  private static func invalid(_ message: String, at position: Int) -> LedgerError {
    LedgerError(.invalidBundle, message, location: "byte \(position)")
  }
}
