import Encoding

/// Whatever is read has a canonical text that is read as the same value and is its own canonical
/// text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let value = try JSONValue(parsing: bytes)
    guard value.isReadableWhenCanonical else { return 0 }
    let canonical = value.canonicalBytes()
    do {
      let again = try JSONValue(parsing: canonical)
      precondition(again.canonicalBytes() == canonical, "not a fixed point")
    } catch {
      preconditionFailure("the canonical text is refused: \(error)")
    }
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}
