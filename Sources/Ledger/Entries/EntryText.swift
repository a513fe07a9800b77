import Cryptography
import Encoding

/// The members of an entry and their one way into bytes.
struct EntryText {
  var event: [UInt8]
  var index: LeafIndex
  var previous: Digest
  var received: Timestamp
  var tags: [Tag]

  static let beforeEvent = Array(#"{"event":""#.utf8)
  static let beforeIndex = Array(#"","index":"#.utf8)
  static let beforePrevious = Array(#","previous":""#.utf8)
  static let beforeReceived = Array(#"","received":"#.utf8)
  static let beforeTags = Array(#","tags":["#.utf8)

  static func write(
    event: [UInt8], index: LeafIndex, previous: Digest, received: Timestamp, tags: [Tag]
  ) throws(LedgerError) -> [UInt8] {
    try checkEvent(event.span)
    guard index.value <= TreeSize.maximum else {
      throw LedgerError(.invalidIndex, "an index is at most 2^53 − 1")
    }
    guard tags.count <= Entry.tagCountMaximum else {
      throw LedgerError(.tooManyTags, "an entry has at most 64 tags, not \(tags.count)")
    }
    let milliseconds = received.milliseconds
    guard milliseconds >= 0, milliseconds <= Int64(TreeSize.maximum) else {
      throw LedgerError(.invalidEntry, "an entry is received between 1970 and 2^53 − 1 ms later")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(event.count + 160 + tags.count * 46)
    bytes += beforeEvent
    bytes += event
    bytes += beforeIndex
    Decimal.append(index.value, to: &bytes)
    bytes += beforePrevious
    DigestText.append(previous, to: &bytes)
    bytes += beforeReceived
    Decimal.append(UInt64(milliseconds), to: &bytes)
    bytes += beforeTags
    for (position, tag) in tags.enumerated() {
      if position > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(UInt8(ascii: "\""))
      DigestText.append(tag.digest, to: &bytes)
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: "]"))
    bytes.append(UInt8(ascii: "}"))
    guard bytes.count <= Entry.byteCountMaximum else {
      throw LedgerError(
        .entryTooLarge,
        "an entry has at most 65,535 bytes, not \(bytes.count); use fewer or shorter clear members")
    }
    return bytes
  }

  /// Three non-empty segments of base64url characters with dots between: nothing that JSON would
  /// have to escape, so the bytes in the entry are the bytes that were signed.
  static func checkEvent(_ event: Span<UInt8>) throws(LedgerError) {
    let table = isCharacter.span
    var dots = 0
    var segmentStart = 0
    for position in event.indices where !table[Int(event[position])] {
      guard event[position] == UInt8(ascii: "."), position > segmentStart else {
        throw invalidEvent()
      }
      dots += 1
      segmentStart = position + 1
    }
    guard dots == 2, segmentStart < event.count else { throw invalidEvent() }
  }

  /// Of each byte whether it is a character of base64url.
  private static let isCharacter = (0...UInt8.max).map(isBase64URL)

  static func isBase64URL(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func invalidEvent() -> LedgerError {
    LedgerError(.invalidEvent, "an event is a compact JWT: three base64url segments")
  }
}
