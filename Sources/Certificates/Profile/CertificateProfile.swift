import Cryptography
import Encoding

/// Builds copies of certificates of one type for one issuer, fast.
///
/// What all copies share is encoded once: header, issuer, type. Claims are encoded once for all
/// copies of a certificate. A copy of twelve claims takes under 25 µs beside its signature.
/// Spec: certificate.md.
public struct CertificateProfile: Sendable {
  /// Claims of every certificate, all selectively disclosable.
  public static let standardNames: Set<String> = [
    "identifier", "number", "name", "type_code", "issuing_authority", "issue_date", "holders",
    "valid_from", "valid_until", "previous_identifier",
  ]
  /// Claims that are always visible as a whole.
  public static let visibleNames: Set<String> = [
    "iss", "vct", "vct#integrity", "iat", "nbf", "exp", "cnf", "status", "_sd_alg", "aka_vcts",
    "sub", "aud", "jti",
  ]

  /// Who issues.
  public struct Issuer: Sendable {
    /// The department's code.
    public let code: USCC
    /// The department's name in Chinese.
    public let name: String
    /// The registry's host.
    public let host: String
    /// The department's `seal` identity and the authority's, as DER, leaf first.
    public let identities: [[UInt8]]

    /// Makes an issuer.
    public init(code: USCC, name: String, host: String, identities: [[UInt8]]) {
      self.code = code
      self.name = name
      self.host = host
      self.identities = identities
    }
  }

  /// The type that is issued.
  public let kind: CertificateKind
  /// The issuing department's code.
  public let issuerCode: USCC
  private let signer: JWSSigner
  /// `,"iat":` is followed by a number, then this: `,"iss":"…"`.
  private let issuerMember: [UInt8]
  /// `,"vct":"…","vct#integrity":"…"}`.
  private let typeMembers: [UInt8]
  /// The canonical values of `name`, `type_code` and `issuing_authority`.
  private let fixedClaims: [(name: String, value: [UInt8])]

  /// Prepares what all copies share. The key is that of the first identity.
  public init(kind: CertificateKind, issuer: Issuer, key: P256PrivateKey) {
    self.kind = kind
    issuerCode = issuer.code
    signer = JWSSigner(type: "dc+sd-jwt", identities: issuer.identities, key: key)
    var writer = JSONWriter()
    writer.raw(",\"iss\":")
    writer.string(RegistryNames.department(issuer.code, host: issuer.host))
    issuerMember = writer.bytes
    writer = JSONWriter()
    writer.raw(",\"vct\":")
    writer.string(RegistryNames.type(kind.code, version: kind.version, host: issuer.host))
    writer.raw(",\"vct#integrity\":")
    writer.string(kind.integrity)
    writer.raw("}")
    typeMembers = writer.bytes
    let authority: JSONValue = [
      "code": .string(issuer.code.text), "name": .string(issuer.name),
    ]
    fixedClaims = [
      ("name", JSONValue.string(kind.name).canonicalBytes()),
      ("type_code", JSONValue.string(kind.code.text).canonicalBytes()),
      ("issuing_authority", authority.canonicalBytes()),
    ]
  }

  /// The header of every copy's token in base64url, ASCII, without the point after it.
  package var encodedHeader: [UInt8] { signer.encodedHeader }

  /// Encodes what all copies of one certificate share.
  ///
  /// `today` is the day of issue where the claims name none, and of `iat`. Throws `wrong_member`
  /// for more holders than the type permits.
  public func content(
    of claims: CertificateClaims, identifier: CertificateIdentifier,
    previous: CertificateIdentifier? = nil, today: Day
  ) throws(CertificatesError) -> CertificateContent {
    guard claims.holders.count <= kind.subjectCountMax else {
      throw CertificatesError(
        .wrongMember, "this type names at most \(kind.subjectCountMax) holders",
        at: "claims.holders")
    }
    var members = fixedClaims
    members.reserveCapacity(
      fixedClaims.count + 7 + claims.own.count + kind.predicates.count)
    func append(_ name: String, _ text: String) {
      var writer = JSONWriter(reservingCapacity: text.utf8.count + 2)
      writer.string(text)
      members.append((name, writer.bytes))
    }
    append("identifier", identifier.text)
    append("number", claims.number)
    append("issue_date", (claims.issueDate ?? today).description)
    append("valid_from", claims.validFrom.description)
    if let last = claims.validUntil { append("valid_until", last.description) }
    if let previous { append("previous_identifier", previous.text) }
    for member in claims.own { members.append((member.name, member.value.canonicalBytes())) }
    for predicate in kind.predicates {
      guard let holds = predicate.holds(in: claims.own, on: today) else { continue }
      members.append((predicate.name, Array((holds ? "true" : "false").utf8)))
    }
    return CertificateContent(
      members: members, holders: claims.holders.map(CertificateContent.encode),
      issuedAt: Timestamp(today).seconds, notBefore: Timestamp(claims.validFrom).seconds,
      expiresAt: claims.validUntil.map { Timestamp($0.adding(days: 1)).seconds })
  }

  /// Makes an unsigned copy: fresh salts, fresh decoys. Throws `cryptography`.
  public func unsignedCopy(
    of content: CertificateContent, holder: P256PublicKey?, status: StatusReference,
    random: some RandomSource
  ) throws(CertificatesError) -> UnsignedCopy {
    let (payload, openings) = try hide(content, holder, status, random)
    return UnsignedCopy(
      signingInput: signer.signingInput(payload: payload), openings: openings, signer: signer)
  }

  /// Makes and signs a copy. Throws `cryptography`.
  public func copy(
    of content: CertificateContent, holder: P256PublicKey?, status: StatusReference,
    random: some RandomSource
  ) throws(CertificatesError) -> CertificateCopy {
    let (payload, openings) = try hide(content, holder, status, random)
    return try CertificateCopy(
      signing: signer.signingInput(payload: payload, roomFor: openings.count), with: signer,
      openings: openings)
  }

  /// The payload with digests in the place of claims, and the openings, `~<disclosure>~…~`.
  private func hide(
    _ content: CertificateContent, _ holder: P256PublicKey?, _ status: StatusReference,
    _ random: some RandomSource
  ) throws(CertificatesError) -> (payload: [UInt8], openings: [UInt8]) {
    let saltCount = content.members.count + 1 + content.holders.count
    let topDecoys = max(0, kind.digestCount - content.members.count - 1)
    let holderDecoys = max(0, kind.subjectCountMax - content.holders.count)
    var pool = try SaltPool(salts: saltCount, decoys: topDecoys + holderDecoys, from: random)
    var openings = DisclosureText(roomFor: saltCount)
    var digests = DigestList(roomFor: content.members.count + 1 + topDecoys)
    for member in content.members {
      digests.append(
        openings.hide(salt: pool.salt(), name: member.name, canonicalValue: member.value))
    }
    var list = JSONWriter(reservingCapacity: kind.subjectCountMax * 54 + 2)
    list.raw("[")
    for index in 0..<(content.holders.count + holderDecoys) {
      list.raw(index > 0 ? ",{\"...\":" : "{\"...\":")
      let digest =
        index < content.holders.count
        ? openings.hide(salt: pool.salt(), canonicalValue: content.holders[index]) : pool.decoy()
      digest.withBytes { list.string(base64URL: $0) }
      list.raw("}")
    }
    list.raw("]")
    digests.append(
      openings.hide(salt: pool.salt(), name: "holders", canonicalValue: list.bytes))
    for _ in 0..<topDecoys { digests.append(pool.decoy()) }
    return (payload(digests, content, holder, status), openings.bytes)
  }

  /// The payload, members in canonical order.
  private func payload(
    _ digests: DigestList, _ content: CertificateContent, _ holder: P256PublicKey?,
    _ status: StatusReference
  ) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 700 + digests.count * 46)
    writer.raw("{\"_sd\":")
    digests.write(to: &writer)
    writer.raw(",\"_sd_alg\":\"sha-256\"")
    if let holder {
      writer.raw(",\"cnf\":{\"jwk\":")
      writer.raw(JWK.canonicalBytes(holder))
      writer.raw("}")
    }
    if let expiresAt = content.expiresAt {
      writer.raw(",\"exp\":")
      writer.integer(expiresAt)
    }
    writer.raw(",\"iat\":")
    writer.integer(content.issuedAt)
    writer.raw(issuerMember)
    writer.raw(",\"nbf\":")
    writer.integer(content.notBefore)
    writer.raw(",\"status\":{\"status_list\":{\"idx\":")
    writer.integer(Int64(status.index))
    writer.raw(",\"uri\":")
    writer.string(status.uri)
    writer.raw("}}")
    writer.raw(typeMembers)
    return writer.bytes
  }
}
