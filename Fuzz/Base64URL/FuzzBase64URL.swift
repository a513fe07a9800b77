import Encoding

/// Whatever is read is the one text of its bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBase64URL(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let decoded = try Base64URL.decode(bytes: bytes)
    precondition(Base64URL.encodeBytes(decoded) == bytes, "two texts for the same bytes")
  } catch {
    precondition(!error.description.isEmpty)
  }
  do {
    let decoded = try Base64.decode(bytes: bytes)
    precondition(Array(Base64.encode(decoded).utf8) == bytes, "two texts for the same bytes")
  } catch {
    precondition(!error.description.isEmpty)
  }
  do {
    let back = try Base64URL.decode(Base64URL.encode(bytes))
    precondition(back == bytes, "the round trip changed the bytes")
  } catch {
    preconditionFailure("our own text is refused: \(error)")
  }
  return 0
}
