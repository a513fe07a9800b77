internal import COpenSSL

/// Bytes that must not outlive their use: wiped when the last reference goes, never printed.
///
/// `@unchecked Sendable`: the buffer is written in `init` and wiped in `deinit` only.
@safe
public final class SecretBytes: @unchecked Sendable, CustomStringConvertible,
  CustomReflectable
{
  private let storage: UnsafeMutableRawBufferPointer

  /// Copies `bytes`; the caller may wipe its own array afterwards (`ConstantTime.wipe`).
  public init(copying bytes: [UInt8]) {
    unsafe storage = .allocate(byteCount: bytes.count, alignment: 1)
    unsafe storage.copyBytes(from: bytes)
  }

  /// `count` fresh random bytes; throws `operationFailed` when there is no randomness.
  public convenience init(
    randomCount count: Int, from source: some RandomSource = SystemRandom()
  ) throws(CryptographyError) {
    var bytes = try source.bytes(count)
    self.init(copying: bytes)
    ConstantTime.wipe(&bytes)
  }

  deinit {
    unsafe OPENSSL_cleanse(storage.baseAddress, storage.count)
    unsafe storage.deallocate()
  }

  /// The number of bytes.
  public var count: Int { unsafe storage.count }

  /// Lends the bytes to `body`.
  public func withBytes<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let span = unsafe Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(storage))
    return try body(span)
  }

  /// A copy that nobody wipes: only where another interface needs an array.
  public func unwipedCopy() -> [UInt8] {
    unsafe [UInt8](storage)
  }

  /// Whether both hold the same bytes, compared in constant time.
  public func equals(_ other: SecretBytes) -> Bool {
    guard count == other.count else { return false }
    return unsafe CRYPTO_memcmp(storage.baseAddress, other.storage.baseAddress, count) == 0
  }

  /// Never the bytes.
  public var description: String { "SecretBytes(\(count) bytes)" }

  /// Hides the bytes from `dump` and debuggers' summaries.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
