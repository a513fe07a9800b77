import Certificates
import Cryptography
import Encoding
import Rules

/// What a counter asks of a holder.
public struct AskedTerms: Sendable {
  /// The type of the certificate.
  public let type: TypeCode
  /// The version; nil for all of which the catalogue lets the department ask.
  public var version: Int?
  /// The claims, each perhaps with the one value that will do, as typed: what kind of value it is,
  /// the type's schema says.
  public let claims: [(name: String, value: String?)]
  /// What for.
  public let purpose: Purpose
  /// Trust lists of admitted registries, verified, whose certificates of the type will do as well.
  public var others: [TrustList] = []
  /// How long it may be answered, seconds: from 1 to a day.
  public var lifetimeSeconds: Int64 = 600

  /// Asks for claims of a type.
  public init(
    type: TypeCode, claims: [(name: String, value: String?)], purpose: Purpose
  ) {
    self.type = type
    self.claims = claims
    self.purpose = purpose
  }
}

extension OpenRegistry {
  /// Signs a department's request that a holder show something; ASCII. Nothing is recorded: nobody
  /// has shown anything yet.
  ///
  /// Throws `unknownType`, `damagedType`; `invalidRequest` for what no duty of the department has,
  /// for a value that the claim cannot have, and for what DCQL does not allow; what opening its key
  /// throws. Spec: presentation.md, "Request".
  public func ask(_ asked: AskedTerms, by code: String) throws(RegistryError) -> [UInt8] {
    let versions = try versions(of: asked, by: code)
    let file = try typeFile(asked.type, version: versions.last)
    let signer = try signer(code, use: .act)
    let path = try signerPath(signer.keyID)
    let now = clock.now().seconds
    do throws(CertificatesError) {
      let others = asked.others.flatMap { $0.names(of: asked.type) }
      let own = versions.map {
        RegistryNames.type(asked.type, version: $0, host: settings.host)
      }
      let room = max(1, ClaimQuery.listCountMax - others.count)
      let query = try ClaimQuery(
        types: own.suffix(room) + others, claims: try claims(asked, of: file))
      let terms = try PresentationRequest.Terms(
        issuer: signer.uri, query: query, purpose: asked.purpose, issuedAt: now,
        expiresAt: now + asked.lifetimeSeconds, random: SystemRandom())
      return try PresentationRequest.sign(terms, identities: path.identities, key: signer.key)
    } catch {
      throw RegistryError(.invalidRequest, error.message, cause: error, at: asked.type.text)
    }
  }

  private func claims(
    _ asked: AskedTerms, of file: TypeFile
  ) throws(CertificatesError) -> [ClaimQuery.Claim] {
    var claims: [ClaimQuery.Claim] = []
    for (name, text) in asked.claims {
      let value = try text.map { text throws(CertificatesError) in
        guard let value = file.value(text, of: name) else {
          throw CertificatesError(.queryInvalid, "\(name) cannot have the value that is asked for")
        }
        return value
      }
      claims.append(try ClaimQuery.Claim(name, values: value.map { [$0] }))
    }
    return claims
  }

  /// The newest versions of which one duty has all that is asked.
  private func versions(
    of asked: AskedTerms, by code: String
  ) throws(RegistryError) -> [Int] {
    let all = try types().filter { $0.code == asked.type }
    guard let newest = all.last else {
      throw RegistryError(
        .unknownType, "no such type was published; type list shows those that were",
        at: asked.type.text)
    }
    if let version = asked.version { _ = try type(asked.type, version: version) }
    let names = asked.claims.map(\.name)
    let allowed = all.filter { published in
      (asked.version ?? published.version) == published.version
        && published.fact.material == "certificate"
        && published.fact.duties(of: code).contains { row in
          row.purpose == asked.purpose.code && Set(row.claims).isSuperset(of: names)
        }
    }
    guard allowed.isEmpty else {
      return allowed.suffix(ClaimQuery.listCountMax).map(\.version)
    }
    let own = newest.fact.duties(of: code)
    let rows = own.filter { $0.purpose == asked.purpose.code }
    let outside = names.filter { name in !rows.contains { $0.claims.contains(name) } }
    let purposes = Set(own.map(\.purpose)).sorted().joined(separator: ", ")
    let message =
      if own.isEmpty {
        "the type gives \(code) no duty; ask the type's definer for a new version"
      } else if rows.isEmpty {
        "the type gives \(code) no such duty, but for: \(purposes)"
      } else if outside.isEmpty {
        "no single duty of \(code) has all these claims; ask in two requests"
      } else {
        "the duty of \(code) for \(asked.purpose.code) does not have: "
          + "\(outside.joined(separator: ", ")); it has: "
          + Set(rows.flatMap(\.claims)).sorted().joined(separator: ", ")
      }
    throw RegistryError(.invalidRequest, message, at: asked.type.text)
  }
}

extension TypeFile {
  /// A value of a claim as the type's schema takes it: a text, a whole number, true or false; nil
  /// where the claim cannot have it, or has no single value.
  fileprivate func value(_ text: String, of name: String) -> ClaimQuery.Value? {
    guard !text.isEmpty, !["holders", "issuing_authority"].contains(name) else { return nil }
    if CertificateProfile.standardNames.contains(name), !schema.propertyNames.contains(name) {
      return .text(text)
    }
    var candidates: [ClaimQuery.Value] = [.text(text)]
    if let number = Int64(text), String(number) == text { candidates.append(.integer(number)) }
    if let flag = ["true": true, "false": false][text] { candidates.append(.boolean(flag)) }
    return candidates.first { ownFaults(inDisclosed: [name: $0.json], madeOn: nil).isEmpty }
  }
}

extension TrustList {
  /// The names of the versions of a type, oldest first.
  fileprivate func names(of type: TypeCode) -> [String] {
    guard let host else { return [] }
    return types.filter { $0.code == type }
      .map { RegistryNames.type(type, version: $0.version, host: host) }
  }
}
