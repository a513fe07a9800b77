import Cryptography
import Encoding
import Ledger
import Testing

@Suite("Notes and checkpoints")
struct NoteTests {
  /// The example of C2SP signed-note.
  private static let outsideKey =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
  private static let outsideNote = Array(
    """
    This is an example message.

    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXm\
    RKuwHjG1Yu72IneyaQM=

    """.utf8)

  @Test("the note of C2SP signed-note is read, verified and written")
  func outsideExample() throws {
    let note = try SignedNote(parsing: Self.outsideNote)
    #expect(note.text == Array("This is an example message.\n".utf8))
    #expect(try note.verify(with: [VerifierKey(parsing: Self.outsideKey)]).count == 1)
    #expect(note.bytes == Self.outsideNote)
  }

  @Test("the verifier key of C2SP signed-note is read and written")
  func outsideVerifierKey() throws {
    let key = try VerifierKey(parsing: Self.outsideKey)
    #expect(key.name == "example.com/foo")
    #expect(key.keyID == 0x530d_903a)
    #expect(key.text == Self.outsideKey)
  }

  @Test("the specification's checkpoint is signed and verified byte for byte")
  func vector() throws {
    let vector = try TestFiles.vector("ledger/checkpoint.json")
    let signer = try ExampleLedger.signer()
    #expect(try signer.verifierKey.text == vector.text("vkey"))
    #expect(try VerifierKey(parsing: vector.text("vkey")) == signer.verifierKey)
    var tree = TileTree(reader: try ExampleLedger.ledger(), size: TreeSize(3))
    let head = TreeHead(size: TreeSize(3), root: try tree.root())
    #expect(try Base64.encode(head.root.bytes) == vector.text("root"))
    let signed = try VerifiedCheckpoint(signing: head, with: signer)
    #expect(try signed.note == vector.bytes("note"))
    for name in ["note", "note_with_unknown_signature"] {
      let read = try VerifiedCheckpoint(
        note: vector.bytes(name), keys: [signer.verifierKey], origin: ExampleLedger.origin)
      #expect(read.head == head)
      #expect(read.keys == [signer.verifierKey])
      #expect(try SignedNote(parsing: vector.bytes(name)).bytes == vector.bytes(name))
    }
  }

  @Test("what the specification refuses as a checkpoint is refused with its code")
  func refused() throws {
    let vector = try TestFiles.vector("ledger/checkpoint.json")
    let key = try VerifierKey(parsing: vector.text("vkey"))
    let rows = try vector.list("refused")
    #expect(rows.count > 20)
    for row in rows {
      let found = code {
        _ = try VerifiedCheckpoint(
          note: row.bytes("note"), keys: [key], origin: ExampleLedger.origin)
      }
      let wanted = try row.text("code")
      #expect(found == wanted, "\(row)")
    }
    for row in try vector.list("refused_keys") {
      #expect(
        code { _ = try VerifierKey(parsing: row.text("vkey")) } == "invalidKey",
        "\(row)")
    }
  }

  @Test("any one changed byte of a note is refused, but for the text of unknown signatures")
  func changedBytes() throws {
    let vector = try TestFiles.vector("ledger/checkpoint.json")
    let key = try VerifierKey(parsing: vector.text("vkey"))
    let note = try vector.bytes("note")
    for position in note.indices {
      for mask in [1, 4, 0x20, 0x80] as [UInt8] {
        var changed = note
        changed[position] ^= mask
        #expect(throws: LedgerError.self, "byte \(position)") {
          try VerifiedCheckpoint(note: changed, keys: [key], origin: ExampleLedger.origin)
        }
      }
    }
  }

  @Test("a known key twice counts once; one failing signature of it refuses the note")
  func repeatedSignatures() throws {
    let signer = try ExampleLedger.signer()
    let note = try signer.sign(Array("text\n".utf8))
    let signature = note.signatures[0]
    let twice = try SignedNote(text: note.text, signatures: [signature, signature])
    #expect(try twice.verify(with: [signer.verifierKey]).count == 1)
    let wrong = SignedNote.Signature(
      name: signature.name, keyID: signature.keyID, bytes: [UInt8](repeating: 0, count: 64))
    let failing = try SignedNote(text: note.text, signatures: [wrong, signature])
    #expect(code { _ = try failing.verify(with: [signer.verifierKey]) } == "invalidSignature")
    #expect(code { _ = try note.verify(with: []) } == "unknownKey")
    #expect(code { _ = try signer.sign(Array("no newline".utf8)) } == "invalidNote")
    #expect(code { _ = try signer.sign(Array("a\tb\n".utf8)) } == "invalidNote")
  }

  @Test("a text with empty lines keeps them: the signatures begin after the last one")
  func emptyLines() throws {
    let signer = try ExampleLedger.signer()
    let note = try signer.sign(Array("one\n\ntwo\n\n".utf8))
    let read = try SignedNote(parsing: note.bytes)
    #expect(read == note)
    _ = try read.verify(with: [signer.verifierKey])
  }
}
