extension [UInt8] {
  /// The parts between a separator, empty ones too: one more than there are separators.
  ///
  /// Of more than `countMax` parts the last holds all the rest, separators too: a text of
  /// separators alone would take eight times its own memory. `split` of the standard library takes
  /// several times as long where it is called from another module.
  package func parts(between separator: UInt8, atMost countMax: Int) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = 0
    let span = span
    for position in span.indices where span[position] == separator {
      if parts.count + 1 >= countMax { break }
      parts.append(self[start..<position])
      start = position + 1
    }
    parts.append(self[start...])
    return parts
  }
}
