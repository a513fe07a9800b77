#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension [UInt8] {
  /// The parts between a separator, empty ones too: one more than there are separators.
  ///
  /// Of more than `countMax` parts the last holds all the rest, separators too: a text of
  /// separators alone would take eight times its own memory. `split` of the standard library takes
  /// several times as long where it is called from another module.
  package func parts(between separator: UInt8, atMost countMax: Int) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = 0
    while parts.count + 1 < countMax, let position = index(of: separator, from: start) {
      parts.append(self[start..<position])
      start = position + 1
    }
    parts.append(self[start...])
    return parts
  }

  /// Where a byte stands first, from a place on.
  private func index(of byte: UInt8, from start: Int) -> Int? {
    unsafe withUnsafeBytes { all in
      let rest = unsafe UnsafeRawBufferPointer(rebasing: all[start...])
      guard let begin = rest.baseAddress,
        let found = unsafe memchr(begin, Int32(byte), rest.count)
      else { return nil }
      return unsafe start + (UnsafeRawPointer(found) - begin)
    }
  }
}
