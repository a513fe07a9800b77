import Rules

/// Whatever is read as a grant or a withdrawal keeps its text, and none is both.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGrant(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  var isGrant = false
  do {
    let grant = try Grant(parsing: text)
    precondition(grant.text == text, "two texts")
    _ = grant.isSigned
    isGrant = true
  } catch {
    precondition(error.code == .malformedGrant && !error.description.isEmpty)
  }
  do {
    let withdrawal = try GrantWithdrawal(parsing: text)
    precondition(withdrawal.text == text && !isGrant, "a grant and a withdrawal")
    _ = withdrawal.isSigned
  } catch {
    precondition(error.code == .malformedGrant && !error.description.isEmpty)
  }
  return 0
}
