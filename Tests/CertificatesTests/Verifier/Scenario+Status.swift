import Certificates
import Cryptography
import Encoding

extension Scenario {
  /// A status token for index 42 of the sample's list.
  static func status(
    _ holder: SampleRegistry.Holder, state: UInt8 = StatusList.valid, issuedAt: Int64? = nil,
    uri: String = "https://registry.example/status/1", width: StatusList.Width = .two,
    count: Int = 1024
  ) throws -> StatusToken {
    var list = try StatusList(width: width, count: count)
    if count > 42 { try list.set(state, at: 42) }
    let token = try StatusToken.sign(
      list, uri: uri, issuedAt: issuedAt ?? SampleRegistry.begin + 45_000,
      identities: holder.chain, key: holder.key)
    return try StatusToken(parsing: token)
  }

  /// The same without `exp`, and with a `ttl` of a hundred years.
  private static func statusWithoutEnd(
    _ holder: SampleRegistry.Holder
  ) throws -> StatusToken {
    let payload = try StatusToken.payload(
      of: try StatusList(count: 1024), uri: "https://registry.example/status/1",
      issuedAt: SampleRegistry.begin + 45_000)
    var claims = try JSONValue(parsing: payload).objectValue ?? [:]
    claims["exp"] = nil
    claims["ttl"] = .integer(100 * 365 * 86_400)
    let token = try JWSSigner(
      type: "statuslist+jwt", identities: holder.identities, key: holder.key
    ).sign(payload: JSONValue.object(claims).canonicalBytes())
    return try StatusToken(parsing: token)
  }

  mutating func changeStatus(_ name: String) throws -> Bool {
    let begin = SampleRegistry.begin
    var tokens: [StatusToken] = []
    switch name {
    case "no_status": break
    case "suspended": tokens = [try Self.status(registry.seal, state: 2)]
    case "ended": tokens = [try Self.status(registry.seal, state: 1)]
    case "unknown_state": tokens = [try Self.status(registry.seal, state: 3)]
    case "short_list": tokens = [try Self.status(registry.seal, count: 40)]
    case "status_of_other": tokens = [try Self.status(registry.otherSeal)]
    case "status_by_act":
      let act = try SampleRegistry.issue(.act, SampleCertificate.issuerCode, registry.issuer)
      tokens = [try Self.status(act)]
    case "status_by_unlisted":
      let seal = try SampleRegistry.issue(.seal, SampleCertificate.issuerCode, registry.issuer)
      tokens = [try Self.status(seal)]
    case "status_wrong_key":
      let mixed = SampleRegistry.Holder(key: registry.otherSeal.key, chain: registry.seal.chain)
      tokens = [try Self.status(mixed)]
    case "status_other_uri":
      tokens = [try Self.status(registry.seal, uri: "https://registry.example/status/2")]
    case "status_unlisted":
      list.statusURIs = []
      return true
    case "status_expired":
      time = begin + 45_000 + StatusToken.lifetimeSeconds
      return true
    case "status_endless": tokens = [try Self.statusWithoutEnd(registry.seal)]
    case "status_endless_later":
      tokens = [try Self.statusWithoutEnd(registry.seal)]
      time = begin + 45_000 + StatusToken.lifetimeSeconds
    case "status_future": tokens = [try Self.status(registry.seal, issuedAt: time + 61)]
    case "status_too_young":
      tokens = [try Self.status(registry.seal, issuedAt: time + 3_600)]
      clock = time + 7_200
    case "status_newer_suspended":
      tokens = [
        try Self.status(registry.seal, state: 2, issuedAt: begin + 46_000),
        try Self.status(registry.seal),
      ]
    case "status_newer_broken":
      tokens = [
        try Self.status(registry.otherSeal, issuedAt: begin + 46_000),
        try Self.status(registry.seal, state: 2),
      ]
    case "status_one_bit": tokens = [try Self.status(registry.seal, width: .one)]
    default: return try changeAnswering(name)
    }
    evidence.statusTokens = tokens
    return true
  }
}
