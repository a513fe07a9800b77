import Certificates
import Encoding

/// A certificate that is read is, joined again, the same bytes; every disclosure has its place.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCertificate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  for policy in [UnverifiedSDJWT.KeyBinding.refused, .demanded] {
    do {
      let certificate = try UnverifiedCertificate(parsing: bytes, keyBinding: policy)
      let joined = SDJWT.join(
        token: certificate.token.bytes, disclosures: certificate.disclosures)
      precondition(joined + (certificate.keyBinding ?? []) == bytes, "two forms")
      precondition(certificate.disclosedPaths.count == certificate.disclosures.count)
      precondition(certificate.claims["iss"] != nil, "a visible claim is lost")
    } catch {
      precondition(!error.description.isEmpty)
    }
  }
  return 0
}
