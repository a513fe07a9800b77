import Certificates

/// The first line is a pattern, the rest a text: compiling and matching always end, soon.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPattern(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let parts = bytes.split(separator: 10, maxSplits: 1, omittingEmptySubsequences: false)
  guard let first = parts.first else { return 0 }
  do {
    let pattern = try Pattern(String(decoding: first, as: UTF8.self))
    _ = pattern.matches(String(decoding: parts.count > 1 ? parts[1] : [], as: UTF8.self))
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}
