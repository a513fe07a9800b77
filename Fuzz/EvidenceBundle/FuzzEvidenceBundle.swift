import Rules

/// Whatever is read as a bundle is written as the same bytes, but for one newline at the end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEvidenceBundle(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let bundle = try EvidenceBundle(parsing: bytes)
    precondition(bundle.bytes == bytes || bundle.bytes + [0x0A] == bytes, "two forms")
  } catch {
    let codes = [RulesError.Code.malformedBundle, .malformedReceipt]
    precondition(codes.contains(error.code) && !error.description.isEmpty)
  }
  return 0
}
