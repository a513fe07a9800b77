import Certificates
import Encoding

/// The payload of a trust list. What is read is, written and read again, the same list.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTrustList(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let list = try read(bytes)
    let again = try read(list.canonicalBytes())
    precondition(again == list, "two lists of one text")
    for department in list.departments {
      precondition(list.department(uri: department.uri)?.code == department.code, "not found")
      for type in list.types { _ = list.mayIssue(department, type) }
    }
    _ = list.ledger.key(forSize: 0)
  } catch let error as CertificatesError {
    precondition(!error.description.isEmpty)
  } catch {
    preconditionFailure("an error of another module")
  }
  return 0
}

private func read(_ payload: [UInt8]) throws -> TrustList {
  let header = Base64URL.encode(
    Array(#"{"alg":"ES256","typ":"kanhe-trust+jwt","x5c":["MAA="]}"#.utf8))
  let signature = Base64URL.encode([UInt8](repeating: 1, count: 64))
  let token = "\(header).\(Base64URL.encode(payload)).\(signature)"
  return try SignedTrustList(parsing: Array(token.utf8)).unverifiedList
}
