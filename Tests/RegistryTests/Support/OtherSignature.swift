import Encoding

/// ECDSA signatures come in pairs: with (r, s) also (r, n − s) verifies.
enum OtherSignature {
  /// The order of P-256 as four words, most significant first.
  private static let order: [UInt64] = [
    0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_FFFF_FFFF, 0xBCE6_FAAD_A717_9E84, 0xF3B9_CAC2_FC63_2551,
  ]

  /// The same event with the other signature.
  static func event(_ jwt: [UInt8]) -> [UInt8] {
    let cut = (jwt.lastIndex(of: 0x2E) ?? 0) + 1
    guard
      case .success(let signature) = Result(catching: { try Base64URL.decode(bytes: jwt[cut...]) })
    else { return jwt }
    var other = Array(signature[..<32])
    var words: [UInt64] = []
    var borrow = false
    for position in (0..<4).reversed() {
      let s = signature[(32 + position * 8)..<(40 + position * 8)].reduce(UInt64(0)) {
        $0 << 8 | UInt64($1)
      }
      let (part, first) = order[position].subtractingReportingOverflow(s)
      let (word, second) = part.subtractingReportingOverflow(borrow ? 1 : 0)
      borrow = first || second
      words.insert(word, at: 0)
    }
    for word in words {
      for shift in stride(from: 56, through: 0, by: -8) {
        other.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    return jwt[..<cut] + Base64URL.encodeBytes(other)
  }
}
