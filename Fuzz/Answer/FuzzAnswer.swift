import Rules

/// Whatever is read as an answer is written as the same bytes, but for one newline at the end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAnswer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let answer = try Answer(parsing: bytes)
    precondition(answer.bytes == bytes || answer.bytes + [0x0A] == bytes, "two forms")
    precondition(answer.entries.count <= Answer.entryCountMax, "too many entries")
    precondition(answer.runs.count <= Answer.runCountMax, "too many runs")
  } catch {
    precondition(error.code == .malformedAnswer && !error.description.isEmpty)
  }
  return 0
}
