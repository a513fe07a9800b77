import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Material that is about to be signed, enclosed and told of.
struct ReleasePlan: Sendable {
  /// What is handed over.
  enum Source: Sendable {
    /// A copy of a certificate, and who reads it.
    case certificate(CertificateRow, CertificateReader)
    case file(Material.File)
  }

  let share: Share
  let source: Source
  /// Whose key alone opens it.
  let receiver: Identity
  /// The event but for what only the enclosed bytes tell.
  let clear: JSONObject
  let opened: [(name: String, value: JSONValue)]
  let audience: String
  let seen: SeenTree
  let matter: MatterHandle
  let threads: [Proposal.Thread]
  let certificate: Int64?
  let sharing: Openings.Sharing

  /// Opens, signs and encloses; many at once.
  func draft(by releaser: Releaser) throws(RegistryError) -> Result<ShareDraft, ShareRefusal> {
    try refusing { try draft(try material(), by: releaser) }
  }

  private func material() throws -> Material {
    let content: Material.Content
    let claims: [String]
    switch source {
    case .certificate(let row, let reader):
      let copy = try reader.copy(of: row, for: share)
      (content, claims) = (.certificate(copy.bytes), copy.claims)
    case .file(let file): (content, claims) = (.file(file), share.claims)
    }
    do throws(RulesError) {
      return try Material(
        content: content, claims: claims, request: share.request.id, requester: share.requester)
    } catch {
      throw ShareRefusal("malformed_material", error.message, act: share.name.name)
    }
  }

  private func draft(
    _ material: Material, by releaser: Releaser
  ) throws(RegistryError) -> ShareDraft {
    let signed: [UInt8]
    let enclosed: [UInt8]
    do throws(CryptographyError) {
      signed = try SignedMessage.sign(
        material.bytes, as: releaser.seal.identity, path: [releaser.authority],
        with: releaser.seal.key)
      enclosed = try EnclosedMessage.enclose(signed, to: receiver)
    } catch {
      throw RegistryError(error)
    }
    var clear = clear
    clear.append("claims", .array(material.claims.map { .string($0) }))
    clear.append("enclosed", .string(SHA256.hash(enclosed).base64url))
    var draft = EventDraft(
      .shareReleased, audience: audience, issuer: releaser.act.uri, seen: seen, clear: clear)
    for member in opened { draft.disclose(member.name, member.value) }
    draft.disclose("content", .string(SHA256.hash(signed).base64url))
    return ShareDraft(
      draft: draft, matter: matter, threads: threads,
      changes: [
        .setMatter(
          id: matter.id, state: ShareState.released.number, certificate: certificate),
        Outbox.put(enclosed, of: matter.id),
      ], sharing: sharing, share: share)
  }
}
