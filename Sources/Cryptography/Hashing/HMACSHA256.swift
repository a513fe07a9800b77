internal import COpenSSL

/// HMAC-SHA-256 (RFC 2104) under one key, reusable from many threads.
///
/// The two padded key blocks are hashed once, so a short message costs two compressions.
public struct HMACSHA256: Sendable {
  /// The hash states after the inner and the outer key block; wiped with the last user.
  ///
  /// `@unchecked Sendable`: written in `init` and `deinit` only. Behind a pointer, so that reading
  /// them needs no check of exclusive access: bulk issuing reads them fifty times a row.
  @safe private final class Pads: @unchecked Sendable {
    private let states: UnsafeMutablePointer<(inner: SHA256, outer: SHA256)>

    var inner: SHA256 { unsafe states.pointee.inner }
    var outer: SHA256 { unsafe states.pointee.outer }

    init(inner: SHA256, outer: SHA256) {
      unsafe states = .allocate(capacity: 1)
      unsafe states.initialize(to: (inner, outer))
    }

    deinit {
      unsafe states.pointee.inner.wipe()
      unsafe states.pointee.outer.wipe()
      unsafe states.deallocate()
    }
  }

  private let pads: Pads

  /// A key of any length; longer than 64 bytes is hashed first (RFC 2104 §2).
  public init(key: [UInt8]) {
    var block = key.count > 64 ? SHA256.hash(key).bytes : key
    block.append(contentsOf: repeatElement(0, count: 64 - block.count))
    var (inner, outer) = (SHA256(), SHA256())
    for index in block.indices { block[index] ^= 0x36 }
    inner.update(block)
    for index in block.indices { block[index] ^= 0x36 ^ 0x5c }
    outer.update(block)
    pads = Pads(inner: inner, outer: outer)
    inner.wipe()
    outer.wipe()
    ConstantTime.wipe(&block)
  }

  /// A secret key.
  public init(key: SecretBytes) {
    var copy = key.unwipedCopy()
    self.init(key: copy)
    ConstantTime.wipe(&copy)
  }

  /// The key of a thread or a chain of keys: a digest used as a key.
  public init(key: Digest) {
    self.init(key: key.bytes)
  }

  /// The code of `message`.
  public func authenticate(_ message: [UInt8]) -> Digest {
    var inner = pads.inner
    inner.update(message)
    return finish(&inner)
  }

  /// The code of `message`.
  public func authenticate(_ message: Span<UInt8>) -> Digest {
    var inner = pads.inner
    inner.update(message)
    return finish(&inner)
  }

  /// The code of `label` ‖ uint64be `number`.
  public func authenticate(_ label: [UInt8], _ number: UInt64) -> Digest {
    var inner = pads.inner
    inner.update(label)
    inner.update(bigEndian: number)
    return finish(&inner)
  }

  /// The code of the UTF-8 bytes of `message`.
  public func authenticate(_ message: String) -> Digest {
    var inner = pads.inner
    inner.update(message)
    return finish(&inner)
  }

  /// Whether `code` is the code of `message`, compared in constant time.
  public func verify(_ code: Digest, for message: [UInt8]) -> Bool {
    ConstantTime.equal(code, authenticate(message))
  }

  private func finish(_ inner: inout SHA256) -> Digest {
    var outer = pads.outer
    outer.update(inner.finish())
    return outer.finish()
  }
}
