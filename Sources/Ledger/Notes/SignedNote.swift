import Cryptography
import Encoding

/// A text with signatures below it. C2SP signed-note.
///
/// Signatures of unknown keys are kept and ignored; one of a known key that fails refuses the note.
public struct SignedNote: Sendable, Hashable {
  /// One signature line.
  public struct Signature: Sendable, Hashable {
    /// The name of the key.
    public let name: String
    /// Which key of that name.
    public let keyID: UInt32
    /// What follows the key ID; 64 bytes for Ed25519.
    public let bytes: [UInt8]

    /// Makes a signature line.
    public init(name: String, keyID: UInt32, bytes: [UInt8]) {
      self.name = name
      self.keyID = keyID
      self.bytes = bytes
    }
  }

  /// The most bytes of a note that we read: room for 16 post-quantum signatures.
  public static let byteCountMaximum = 1 << 17
  /// The most signatures that we read; the specification asks for at least 16.
  public static let signatureCountMaximum = 64

  private static let dash = Array("— ".utf8)
  private static let newline = UInt8(ascii: "\n")

  /// What is signed: UTF-8, ends with a newline.
  public let text: [UInt8]
  /// The signatures, in their order.
  public let signatures: [Signature]

  /// A note; throws `invalidNote` for a text without final newline or with control characters.
  public init(text: [UInt8], signatures: [Signature]) throws(LedgerError) {
    guard text.last == SignedNote.newline else {
      throw SignedNote.invalid("the text does not end with a newline")
    }
    try SignedNote.checkCharacters(text)
    self.text = text
    self.signatures = signatures
  }

  /// Reads a note, without verifying it. Throws `invalidNote`.
  public init(parsing bytes: [UInt8]) throws(LedgerError) {
    guard bytes.count <= SignedNote.byteCountMaximum else {
      throw SignedNote.invalid("a note has at most 131,072 bytes")
    }
    try SignedNote.checkCharacters(bytes)
    guard bytes.last == SignedNote.newline, let end = SignedNote.endOfText(bytes) else {
      throw SignedNote.invalid("no empty line between the text and its signatures")
    }
    var signatures: [Signature] = []
    let lines = bytes[(end + 1)..<(bytes.count - 1)]
      .split(separator: SignedNote.newline, omittingEmptySubsequences: false)
    guard lines.count <= SignedNote.signatureCountMaximum else {
      throw SignedNote.invalid("more than 64 signatures")
    }
    for line in lines { signatures.append(try SignedNote.readSignature(line)) }
    text = Array(bytes[..<end])
    self.signatures = signatures
  }

  /// The note with its signatures.
  public var bytes: [UInt8] {
    var bytes = text
    bytes.append(SignedNote.newline)
    for signature in signatures {
      let id = (0..<4).map { UInt8(truncatingIfNeeded: signature.keyID >> UInt32(24 - $0 * 8)) }
      bytes += SignedNote.dash
      bytes += Array(signature.name.utf8)
      bytes.append(UInt8(ascii: " "))
      bytes += Array(Base64.encode(id + signature.bytes).utf8)
      bytes.append(SignedNote.newline)
    }
    return bytes
  }

  /// The keys, of those given, whose signatures the note bears; each once.
  ///
  /// Throws `invalidSignature` when the signature of one of them does not hold, `unknownKey` when
  /// none of them signed.
  @discardableResult
  public func verify(with keys: [VerifierKey]) throws(LedgerError) -> [VerifierKey] {
    var verified: [VerifierKey] = []
    for signature in signatures {
      guard
        let key = keys.first(where: {
          $0.keyID == signature.keyID && $0.name.utf8.elementsEqual(signature.name.utf8)
        }), !verified.contains(key)
      else { continue }
      guard key.key.verify(signature: signature.bytes, message: text) else {
        throw LedgerError(
          .invalidSignature, "the signature of \(key.name) does not belong to this text")
      }
      verified.append(key)
    }
    guard !verified.isEmpty else {
      throw LedgerError(.unknownKey, "no signature of a key that is known and trusted here")
    }
    return verified
  }

  /// The offset of the empty line: the last one, since no signature line is empty.
  private static func endOfText(_ bytes: [UInt8]) -> Int? {
    var position = bytes.count - 2
    while position >= 1 {
      if bytes[position] == newline, bytes[position - 1] == newline { return position }
      position -= 1
    }
    return nil
  }

  private static func readSignature(_ line: ArraySlice<UInt8>) throws(LedgerError) -> Signature {
    guard line.starts(with: dash) else {
      throw invalid("a signature line begins with an em dash and a space")
    }
    let rest = line.dropFirst(dash.count)
    guard let space = rest.firstIndex(of: UInt8(ascii: " ")) else {
      throw invalid("a signature line has a name and a signature")
    }
    let name = String(decoding: rest[..<space], as: UTF8.self)
    let decoded: [UInt8]
    do {
      try VerifierKey.check(name: name)
      decoded = try Base64.decode(bytes: Array(rest[(space + 1)...]))
    } catch {
      throw LedgerError(.invalidNote, "not a signature line of a note", cause: error)
    }
    guard decoded.count >= 5 else { throw invalid("a signature is too short") }
    let keyID = decoded[..<4].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
    return Signature(name: name, keyID: keyID, bytes: Array(decoded[4...]))
  }

  private static func checkCharacters(_ bytes: [UInt8]) throws(LedgerError) {
    for (position, byte) in bytes.enumerated() where byte < 0x20 && byte != newline {
      throw LedgerError(
        .invalidNote, "a control character in a note", location: "byte \(position)")
    }
    do {
      try TextCheck.utf8(bytes[...])
    } catch {
      throw LedgerError(.invalidNote, "a note is UTF-8 text", cause: error)
    }
  }

  private static func invalid(_ message: String) -> LedgerError {
    LedgerError(.invalidNote, message)
  }
}
