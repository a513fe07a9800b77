import Cryptography
import Encoding
import Ledger
import Testing

@Suite struct LeafListTests {
  private func leaves(_ count: Int) -> [Digest] {
    (0..<count).map { MerkleTree.leafHash(Array("\($0)".utf8)) }
  }

  /// The root as RFC 6962 §2.1 defines it.
  private func root(_ leaves: ArraySlice<Digest>) -> Digest {
    guard let first = leaves.first else { return MerkleTree.emptyRoot }
    if leaves.count == 1 { return first }
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    return MerkleTree.nodeHash(
      root(leaves.prefix(split)), root(leaves.dropFirst(split)))
  }

  @Test func `a list reads back as written, and has the tree's root`() throws {
    for count in [0, 1, 2, 3, 7, 8, 9, 64, 65, 130] {
      let list = try LeafList(leaves(count))
      #expect(list.root == root(list.leaves[...]), "\(count)")
      #expect(try LeafList(parsing: list.bytes) == list)
      #expect(list.bytes.count == count * LeafList.lineByteCount)
    }
  }

  @Test func `another form is refused`() throws {
    let good = try LeafList(leaves(2)).bytes
    let text = String(decoding: good, as: UTF8.self)
    for bad in [
      String(text.dropLast()), text + "\n", text.replacing("\n", with: "\r"), "\n" + text,
      text.replacing("\n", with: "\r\n"), String(repeating: "A", count: 42) + "=\n",
      String(repeating: "_", count: 43) + "\n", String(repeating: "\0", count: 44),
    ] {
      #expect(throws: LedgerError(.invalidProof, "")) { try LeafList(parsing: Array(bad.utf8)) }
    }
    #expect(throws: LedgerError(.invalidProof, "")) {
      try LeafList(
        parsing: [UInt8](repeating: 0, count: LeafList.byteCountMax + LeafList.lineByteCount))
    }
  }
}
