import Cryptography
import Encoding
import Rules

/// The grant that spec/grant.md shows: everything but key and signatures comes from fixed values.
enum ExampleGrant {
  static let terms = GrantTerms(
    requester: World.water, types: [World.type], claims: ["name", "number"],
    purpose: World.purpose,
    period: .init(from: 1_790_000_000, until: 1_800_000_000),
    frequency: .init(days: 1, times: 2))

  static func signed(with key: P256PrivateKey) throws -> Grant {
    try Grant.sign(
      terms, copy: World.copyDigest, for: World.origin, at: 1_790_000_000, with: key,
      random: ExampleEvent.Counting())
  }

  static func withdrawn(_ grant: Digest, with key: P256PrivateKey) throws -> GrantWithdrawal {
    try GrantWithdrawal.sign(grant: grant, for: World.origin, at: 1_790_086_400, with: key)
  }

  static let path = "\(EventVectors.repository)/spec/vectors/sharing/grant.json"
}

extension World {
  static let purpose = "water-account"
  static let copyDigest = SHA256.hash("copy")
}
