/// A keyed permutation of the numbers 0 ..< domain, for any domain of at least 2.
///
/// A balanced Feistel network of ten HMAC-SHA-256 rounds over the smallest even number of bits
/// that holds the domain; results outside it are permuted again until they fall inside (cycle
/// walking), at most four times on average. Used for status indices and for shuffling rows: an
/// outsider learns neither counter nor order, and the owner of the key can resume or invert.
public struct FeistelPermutation: Sendable {
  private static let roundCount: UInt8 = 10

  /// The size of the domain.
  public let domain: UInt64
  private let halfBits: UInt64
  private let mask: UInt64
  private let function: HMACSHA256

  /// A permutation of 0 ..< `domain`; throws `invalidLength` for a domain below 2.
  public init(key: SecretBytes, domain: UInt64) throws(CryptographyError) {
    guard domain >= 2 else {
      throw CryptographyError(.invalidLength, "a permutation needs a domain of at least 2")
    }
    self.domain = domain
    let bits = UInt64(UInt64.bitWidth - (domain - 1).leadingZeroBitCount)
    halfBits = (bits + 1) / 2
    mask = (1 << halfBits) - 1
    function = HMACSHA256(key: key)
  }

  /// The image of `value`, which must be below `domain`.
  public func callAsFunction(_ value: UInt64) -> UInt64 {
    image(value, mix: mix)
  }

  /// The value whose image is `image`, which must be below `domain`.
  public func inverse(_ image: UInt64) -> UInt64 {
    precondition(image < domain, "image outside the domain of the permutation")
    var result = image
    repeat { result = backward(result) } while result >= domain
    return result
  }

  private func image(_ value: UInt64, mix: (UInt8, UInt64) -> UInt64) -> UInt64 {
    precondition(value < domain, "value outside the domain of the permutation")
    var result = value
    repeat { result = forward(result, mix) } while result >= domain
    return result
  }

  private func forward(_ value: UInt64, _ mix: (UInt8, UInt64) -> UInt64) -> UInt64 {
    var (left, right) = (value >> halfBits, value & mask)
    for round in 0..<FeistelPermutation.roundCount {
      (left, right) = (right, left ^ mix(round, right))
    }
    return left << halfBits | right
  }

  private func backward(_ value: UInt64) -> UInt64 {
    var (left, right) = (value >> halfBits, value & mask)
    for round in (0..<FeistelPermutation.roundCount).reversed() {
      (left, right) = (right ^ mix(round, left), left)
    }
    return left << halfBits | right
  }

  /// The round function: HMAC(key, label ‖ 0 ‖ uint64be domain ‖ round ‖ uint64be half).
  private func mix(_ round: UInt8, _ half: UInt64) -> UInt64 {
    let label: StaticString = "kanhe-feistel-v1"
    var message = InlineArray<34, UInt8>(repeating: 0)
    label.withUTF8Buffer { text in
      for index in 0..<16 { message[index] = unsafe text[index] }
    }
    for index in 0..<8 {
      message[17 + index] = UInt8(truncatingIfNeeded: domain >> UInt64(56 - 8 * index))
      message[26 + index] = UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * index))
    }
    message[25] = round
    return function.authenticate(message.span).words.0 & mask
  }
}

extension FeistelPermutation {
  /// The same permutation for one user who asks for many images: it keeps the results of the round
  /// function, of which a small domain has few. A row of a million takes no hash then.
  public struct Remembering: Sendable {
    /// Of halves so long at most; 40 KiB are kept for a domain of a million.
    private static let halfBitsMax: UInt64 = 12

    private let permutation: FeistelPermutation
    /// By round and half: the result of the round function and one, or zero while it is not known.
    private var known: [UInt16]

    /// Nothing is known yet.
    public init(_ permutation: FeistelPermutation) {
      self.permutation = permutation
      let isSmall = permutation.halfBits <= Remembering.halfBitsMax
      let count = isSmall ? Int(roundCount) << permutation.halfBits : 0
      known = [UInt16](repeating: 0, count: count)
    }

    /// The image of `value`, which must be below the domain.
    public mutating func callAsFunction(_ value: UInt64) -> UInt64 {
      guard !known.isEmpty else { return permutation(value) }
      return permutation.image(value) { round, half in
        let place = Int(round) << permutation.halfBits | Int(half)
        if known[place] == 0 { known[place] = UInt16(permutation.mix(round, half)) + 1 }
        return UInt64(known[place]) - 1
      }
    }
  }
}
