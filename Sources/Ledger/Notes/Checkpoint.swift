import Cryptography
import Encoding

/// What a ledger says of itself: its origin, its size and its root. C2SP tlog-checkpoint.
///
/// Three lines; we neither write nor accept lines after them. Spec: checkpoint.md, "Checkpoint".
public struct Checkpoint: Sendable, Hashable {
  /// The ledger's unchanging name: an address without scheme.
  public let origin: String
  /// The size and the root.
  public let head: TreeHead

  /// A checkpoint; throws `invalidCheckpoint` for an origin that no ledger may have or a size
  /// beyond 2^53 − 1.
  public init(origin: String, head: TreeHead) throws(LedgerError) {
    do {
      try VerifierKey.check(name: origin)
    } catch {
      throw LedgerError(
        .invalidCheckpoint, "an origin is a name without spaces and +", cause: error)
    }
    guard head.size.value <= TreeSize.maximum else {
      throw LedgerError(.invalidCheckpoint, "a size is at most 2^53 − 1")
    }
    self.origin = origin
    self.head = head
  }

  /// The number of entries.
  public var size: TreeSize { head.size }
  /// The root of the tree.
  public var root: Digest { head.root }

  /// Reads the text of a note.
  ///
  /// Throws `extensionLine` for more than three lines, `invalidCheckpoint` for any other form.
  public init(parsing text: [UInt8]) throws(LedgerError) {
    guard text.count <= SignedNote.byteCountMaximum, text.last == UInt8(ascii: "\n") else {
      throw Checkpoint.invalid("it does not end with a newline, or is too long")
    }
    let lines = text.dropLast()
      .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.count >= 3 else { throw Checkpoint.invalid("it has three lines") }
    guard lines.count == 3 else {
      throw LedgerError(.extensionLine, "a checkpoint has no lines after its root")
    }
    guard let size = Decimal.parse(lines[1]), size <= TreeSize.maximum else {
      throw Checkpoint.invalid("its second line is a size from 0 to 2^53 − 1")
    }
    let origin: String
    let root: Digest
    do {
      origin = try TextCheck.string(Array(lines[0]))
      root = try Digest(bytes: try Base64.decode(bytes: Array(lines[2])))
    } catch {
      throw LedgerError(.invalidCheckpoint, "not a checkpoint", cause: error)
    }
    guard size > 0 || root == MerkleTree.emptyRoot else {
      throw Checkpoint.invalid("the root of size 0 is SHA-256 of nothing")
    }
    try self.init(origin: origin, head: TreeHead(size: TreeSize(size), root: root))
  }

  /// The three lines.
  public var text: [UInt8] {
    Array("\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n".utf8)
  }

  private static func invalid(_ reason: String) -> LedgerError {
    LedgerError(.invalidCheckpoint, "not a checkpoint: \(reason)")
  }
}

/// A checkpoint whose signature was verified, with the note it came in.
public struct VerifiedCheckpoint: Sendable, Hashable {
  /// What was signed.
  public let checkpoint: Checkpoint
  /// The exact bytes of the note, with all signatures.
  public let note: [UInt8]
  /// The keys, of those trusted, that signed.
  public let keys: [VerifierKey]

  /// Verifies a note.
  ///
  /// Throws `invalidNote`, `unknownKey`, `invalidSignature`, `invalidCheckpoint`, `extensionLine`,
  /// and `wrongOrigin` when the checkpoint is of another ledger.
  public init(
    note: [UInt8], keys: [VerifierKey], origin: String
  ) throws(LedgerError) {
    let signed = try SignedNote(parsing: note)
    self.keys = try signed.verify(with: keys)
    checkpoint = try Checkpoint(parsing: signed.text)
    guard checkpoint.origin.utf8.elementsEqual(origin.utf8) else {
      throw LedgerError(
        .wrongOrigin, "the checkpoint is of the ledger \(checkpoint.origin), not \(origin)")
    }
    self.note = note
  }

  /// Signs a head; the signer's name is the origin. Only for a head that is durable.
  public init(signing head: TreeHead, with signer: NoteSigner) throws(LedgerError) {
    checkpoint = try Checkpoint(origin: signer.verifierKey.name, head: head)
    note = try signer.sign(checkpoint.text).bytes
    keys = [signer.verifierKey]
  }

  /// The size and the root.
  public var head: TreeHead { checkpoint.head }
}
