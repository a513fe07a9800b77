import Encoding
import Ledger

/// Whatever is read as an entry is written as the same bytes, and any JSON reader agrees on it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEntry(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let entry: Entry
  do {
    entry = try Entry(parsing: bytes)
  } catch {
    precondition(!error.description.isEmpty)
    return 0
  }
  do {
    let written = try Entry(
      event: entry.event, index: entry.index, previous: entry.previous, received: entry.received,
      tags: entry.tags)
    precondition(written.bytes == bytes, "two forms of one entry")
    let value = try JSONValue(parsing: bytes)
    precondition(value.canonicalBytes() == bytes, "an entry that is not canonical JSON")
  } catch {
    preconditionFailure("our own entry is refused: \(error)")
  }
  return 0
}
