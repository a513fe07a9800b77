import Ledger

/// Whatever is read as a proof is written as the same bytes, and no path leads anywhere but to its
/// one root: verification ends, and a longer path is another proof.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzProof(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let proof = try TlogProof(parsing: bytes)
    precondition(proof.bytes == bytes, "two forms of one proof")
    let note = try SignedNote(parsing: proof.checkpoint)
    let size = try Checkpoint(parsing: note.text).size
    let leaf = MerkleTree.leafHash(bytes)
    let inclusion = InclusionProof(index: proof.index, size: size, path: proof.path)
    let root = try inclusion.root(leafHash: leaf)
    try inclusion.verify(leafHash: leaf, root: root)
    let longer = InclusionProof(index: proof.index, size: size, path: proof.path + [root])
    do {
      _ = try longer.root(leafHash: leaf)
      preconditionFailure("two lengths of one path")
    } catch {
      precondition(error.code == .proofMismatch)
    }
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}
