import Encoding

/// A SHA-256 digest: 32 bytes, ordered as big-endian numbers, kept without an allocation.
public struct Digest: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The number of bytes of every digest.
  public static let byteCount = 32
  /// 32 zero bytes.
  public static let zero = Digest(0, 0, 0, 0)

  private let first: UInt64
  private let second: UInt64
  private let third: UInt64
  private let fourth: UInt64

  /// A digest from its four big-endian words, most significant first.
  public init(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
    self.first = first
    self.second = second
    self.third = third
    self.fourth = fourth
  }

  /// A digest from exactly 32 bytes; throws `invalidLength`.
  public init(bytes: some RandomAccessCollection<UInt8>) throws(CryptographyError) {
    try self.init(bytes: Array(bytes)[...])
  }

  /// A digest from exactly 32 bytes; throws `invalidLength`.
  public init(bytes: [UInt8]) throws(CryptographyError) {
    try self.init(bytes: bytes[...])
  }

  /// A digest from exactly 32 bytes; throws `invalidLength`. Not generic: other modules call it in
  /// their hot paths, where the general initialiser could not be specialised.
  public init(bytes: ArraySlice<UInt8>) throws(CryptographyError) {
    guard bytes.count == Digest.byteCount else {
      throw CryptographyError(.invalidLength, "a SHA-256 digest has 32 bytes, not \(bytes.count)")
    }
    let span = bytes.span
    func word(_ start: Int) -> UInt64 {
      var word: UInt64 = 0
      for position in start..<(start + 8) { word = word << 8 | UInt64(span[position]) }
      return word
    }
    self.init(word(0), word(8), word(16), word(24))
  }

  /// The four big-endian words, most significant first.
  public var words: (UInt64, UInt64, UInt64, UInt64) { (first, second, third, fourth) }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(Digest.byteCount)
    append(to: &result)
    return result
  }

  /// Appends the 32 bytes.
  public func append(to bytes: inout [UInt8]) {
    unsafe withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// Lends the 32 bytes without an allocation.
  public func withBytes<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe withUnsafeBytes { (raw) throws(Failure) in
      try body(unsafe Span<UInt8>(_unsafeBytes: raw))
    }
  }

  /// Lends the 32 bytes for a C call, without an allocation.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let storage: InlineArray<4, UInt64> = [
      first.bigEndian, second.bigEndian, third.bigEndian, fourth.bigEndian,
    ]
    return try unsafe storage.span.bytes.withUnsafeBytes(body)
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { Hex.encode(bytes) }

  /// 43 characters of base64url without padding.
  public var base64url: String {
    withBytes { (bytes: Span<UInt8>) in Base64URL.encode(bytes) }
  }

  /// The same as `hex`.
  public var description: String { hex }

  /// Whether the left digest is the smaller big-endian number.
  public static func < (left: Digest, right: Digest) -> Bool {
    if left.first != right.first { return left.first < right.first }
    if left.second != right.second { return left.second < right.second }
    if left.third != right.third { return left.third < right.third }
    return left.fourth < right.fourth
  }
}
