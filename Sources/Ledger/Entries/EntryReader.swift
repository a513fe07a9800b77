import Cryptography
import Encoding

/// Reads the canonical bytes of an entry from left to right; there is one form, so every byte is
/// known or checked and no generic JSON is needed.
struct EntryReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) throws(LedgerError) {
    guard bytes.count <= Entry.byteCountMaximum else {
      throw LedgerError(
        .entryTooLarge, "an entry has at most 65,535 bytes, not \(bytes.count)")
    }
    self.bytes = bytes
  }

  mutating func read() throws(LedgerError) -> EntryText {
    try expect(EntryText.beforeEvent)
    let event = try readEvent()
    try expect(EntryText.beforeIndex)
    let index = try readNumber()
    try expect(EntryText.beforePrevious)
    let previous = try readDigest()
    try expect(EntryText.beforeReceived)
    let received = try readNumber()
    try expect(EntryText.beforeTags)
    let tags = try readTags()
    try expect(UInt8(ascii: "}"))
    guard position == bytes.count else { throw invalid("bytes follow the entry") }
    return EntryText(
      event: event, index: LeafIndex(index), previous: previous,
      received: Timestamp(milliseconds: Int64(received)), tags: tags)
  }

  private mutating func readEvent() throws(LedgerError) -> [UInt8] {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") { position += 1 }
    let event = Array(bytes[start..<position])
    do {
      try EntryText.checkEvent(event.span)
    } catch {
      position = start
      throw invalid(error.message)
    }
    return event
  }

  private mutating func readNumber() throws(LedgerError) -> UInt64 {
    var cursor = position
    guard let number = Decimal.read(bytes.span, at: &cursor), number <= TreeSize.maximum else {
      throw invalid("not a number from 0 to 2^53 − 1 without leading zeros")
    }
    position = cursor
    return number
  }

  private mutating func readDigest() throws(LedgerError) -> Digest {
    guard let digest = DigestText.read(bytes.span, at: position) else {
      throw invalid("not 32 bytes in canonical base64url")
    }
    position += DigestText.characterCount
    return digest
  }

  private mutating func readTags() throws(LedgerError) -> [Tag] {
    var tags: [Tag] = []
    if position < bytes.count, bytes[position] == UInt8(ascii: "]") {
      position += 1
      return tags
    }
    while true {
      guard tags.count < Entry.tagCountMaximum else { throw invalid("more than 64 tags") }
      try expect(UInt8(ascii: "\""))
      tags.append(Tag(try readDigest()))
      try expect(UInt8(ascii: "\""))
      guard position < bytes.count else { throw invalid("the entry ends too early") }
      let next = bytes[position]
      position += 1
      if next == UInt8(ascii: "]") { return tags }
      guard next == UInt8(ascii: ",") else {
        position -= 1
        throw invalid("neither a comma nor the end of the tags")
      }
    }
  }

  private mutating func expect(_ text: [UInt8]) throws(LedgerError) {
    for byte in text { try expect(byte) }
  }

  private mutating func expect(_ byte: UInt8) throws(LedgerError) {
    guard position < bytes.count else { throw invalid("the entry ends too early") }
    guard bytes[position] == byte else { throw invalid("not the canonical form of an entry") }
    position += 1
  }

  private func invalid(_ message: String) -> LedgerError {
    LedgerError(.invalidEntry, message, location: "byte \(position)")
  }
}
