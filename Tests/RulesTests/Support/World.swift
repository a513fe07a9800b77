import Cryptography
import Encoding
import Ledger
import Rules

/// A small ledger at a fixed clock, judged entry by entry as a writer does.
final class World {
  static let origin = "certificates.example/ledger"
  static let host = "certificates.example"
  static let registry = "11430000006122244L"
  static let police = "11330105002500287C"
  static let type = police + "001"

  struct Actor {
    let code: String
    let key: P256PrivateKey
    let identity: Identity
    var uri: String { DepartmentURI(host: World.host, code: code).text }
  }

  let registrar: Actor
  let department: Actor
  let seal: Identity
  let root: Identity
  let authority: Identity
  let listSigner: Identity
  let vkey: String
  var now = Timestamp(seconds: 1_790_000_000)
  var facts = FactOverlay()
  var tree = CompactRange()
  var roots: [UInt64: Digest] = [:]
  var ids: Set<EventID> = []

  init() throws {
    let start = now.seconds - 86_400
    func subject(_ name: String) -> IdentitySubject {
      IdentitySubject(commonName: name, organizationIdentifier: World.registry)
    }
    let rootKey = try P256PrivateKey.generate()
    let authorityKey = try P256PrivateKey.generate()
    root = try IdentityIssuer.root(
      IdentityContents(
        profile: .root, publicKey: rootKey.publicKey, subject: subject("Root"), validFrom: start,
        through: start + 864_000), key: rootKey)
    let top = try IdentityIssuer(identity: root, key: rootKey)
    authority = try top.issue(
      IdentityContents(
        profile: .authority(permittedHost: World.host), publicKey: authorityKey.publicKey,
        subject: subject("Authority"), validFrom: start, through: start + 864_000))
    listSigner = try top.issue(
      IdentityContents(
        profile: .listSigner, publicKey: try P256PrivateKey.generate().publicKey,
        subject: subject("List"), validFrom: start, through: start + 864_000))
    let issuer = try IdentityIssuer(identity: authority, key: authorityKey)
    func actor(_ code: String, _ profile: IdentityProfile) throws -> Actor {
      let key = try P256PrivateKey.generate()
      let identity = try issuer.issue(
        IdentityContents(
          profile: profile, publicKey: key.publicKey, subject: subject("Department"),
          uri: DepartmentURI(host: World.host, code: code).text, validFrom: start,
          through: start + 864_000))
      return Actor(code: code, key: key, identity: identity)
    }
    registrar = try actor(World.registry, .act)
    department = try actor(World.police, .act)
    seal = try actor(World.police, .seal).identity
    vkey = try VerifierKey(name: World.origin, key: try Ed25519PrivateKey.generate().publicKey)
      .description
  }

  var seen: SeenTree { SeenTree(size: tree.head.size, root: tree.head.root) }

  func draft(
    _ kind: EventKind, by actor: Actor, _ clear: JSONObject, subjects: Int = 1, copies: Int = 1
  ) -> EventDraft {
    EventDraft(
      kind, audience: World.origin, issuer: actor.uri, seen: seen, clear: clear,
      subjects: subjects, copies: copies)
  }

  /// Judges a signed event at the next place; a faultless one enters.
  @discardableResult
  func append(
    _ signed: SignedEvent, privateTags: [Ledger.Tag] = [], openings: Openings? = nil,
    tags: [Ledger.Tag]? = nil, pinnedRoot: Digest? = nil, isForged: Bool = false
  ) throws -> Judgement {
    let event = signed.event
    let index = LeafIndex(tree.head.size.value)
    let expected = try RuleSet.departmentTags(for: event, facts: &facts)
    let context = EntryContext(
      index: index, received: now, previousReceived: nil, tags: tags ?? expected + privateTags,
      pinnedRoot: pinnedRoot, rootAt: { [roots] in roots[$0.value] },
      isReplayed: { [ids] in ids.contains($0) })
    var after = facts
    let judgement = try RuleSet.judge(
      isForged ? .failed(event) : .verified(signed.verified), in: context, facts: &after,
      openings: openings)
    guard judgement.isFaultless else { return judgement }
    facts = after
    ids.insert(event.id)
    tree.append(MerkleTree.leafHash(event.jwt))
    roots[tree.head.size.value] = tree.head.root
    return judgement
  }

  func sign(_ draft: EventDraft, by actor: Actor, at time: Timestamp? = nil) throws -> SignedEvent {
    try draft.signed(with: actor.key, keyID: actor.identity.sha256, at: time ?? now)
  }

  var openedMembers: JSONObject {
    [
      "name": "Sample", "host": .string(World.host), "ledger_key": .string(vkey),
      "root": .string(Base64.encode(root.der)), "authority": .string(Base64.encode(authority.der)),
      "list_signer": .string(Base64.encode(listSigner.der)),
      "registrar": .string(Base64.encode(registrar.identity.der)), "rules": 1,
    ]
  }

  func enrolledMembers(_ actor: Actor, level: String) -> JSONObject {
    var identities: [JSONValue] = [
      ["der": .string(Base64.encode(actor.identity.der)), "use": "act"]
    ]
    if level != "registry" {
      identities.append(["der": .string(Base64.encode(seal.der)), "use": "seal"])
    }
    return [
      "department": .string(actor.code), "name": "Department", "uri": .string(actor.uri),
      "level": .string(level), "identities": .array(identities),
    ]
  }

  var publishedMembers: JSONObject {
    [
      "type": .string(World.type), "version": 1,
      "digest": .string(SHA256.hash([1]).base64url), "material": "certificate",
      "issuers": .array([.string(World.police)]), "subjects": 2, "copies": 1,
      "duties": .array([]),
    ]
  }

  /// The disclosure of a copy with a place in a status list.
  func copy(_ number: Int) -> JSONValue {
    [
      "digest": .string(SHA256.hash([UInt8(number)]).base64url),
      "status": [
        "idx": .integer(Int64(number)),
        "uri": .string("https://\(World.host)/status/\(World.police)/\(World.type)/open/1"),
      ],
    ]
  }

  /// Opens the ledger, enrols both departments and publishes the type.
  static func settled() throws -> World {
    let world = try World()
    try world.enter(.ledgerOpened, by: world.registrar, world.openedMembers)
    try world.enter(
      .departmentEnrolled, by: world.registrar,
      world.enrolledMembers(world.registrar, level: "registry"))
    try world.enter(
      .departmentEnrolled, by: world.registrar,
      world.enrolledMembers(world.department, level: "municipal"))
    try world.enter(.typePublished, by: world.department, world.publishedMembers)
    return world
  }

  struct Refused: Error { let codes: [RuleCode] }

  func enter(_ kind: EventKind, by actor: Actor, _ clear: JSONObject) throws {
    let draft =
      kind == .ledgerOpened
      ? EventDraft(
        kind, audience: World.origin, issuer: actor.uri, seen: .empty, clear: clear)
      : draft(kind, by: actor, clear)
    let judgement = try append(try sign(draft, by: actor))
    guard judgement.isFaultless else { throw Refused(codes: judgement.codes) }
  }
}
