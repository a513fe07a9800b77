import Certificates
import Encoding
import Rules

extension DeliveryScenario {
  /// A bundle in which something is false, beside evidence that is all good.
  mutating func changeBundle(_ name: String) throws -> Bool {
    switch name {
    case "bundle": bundle = { try $0.bundle() }
    case "bundle_trust_signature":
      parts { make, _, bundle in try make(bundle.status, Self.forged(bundle.trust), bundle.types) }
    case "bundle_status_signature":
      parts { make, _, bundle in
        try make(bundle.status.map(Self.forged), bundle.trust, bundle.types)
      }
    case "bundle_type":
      parts { make, world, bundle in
        var object = world.typeFile.object
        object["copies"] = 1
        return try make(
          bundle.status, bundle.trust, [JSONValue.object(object).canonicalBytes()])
      }
    case "bundle_type_unknown":
      parts { make, _, bundle in
        let later = try EvidenceWorld.typeFile(version: 2).canonicalBytes
        return try make(bundle.status, bundle.trust, bundle.types + [later])
      }
    case "bundle_foreign_trust":
      let foreign = try EvidenceWorld().trust()
      parts { make, _, bundle in try make(bundle.status, foreign, bundle.types) }
    case "bundle_status_of_other":
      var other = world
      other.statusSigner = world.keys.otherSeal
      let token = try other.status()
      parts { make, _, bundle in try make(token, bundle.trust, bundle.types) }
    case "bundle_other_list":
      var other = world
      other.statusURI += "1"
      let token = try other.status()
      parts { make, _, bundle in try make(token, bundle.trust, bundle.types) }
    case "bundle_without_status":
      parts { make, _, bundle in try make(nil, bundle.trust, bundle.types) }
    case "bundle_opens_subject":
      bundle = { world in
        let good = try world.bundle()
        return try EvidenceBundle(
          copy: good.copy, receipt: try world.receipt(), status: good.status, trust: good.trust,
          types: good.types)
      }
    case "bundle_old":
      // Genuine, and run out since; newer evidence lies beside it.
      let old = try world.bundle()
      time += 31 * 86_400
      world.statusIssuedAt = time - 1_000
      let later = time - 2_000
      world.changeTrust = { list in
        list.sequence += 1
        list.issuedAt = later
        list.expiresAt = later + TrustList.lifetimeSeconds
      }
      bundle = { _ in old }
    default: return false
    }
    return true
  }

  private typealias Parts = ([UInt8]?, [UInt8], [[UInt8]]) throws -> EvidenceBundle

  /// A bundle with another status token, trust list or type files.
  private mutating func parts(
    _ change: @escaping (Parts, EvidenceWorld, EvidenceBundle) throws -> EvidenceBundle
  ) {
    bundle = { world in
      let good = try world.bundle()
      let make: Parts = { status, trust, types in
        try EvidenceBundle(
          copy: good.copy, receipt: good.receipt, status: status, trust: trust, types: types)
      }
      return try change(make, world, good)
    }
  }

  /// A token with a signature that nobody made.
  private static func forged(_ token: [UInt8]) -> [UInt8] {
    let parts = token.split(separator: UInt8(ascii: "."))
    let signature = Base64URL.encodeBytes([UInt8](repeating: 1, count: 64))
    return Array([Array(parts[0]), Array(parts[1]), signature].joined(separator: [0x2E]))
  }
}
