/// Decimal numbers without sign and without leading zeros.
enum Decimal {
  /// Appends the digits.
  static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    var divisor: UInt64 = 1
    while number / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }

  /// The number that begins at `position`, which moves behind it; nil without a digit, with a
  /// leading zero, or beyond 64 bits.
  static func read(_ bytes: Span<UInt8>, at position: inout Int) -> UInt64? {
    let start = position
    var cursor = position
    var number: UInt64 = 0
    while cursor < bytes.count {
      let digit = bytes[cursor] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      let (product, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      guard !overflow, !carry else { return nil }
      number = sum
      cursor += 1
    }
    guard cursor > start else { return nil }
    if bytes[start] == UInt8(ascii: "0"), cursor - start > 1 { return nil }
    position = cursor
    return number
  }

  /// The number that is the whole text, or nil.
  static func parse(_ text: some Collection<UInt8>) -> UInt64? {
    let bytes = Array(text)
    var position = 0
    guard let number = read(bytes.span, at: &position), position == bytes.count else { return nil }
    return number
  }
}
