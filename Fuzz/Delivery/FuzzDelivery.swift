import Rules

/// Whatever is read as a delivery is written as the same bytes, but for one newline at the end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDelivery(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let delivery = try Delivery(parsing: bytes)
    precondition(delivery.bytes == bytes || delivery.bytes + [0x0A] == bytes, "two forms")
    precondition(delivery.certificateThread.number > 0, "a number from 1")
  } catch {
    let codes = [RulesError.Code.malformedDelivery, .malformedReceipt]
    precondition(codes.contains(error.code) && !error.description.isEmpty)
  }
  return 0
}
