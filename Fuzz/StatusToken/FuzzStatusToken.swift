import Certificates
import Encoding

/// The payload of a status token. What is read has a bounded list, and no state outside it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStatusToken(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let payload = Array(UnsafeBufferPointer(start: start, count: count))
  let header = #"{"alg":"ES256","typ":"statuslist+jwt","x5c":["MAA="]}"#
  let signature = Base64URL.encode([UInt8](repeating: 1, count: 64))
  let text = "\(Base64URL.encode(Array(header.utf8))).\(Base64URL.encode(payload)).\(signature)"
  do {
    let token = try StatusToken(parsing: Array(text.utf8))
    precondition(token.list.bytes.count <= StatusList.byteCountMax, "the list has no bound")
    precondition(token.value(at: token.list.count) == nil, "a state outside the list")
    precondition(token.value(at: -1) == nil, "a state before the list")
    precondition(token.issuedAt >= 0 && token.refreshAfter != 0)
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}
