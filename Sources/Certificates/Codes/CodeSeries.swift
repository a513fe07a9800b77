import Cryptography
import Encoding

/// A file as texts for QR codes, which reassemble in any order.
///
/// Example: `KANHE1:5F0C…:2/3:…`, the second of three. It has only characters of a code's
/// alphanumeric mode. Nothing in a code is believed: what is joined is judged as the file that it
/// is. Spec: qr.md.
public struct CodeSeries: Sendable, Hashable {
  /// The characters with which each text begins.
  public static let prefix = "KANHE1:"
  /// The most codes of one series.
  public static let countMax = 32
  /// The most characters of one text: a code holds no more.
  public static let characterCountMax = 4_296
  /// The most bytes of a file that can be shown as codes.
  public static let byteCountMax = 64 << 10
  /// The most bytes of a file of texts.
  public static let textByteCountMax = 256 << 10
  private static let headCount = 30
  private static let identifierCount = 16

  /// The texts, in order.
  public let texts: [String]

  /// Splits a file into texts of at most so many characters, all about as long.
  ///
  /// A newline at a token's end is left out. Throws `codeTooLarge`, `codeInvalid` for a file that
  /// is empty or a series, `cryptography`.
  public init(
    of file: [UInt8], characterCountMax limit: Int
  ) throws(CertificatesError) {
    guard file.count <= CodeSeries.byteCountMax else { throw CodeSeries.tooLarge }
    guard !file.isEmpty, !CodeSeries.isSeries(file) else {
      throw CertificatesError(.codeInvalid, "an empty file, or texts of codes, cannot be shown")
    }
    let bytes: [UInt8]
    do throws(CertificatesError) { bytes = try Deflate.encode(PackedText.pack(file)) } catch {
      throw CertificatesError(.cryptography, "zlib failed; is there memory left?", cause: error)
    }
    // Three characters for two bytes; each text but the last has an even number of bytes.
    let room = (min(limit, CodeSeries.characterCountMax) - CodeSeries.headCount) / 3 * 2
    guard room > 0 else { throw CodeSeries.tooLarge }
    let count = (bytes.count + room - 1) / room
    guard count <= CodeSeries.countMax else { throw CodeSeries.tooLarge }
    let share = (bytes.count + count - 1) / count
    let size = share + share % 2
    let identifier = CodeSeries.identifier(bytes)
    texts = (0..<count).map { index in
      let part = bytes[min(index * size, bytes.count)..<min((index + 1) * size, bytes.count)]
      return "\(CodeSeries.prefix)\(identifier):\(index + 1)/\(count):"
        + Base45.encode(Array(part))
    }
  }

  /// Whether a file holds texts of codes.
  public static func isSeries(_ bytes: [UInt8]) -> Bool { bytes.starts(with: prefix.utf8) }

  /// Joins texts, one in each line, in any order, the same one any number of times.
  ///
  /// Throws `codeInvalid`, `codeForeign` (of another series), `codeConflict` (a number twice with
  /// different contents), `codeMissing`, `codeDamaged`, `codeTooLarge`.
  public static func join(_ bytes: [UInt8]) throws(CertificatesError) -> [UInt8] {
    guard bytes.count <= textByteCountMax else { throw tooLarge }
    var parts: [Int: [UInt8]] = [:]
    var first: Part?
    for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let part = try Part(line)
      let head = first ?? part
      first = head
      guard part.identifier == head.identifier, part.count == head.count else {
        throw CertificatesError(
          .codeForeign,
          "code \(part.number) of \(part.count) is of another series; scan one at a time")
      }
      if let known = parts.updateValue(part.bytes, forKey: part.number), known != part.bytes {
        throw CertificatesError(
          .codeConflict, "code \(part.number) of \(part.count) is there twice, and differs")
      }
    }
    guard let first else { throw CertificatesError(.codeInvalid, "there is no code") }
    let missing = (1...first.count).filter { parts[$0] == nil }
    guard missing.isEmpty else {
      throw CertificatesError(
        .codeMissing,
        "of \(first.count) codes these are missing: "
          + missing.map(String.init).joined(separator: ", ") + "; scan them too")
    }
    let joined = (1...first.count).flatMap { parts[$0] ?? [] }
    guard Array(identifier(joined).utf8) == first.identifier else { throw damaged(nil) }
    return try unpacked(joined)
  }

  private static func unpacked(_ bytes: [UInt8]) throws(CertificatesError) -> [UInt8] {
    let packed: [UInt8]
    do throws(CertificatesError) {
      packed = try Deflate.decode(bytes, byteCountMax: byteCountMax + 1)
    } catch {
      if error.code == .statusTooLarge { throw tooLarge }
      throw damaged(error)
    }
    guard let text = PackedText.unpack(packed), !isSeries(text) else { throw damaged(nil) }
    guard text.count <= byteCountMax else { throw tooLarge }
    return text
  }

  private static func identifier(_ bytes: [UInt8]) -> String {
    SHA256.hash(bytes).bytes.prefix(identifierCount / 2).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  /// The refusal of what codes cannot hold.
  public static var tooLarge: CertificatesError {
    CertificatesError(
      .codeTooLarge,
      "at most \(byteCountMax >> 10) KiB, and \(countMax) codes, are shown or read; allow larger "
        + "codes, or hand over the file")
  }

  private static func damaged(_ cause: (any Error)?) -> CertificatesError {
    CertificatesError(
      .codeDamaged, "the codes do not give what was shown; scan them again", cause: cause)
  }

  /// One text, taken apart.
  private struct Part {
    let identifier: [UInt8]
    let number: Int
    let count: Int
    let bytes: [UInt8]

    init(_ text: ArraySlice<UInt8>) throws(CertificatesError) {
      let fields = text.split(
        separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
      guard text.count <= CodeSeries.characterCountMax, text.starts(with: prefix.utf8),
        fields.count == 4, fields[1].count == identifierCount,
        fields[1].allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x46).contains($0) })
      else { throw Part.invalid(nil) }
      let numbers = fields[2].split(
        separator: UInt8(ascii: "/"), omittingEmptySubsequences: false
      ).map(Part.number)
      guard numbers.count == 2, let number = numbers[0], let count = numbers[1], count <= countMax,
        number <= count
      else { throw Part.invalid(nil) }
      identifier = Array(fields[1])
      self.number = number
      self.count = count
      do throws(EncodingError) { bytes = try Base45.decode(fields[3]) } catch {
        throw Part.invalid(error)
      }
      guard !bytes.isEmpty else { throw Part.invalid(nil) }
    }

    /// 1 to 99 in its one spelling.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
      guard (1...2).contains(digits.count), digits.first != UInt8(ascii: "0"),
        digits.allSatisfy({ (0x30...0x39).contains($0) })
      else { return nil }
      return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func invalid(_ cause: (any Error)?) -> CertificatesError {
      CertificatesError(
        .codeInvalid, "a line is no code of Kanhe; give the texts as scanned, one in each line",
        cause: cause)
    }
  }
}
