import Cryptography
import Encoding
import Ledger
import Testing

@Suite("Proof files")
struct TlogProofTests {
  @Test("the specification's proof is made, read and verified")
  func vector() throws {
    let vector = try TestFiles.vector("ledger/proof.json")
    let key = try ExampleLedger.signer().verifierKey
    var tree = TileTree(reader: try ExampleLedger.ledger(), size: TreeSize(3))
    let head = TreeHead(size: TreeSize(3), root: try tree.root())
    let checkpoint = try VerifiedCheckpoint(signing: head, with: ExampleLedger.signer())
    let inclusion = try tree.inclusionProof(of: LeafIndex(1))
    let proof = TlogProof(inclusion, checkpoint: checkpoint.note)
    #expect(try proof.bytes == vector.bytes("proof"))
    let leaf = try ExampleLedger.entries()[1].leafHash
    for name in ["proof", "proof_with_extra"] {
      let read = try TlogProof(parsing: vector.bytes(name))
      #expect(try read.bytes == vector.bytes(name))
      let verified = try read.verify(leafHash: leaf, keys: [key], origin: ExampleLedger.origin)
      #expect(verified.head == head)
      #expect(throws: LedgerError(.proofMismatch, "")) {
        try read.verify(leafHash: .zero, keys: [key], origin: ExampleLedger.origin)
      }
    }
    let extra = try TlogProof(parsing: vector.bytes("proof_with_extra")).unverifiedExtra
    #expect(extra == Array("hello".utf8))
  }

  @Test("what the specification refuses as a proof is refused with its code")
  func refused() throws {
    let vector = try TestFiles.vector("ledger/proof.json")
    let key = try ExampleLedger.signer().verifierKey
    let leaf = try ExampleLedger.entries()[1].leafHash
    for row in try vector.list("refused") {
      let found = code {
        try TlogProof(parsing: row.bytes("proof"))
          .verify(leafHash: leaf, keys: [key], origin: ExampleLedger.origin)
      }
      let wanted = try row.text("code")
      #expect(found == wanted, "\(row)")
    }
  }

  @Test("every truncation of a proof is refused")
  func truncations() throws {
    let bytes = try TestFiles.vector("ledger/proof.json").bytes("proof")
    let key = try ExampleLedger.signer().verifierKey
    let leaf = try ExampleLedger.entries()[1].leafHash
    for count in bytes.indices {
      #expect(throws: LedgerError.self) {
        try TlogProof(parsing: Array(bytes[..<count]))
          .verify(leafHash: leaf, keys: [key], origin: ExampleLedger.origin)
      }
    }
  }
}
