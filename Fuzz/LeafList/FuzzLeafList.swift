import Ledger

/// A list of leaves that is read is written again byte for byte.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLeafList(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do throws(LedgerError) {
    let list = try LeafList(parsing: bytes)
    precondition(list.bytes == bytes, "a list that changes when it is written")
    precondition(list.leaves.count * LeafList.lineByteCount == count, "lines that are not counted")
    let again = try LeafList(list.leaves)
    precondition(again == list && again.root == list.root, "a list that is not its leaves")
  } catch {
    precondition(error.code == .invalidProof, "a refusal of another kind: \(error)")
  }
  return 0
}
