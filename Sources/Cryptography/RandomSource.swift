internal import COpenSSL

/// Where random bytes come from: a port, so that tests can be repeated.
///
/// An implementation for anything but tests must be cryptographically secure.
public protocol RandomSource: Sendable {
  /// `count` bytes; throws `operationFailed` rather than return weak ones.
  func bytes(_ count: Int) throws(CryptographyError) -> [UInt8]
}

/// The random generator of libcrypto, seeded by the operating system.
public struct SystemRandom: RandomSource {
  /// Makes a handle; all handles share one generator.
  public init() {}

  /// `count` secure random bytes; throws `operationFailed`.
  public func bytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
    guard count >= 0, let length = Int32(exactly: count) else {
      throw CryptographyError(.invalidLength, "cannot make \(count) random bytes at once")
    }
    var bytes = [UInt8](repeating: 0, count: count)
    if count == 0 { return bytes }
    try OpenSSL.check("RAND_bytes", "no randomness; see the system's random device") {
      unsafe RAND_bytes(&bytes, length)
    }
    return bytes
  }
}

/// `SystemRandom` drawn 4,096 bytes at a time: for salts by the ten thousand.
///
/// Bytes given out are wiped from the buffer at once. Not for use across `fork`: parent and child
/// would draw the same bytes.
public final class BufferedRandom: RandomSource {
  private struct Buffer {
    var bytes: [UInt8] = []
  }

  private static let capacity = 4096
  private let buffer = Guarded(Buffer())

  /// An empty buffer; filled at the first use.
  public init() {}

  /// `count` secure random bytes; throws `operationFailed`.
  public func bytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
    if count > BufferedRandom.capacity / 4 { return try SystemRandom().bytes(count) }
    let drawn: Result<[UInt8], CryptographyError> = buffer.withLock { buffer in
      do throws(CryptographyError) {
        if buffer.bytes.count < count {
          buffer.bytes = try SystemRandom().bytes(BufferedRandom.capacity)
        }
        let start = buffer.bytes.count - count
        let result = Array(buffer.bytes[start...])
        for index in start..<buffer.bytes.count { buffer.bytes[index] = 0 }
        buffer.bytes.removeLast(count)
        return .success(result)
      } catch {
        return .failure(error)
      }
    }
    return try drawn.get()
  }
}
