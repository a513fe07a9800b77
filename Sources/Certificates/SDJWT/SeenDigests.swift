import Cryptography

/// Digests, each once. A few are compared one by one, which costs less than to hash them.
struct SeenDigests {
  private static let fewCountMax = 32
  private var few: [Digest] = []
  private var many: Set<Digest> = []

  /// How many there are.
  private(set) var count = 0

  init() { few.reserveCapacity(Self.fewCountMax) }

  /// Adds a digest; false if it was there.
  mutating func insert(_ digest: Digest) -> Bool {
    if count < Self.fewCountMax {
      guard !few.contains(digest) else { return false }
      few.append(digest)
    } else {
      if many.isEmpty { many = Set(few) }
      guard many.insert(digest).inserted else { return false }
    }
    count += 1
    return true
  }
}
