internal import COpenSSL

/// Owns a `STACK_OF(X509)`; the identities in it stay their own owners'.
@safe final class X509Stack {
  private let pointer: OpaquePointer
  /// Kept as long as the stack that points to them.
  private let identities: [Identity]

  init(_ identities: [Identity]) throws(CryptographyError) {
    self.identities = identities
    unsafe pointer = try unsafe OpenSSL.make("sk_X509_new_null") {
      unsafe kanhe_sk_X509_new_null()
    }
    for identity in identities {
      try unsafe identity.handle.withPointer { identity throws(CryptographyError) in
        guard unsafe kanhe_sk_X509_push(pointer, identity) > 0 else {
          throw OpenSSL.failure("sk_X509_push", "no memory for identities")
        }
      }
    }
  }

  deinit {
    unsafe kanhe_sk_X509_free(pointer)
  }

  /// Lends the pointer; it must not leave `body`.
  func withPointer<Result, Failure: Error>(
    _ body: (OpaquePointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe body(pointer)
  }
}
