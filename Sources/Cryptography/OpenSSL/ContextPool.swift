internal import COpenSSL

/// Idle OpenSSL contexts of one kind, so that many threads reuse them without making new ones.
///
/// `@unchecked Sendable`: a context is in the list (reached only under the lock) or lent to one
/// caller; `make` and `free` touch nothing shared but OpenSSL's own counted objects, and the key
/// that the pool's owner keeps.
@safe final class ContextPool: @unchecked Sendable {
  @safe private struct Idle: @unchecked Sendable {
    var contexts: [OpaquePointer] = unsafe []
  }

  private let idle = Guarded(Idle())
  private let make: () throws(CryptographyError) -> OpaquePointer
  private let free: (OpaquePointer) -> Void

  init(
    make: @escaping () throws(CryptographyError) -> OpaquePointer,
    free: @escaping (OpaquePointer) -> Void
  ) {
    unsafe self.make = make
    unsafe self.free = free
  }

  deinit { freeIdle() }

  /// Frees the contexts that nobody uses.
  func freeIdle() {
    idle.withLock { idle in
      while let context = unsafe idle.contexts.popLast() { unsafe free(context) }
    }
  }

  /// Lends a context to `body`. A context whose use failed is freed, never reused.
  func withContext<Result>(
    _ body: (OpaquePointer) throws(CryptographyError) -> Result
  ) throws(CryptographyError) -> Result {
    let lent = idle.withLock { idle in unsafe Lent(context: idle.contexts.popLast()) }
    let context: OpaquePointer
    if let idle = unsafe lent.context { unsafe context = idle } else { unsafe context = try make() }
    do throws(CryptographyError) {
      let result = try unsafe body(context)
      let back = unsafe Lent(context: context)
      idle.withLock { idle in
        if let context = unsafe back.context { unsafe idle.contexts.append(context) }
      }
      return result
    } catch {
      unsafe free(context)
      throw error
    }
  }

  /// `@unchecked Sendable`: lent to one caller at a time; nobody else has the pointer meanwhile.
  @safe private struct Lent: @unchecked Sendable {
    let context: OpaquePointer?
  }
}
