/// The two forms of a P-256 signature: 64 raw bytes r ‖ s (JOSE, RFC 7518 §3.4) and DER.
///
/// Both are checked here, strictly and before any curve arithmetic: r and s in 1…n−1, DER in its
/// only canonical form.
enum ECDSASignature {
  static let rawByteCount = 64

  /// The order n of the curve, big-endian words.
  private static let order: InlineArray<4, UInt64> = [
    0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0xbce6_faad_a717_9e84, 0xf3b9_cac2_fc63_2551,
  ]

  /// Whether the 32 bytes from `start` are a number in 1…n−1.
  static func isScalar(_ bytes: [UInt8], at start: Int) -> Bool {
    var smaller = false
    var decided = false
    var any: UInt64 = 0
    for word in 0..<4 {
      var value: UInt64 = 0
      for index in 0..<8 { value = value << 8 | UInt64(bytes[start + word * 8 + index]) }
      any |= value
      if !decided && value != order[word] {
        smaller = value < order[word]
        decided = true
      }
    }
    return any != 0 && smaller
  }

  /// The other signature that verifies where a raw one does, (r, n−s); nil when it is not 64 bytes
  /// with both numbers in range.
  static func twin(raw: [UInt8]) -> [UInt8]? {
    guard raw.count == rawByteCount, isScalar(raw, at: 0), isScalar(raw, at: 32) else { return nil }
    var twin = Array(raw[..<32])
    var words: [UInt64] = []
    var borrow = false
    for word in (0..<4).reversed() {
      var value: UInt64 = 0
      for index in 0..<8 { value = value << 8 | UInt64(raw[32 + word * 8 + index]) }
      let (first, isBelow) = order[word].subtractingReportingOverflow(value)
      let (second, isBelowToo) = first.subtractingReportingOverflow(borrow ? 1 : 0)
      borrow = isBelow || isBelowToo
      words.append(second)
    }
    for word in words.reversed() {
      for shift in stride(from: 56, through: 0, by: -8) {
        twin.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
      }
    }
    return twin
  }

  /// DER of a raw signature, or nil when it is not 64 bytes with both numbers in range.
  static func der(raw: [UInt8]) -> [UInt8]? {
    guard raw.count == rawByteCount, isScalar(raw, at: 0), isScalar(raw, at: 32) else { return nil }
    var body: [UInt8] = []
    body.reserveCapacity(72)
    body.append(0x30)
    body.append(0)
    appendInteger(raw, 0, to: &body)
    appendInteger(raw, 32, to: &body)
    body[1] = UInt8(body.count - 2)
    return body
  }

  /// The raw form of a DER signature, or nil when it is not canonical or a number is out of range.
  static func raw(der: ArraySlice<UInt8>) -> [UInt8]? {
    let bytes = Array(der)
    guard bytes.count >= 8, bytes.count <= 72, bytes[0] == 0x30,
      Int(bytes[1]) == bytes.count - 2
    else { return nil }
    var raw = [UInt8](repeating: 0, count: rawByteCount)
    var position = 2
    for target in [0, 32] {
      guard position + 2 <= bytes.count, bytes[position] == 0x02 else { return nil }
      let length = Int(bytes[position + 1])
      let start = position + 2
      guard length >= 1, length <= 33, start + length <= bytes.count, bytes[start] < 0x80
      else { return nil }
      var first = start
      if bytes[start] == 0 {
        // A leading zero is canonical only before a high bit; the number 0 is out of range.
        guard length > 1, bytes[start + 1] >= 0x80 else { return nil }
        first += 1
      }
      let count = start + length - first
      guard count <= 32 else { return nil }
      for index in 0..<count { raw[target + 32 - count + index] = bytes[first + index] }
      position = start + length
    }
    guard position == bytes.count, isScalar(raw, at: 0), isScalar(raw, at: 32) else { return nil }
    return raw
  }

  private static func appendInteger(_ raw: [UInt8], _ start: Int, to body: inout [UInt8]) {
    var first = start
    while raw[first] == 0 && first < start + 31 { first += 1 }
    let needsZero = raw[first] >= 0x80
    body.append(0x02)
    body.append(UInt8(start + 32 - first + (needsZero ? 1 : 0)))
    if needsZero { body.append(0) }
    body.append(contentsOf: raw[first..<(start + 32)])
  }
}
