import Cryptography
import Encoding
import Rules

/// The payload of an event and one disclosure, parted by a newline. What is read keeps its bytes,
/// and its digests ascend.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEvent(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
  let header = #"{"alg":"ES256","kid":"\#(Digest.zero.base64url)","typ":"kanhe-event+jwt"}"#
  let signature = Base64URL.encode([UInt8](repeating: 1, count: 64))
  let payload = Base64URL.encode(Array(parts[0]))
  let jwt = Array("\(Base64URL.encode(Array(header.utf8))).\(payload).\(signature)".utf8)
  do {
    let event = try Event(parsing: jwt)
    precondition(event.jwt == jwt && event.keyID == .zero, "the bytes are kept")
    precondition(Set(event.digests).count == event.digests.count, "a digest twice")
    for member in event.kind.shape.members {
      if let value = event.clear[member.name] { _ = member.form.matches(value) }
    }
    _ = RuleSet.departments(of: event)
  } catch {
    precondition(!error.description.isEmpty)
  }
  if parts.count > 1 {
    do {
      let text = Base64URL.encode(Array(parts[1]))
      let disclosure = try EventDisclosure(parsing: text)
      precondition(disclosure.text == text && disclosure.digest == SHA256.hash(text))
    } catch {
      precondition(error.code == .malformedDisclosure)
    }
  }
  return 0
}
