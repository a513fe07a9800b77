import Rules

/// Whatever is read as a receipt is written as the same bytes, but for one newline at the end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzReceipt(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let receipt = try Receipt(parsing: bytes)
    precondition(receipt.bytes == bytes || receipt.bytes + [0x0A] == bytes, "two forms")
    precondition(receipt.proof.index == receipt.entry.index, "a proof of another entry")
  } catch {
    precondition(error.code == .malformedReceipt && !error.description.isEmpty)
  }
  return 0
}
