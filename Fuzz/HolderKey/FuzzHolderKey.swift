import Certificates
import Encoding

/// The proof of a holder's key, and the same payload behind the header of a real key.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHolderKey(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  read(String(decoding: bytes, as: UTF8.self))
  let signature = Base64URL.encode([UInt8](repeating: 1, count: 64))
  read("\(header).\(Base64URL.encode(bytes)).\(signature)")
  return 0
}

private let header = Base64URL.encode(
  Array(
    """
    {"alg":"ES256","jwk":{"crv":"P-256","kty":"EC",\
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",\
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},"typ":"kanhe-holder-key+jwt"}
    """.utf8))

private func read(_ text: String) {
  do {
    let key = try HolderKeyProof.publicKey(text)
    precondition(key.x963.count == 65, "no point")
  } catch {
    precondition(!error.description.isEmpty)
  }
}
