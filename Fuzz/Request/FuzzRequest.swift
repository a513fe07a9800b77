import Certificates
import Encoding

/// The payload of a request. What is read has a query that finds nothing in an empty certificate.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequest(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let payload = Array(UnsafeBufferPointer(start: start, count: count))
  let header = Base64URL.encode(
    Array(#"{"alg":"ES256","typ":"oauth-authz-req+jwt","x5c":["MAA="]}"#.utf8))
  let signature = Base64URL.encode([UInt8](repeating: 1, count: 64))
  let token = Array("\(header).\(Base64URL.encode(payload)).\(signature)".utf8)
  do {
    let request = try PresentationRequest(parsing: token)
    let terms = request.terms
    precondition(terms.query.claimNames.count <= ClaimQuery.claimCountMax, "too many claims")
    precondition(!terms.purpose.text.contains("\n"), "two lines")
    precondition(
      (1...PresentationRequest.lifetimeSecondsMax).contains(terms.expiresAt - terms.issuedAt),
      "a life that is too long")
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}
