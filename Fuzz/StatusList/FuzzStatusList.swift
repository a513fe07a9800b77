import Certificates

/// A list that is read is read again from our own bytes, and never larger than the bound.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStatusList(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let list: StatusList
  do {
    list = try StatusList(width: .two, compressed: bytes)
  } catch {
    precondition(!error.description.isEmpty)
    return 0
  }
  precondition(list.bytes.count <= StatusList.byteCountMax, "a list above the bound")
  precondition(list.counts().reduce(0, +) == list.count, "entries that are not counted")
  do {
    let again = try StatusList(width: .two, compressed: try list.compressed())
    precondition(again == list, "a list that changes when it is written")
  } catch {
    preconditionFailure("our own list is refused: \(error)")
  }
  return 0
}
