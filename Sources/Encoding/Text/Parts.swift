extension [UInt8] {
  /// The parts between a separator, empty ones too; one more than there are separators.
  ///
  /// `split` of the standard library takes several times as long where it is called from another
  /// module, and each signed token is taken apart.
  package func parts(between separator: UInt8) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = 0
    let span = span
    for position in span.indices where span[position] == separator {
      parts.append(self[start..<position])
      start = position + 1
    }
    parts.append(self[start...])
    return parts
  }
}
