import Cryptography
import Encoding

/// A file that proves an entry by itself: index, path and checkpoint. C2SP tlog-proof@v1.
///
/// The entry comes from elsewhere. Spec: checkpoint.md, "Proof".
public struct TlogProof: Sendable, Hashable {
  static let header = "c2sp.org/tlog-proof@v1"
  /// The most bytes of a proof that we read.
  public static let byteCountMaximum = 1 << 18
  /// A path through a tree of 2^53 entries, with room to spare.
  public static let pathCountMaximum = 63

  /// The place of the entry.
  public let index: LeafIndex
  /// The siblings from the leaf up.
  public let path: [Digest]
  /// The checkpoint's note, with all its signatures.
  public let checkpoint: [UInt8]
  /// Bytes that the maker added; nothing vouches for them.
  public let unverifiedExtra: [UInt8]?

  /// Joins a proof and the note of the checkpoint it leads to.
  public init(
    _ proof: InclusionProof, checkpoint: [UInt8], unverifiedExtra: [UInt8]? = nil
  ) {
    index = proof.index
    path = proof.path
    self.checkpoint = checkpoint
    self.unverifiedExtra = unverifiedExtra
  }

  /// Reads a proof, without verifying it. Throws `invalidProof`.
  public init(parsing bytes: [UInt8]) throws(LedgerError) {
    guard bytes.count <= TlogProof.byteCountMaximum else {
      throw TlogProof.invalid("it is too long")
    }
    var rest = bytes[...]
    guard try TlogProof.takeLine(&rest) == TlogProof.header else {
      throw TlogProof.invalid("its first line is \(TlogProof.header)")
    }
    var line = try TlogProof.takeLine(&rest)
    var extra: [UInt8]?
    if line.hasPrefix("extra ") {
      extra = try TlogProof.decode(line.dropFirst(6))
      line = try TlogProof.takeLine(&rest)
    }
    guard line.hasPrefix("index "), let index = Decimal.parse(line.dropFirst(6).utf8),
      index <= TreeSize.maximum
    else { throw TlogProof.invalid("no line with the index") }
    var path: [Digest] = []
    line = try TlogProof.takeLine(&rest)
    while !line.isEmpty {
      guard path.count < TlogProof.pathCountMaximum else {
        throw TlogProof.invalid("its path is too long")
      }
      let hash = try TlogProof.decode(line[...])
      do {
        path.append(try Digest(bytes: hash))
      } catch {
        throw LedgerError(.invalidProof, "a hash has 32 bytes", cause: error)
      }
      line = try TlogProof.takeLine(&rest)
    }
    guard !rest.isEmpty else { throw TlogProof.invalid("it has no checkpoint") }
    self.index = LeafIndex(index)
    self.path = path
    checkpoint = Array(rest)
    unverifiedExtra = extra
  }

  /// The file.
  public var bytes: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(96 + path.count * 45 + checkpoint.count)
    text.append(contentsOf: TlogProof.header.utf8)
    text.append(0x0A)
    if let unverifiedExtra {
      text.append(contentsOf: "extra \(Base64.encode(unverifiedExtra))\n".utf8)
    }
    text.append(contentsOf: "index \(index)\n".utf8)
    for hash in path {
      hash.withBytes { Base64.append($0, to: &text) }
      text.append(0x0A)
    }
    text.append(0x0A)
    text.append(contentsOf: checkpoint)
    return text
  }

  /// The verified checkpoint that has the entry at the index.
  ///
  /// A signature takes longer than the rest: `known`, which must have been verified with the same
  /// keys and origin, is taken where it came in the same note. Throws what `VerifiedCheckpoint`
  /// throws, `sizeOutOfRange` and `proofMismatch`.
  @discardableResult
  public func verify(
    leafHash: Digest, keys: [VerifierKey], origin: String, known: VerifiedCheckpoint? = nil
  ) throws(LedgerError) -> VerifiedCheckpoint {
    let verified: VerifiedCheckpoint
    if let known, known.note == checkpoint {
      verified = known
    } else {
      verified = try VerifiedCheckpoint(note: checkpoint, keys: keys, origin: origin)
    }
    try InclusionProof(index: index, size: verified.head.size, path: path)
      .verify(leafHash: leafHash, root: verified.head.root)
    return verified
  }

  private static func takeLine(_ rest: inout ArraySlice<UInt8>) throws(LedgerError) -> String {
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
      throw invalid("it ends within a line")
    }
    let line = Array(rest[..<end])
    rest = rest[(end + 1)...]
    do {
      return try TextCheck.string(line)
    } catch {
      throw LedgerError(.invalidProof, "a proof is UTF-8 text", cause: error)
    }
  }

  private static func decode(_ text: Substring) throws(LedgerError) -> [UInt8] {
    do {
      return try Base64.decode(text)
    } catch {
      throw LedgerError(.invalidProof, "a line is not canonical base64", cause: error)
    }
  }

  private static func invalid(_ reason: String) -> LedgerError {
    LedgerError(.invalidProof, "not a proof: \(reason)")
  }
}
