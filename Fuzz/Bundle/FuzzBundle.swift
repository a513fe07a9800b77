import Ledger

/// The first byte chooses the number of entries. What is read of a bundle, and what is read as a
/// path, is written as the same bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBundle(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  guard let wanted = input.first else { return 0 }
  let bytes = Array(input.dropFirst())
  do {
    let entries = try EntryBundle.decode(bytes, width: Int(wanted) + 1)
    let written = try EntryBundle.encode(entries)
    precondition(bytes == written, "a bundle that reads as another")
  } catch {
    precondition(!error.description.isEmpty)
  }
  do {
    let path = try TilePath(parsing: String(decoding: bytes, as: UTF8.self))
    precondition(Array(path.text.utf8) == bytes, "two texts for one path")
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}
