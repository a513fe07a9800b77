import Cryptography

/// An identity that is read keeps its bytes, also through PEM, and can be judged without a crash.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzIdentity(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let identity = try Identity(der: bytes)
    precondition(identity.der == bytes, "the bytes are kept")
    let again = try Identity(pem: identity.pem)
    precondition(again == identity, "two identities of one encoding")
    let paths = try PathValidator(root: identity)
    for purpose in IdentityPurpose.allCases {
      let result = paths.validate(
        leaf: identity, intermediates: [identity], purpose: purpose, at: identity.notBefore,
        expectedURI: nil)
      // The root itself serves no purpose but being pinned.
      precondition(!result.isValid || purpose == .authority, "a root was taken for a leaf")
    }
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}
