import Cryptography
import Encoding
import Ledger
import Rules
import Testing

extension JSONObject {
  /// The same with one member changed, added or, with nil, removed.
  func with(_ name: String, _ value: JSONValue?) -> JSONObject {
    var result = JSONObject()
    for member in self {
      if member.name != name {
        result.append(member.name, member.value)
      } else if let value {
        result.append(name, value)
      }
    }
    if let value { result.append(name, value) }
    return result
  }
}

extension World {
  func ruled() throws -> Act { try Act(self, .ledgerRuled, by: keys.registrar, ["rules": 1]) }

  func opened() throws -> Act {
    var act = try Act(
      self, .ledgerOpened, by: keys.registrar,
      [
        "name": "Sample", "host": .string(World.host), "ledger_key": .string(keys.vkey),
        "root": World.der(keys.root), "authority": World.der(keys.authority),
        "list_signer": World.der(keys.listSigner), "registrar": World.der(keys.registrar.identity),
        "rules": 1,
      ])
    act.seen = .empty
    return act
  }

  static func der(_ identity: Identity) -> JSONValue { .string(Base64.encode(identity.der)) }

  static func stated(_ identities: [(use: String, actor: Actor)]) -> JSONValue {
    .array(
      identities.map { ["der": der($0.actor.identity), "use": .string($0.use)] })
  }

  func enrolled(
    _ code: String, _ identities: [(use: String, actor: Actor)], level: String = "municipal"
  ) throws -> Act {
    try Act(
      self, .departmentEnrolled, by: keys.registrar,
      [
        "department": .string(code), "name": "公安局", "name_en": "Department",
        "uri": .string(DepartmentURI(host: World.host, code: code).text),
        "level": .string(level), "identities": World.stated(identities),
      ])
  }

  /// Adds identities that the department asked for with one of its own.
  func added(
    _ code: String, _ identities: [(use: String, actor: Actor)], asking: Actor?,
    audience: String = World.origin, keys requested: [Actor]? = nil
  ) throws -> Act {
    var clear: JSONObject = [
      "department": .string(code), "identities": World.stated(identities), "retires": .array([]),
    ]
    if let asking {
      let wanted = try (requested ?? identities.map(\.actor)).map { actor in
        try #require(actor.identity.publicKey)
      }
      clear.append(
        "request",
        .string(
          try IdentityRequestToken.sign(
            keys: wanted, audience: audience, at: now.seconds, keyID: asking.identity.sha256,
            key: asking.key)))
    }
    return try Act(self, .identityAdded, by: keys.registrar, clear)
  }

  func revoked(_ actor: Actor, since: Int64?) throws -> Act {
    try Act(
      self, .identityRevoked, by: keys.registrar,
      JSONObject([
        ("department", .string(actor.code)), ("identity", actor.id),
      ]).with("since", since.map { .integer($0) }))
  }

  func published(
    _ type: String, by actor: Actor, issuers: [String], subjects: Int64 = 1, copies: Int64 = 1
  ) throws -> Act {
    try Act(
      self, .typePublished, by: actor,
      [
        "type": .string(type), "version": 1, "digest": .string(SHA256.hash([1]).base64url),
        "material": "certificate", "issuers": .array(issuers.map { .string($0) }),
        "subjects": .integer(subjects), "copies": .integer(copies), "duties": .array([]),
      ])
  }

  /// A ledger with departments in every state, types in every state, and three days of time.
  static func settled() throws -> World {
    let world = try World()
    let keys = world.keys
    try world.enter(try world.opened())
    try world.enter(
      try world.enrolled(registry, [("act", keys.registrar)], level: "registry"))
    try world.enter(
      try world.enrolled(
        police,
        [
          ("act", keys.police), ("act", keys.policeRetired), ("act", keys.policeStolen),
          ("seal", keys.policeSeal),
        ]))
    for actor in [keys.archive, keys.fire] {
      try world.enter(try world.enrolled(actor.code, [("act", actor)]))
    }
    try world.enter(
      try world.enrolled(
        water,
        [("act", keys.water), ("open", keys.waterOpen), ("open", keys.waterOpenRetired)]))
    var shared = try world.published(
      type, by: keys.police, issuers: [police, archive], subjects: 2, copies: 2)
    shared.clear = shared.clear.with("duties", World.duties)
    try world.enter(shared)
    try world.enter(try world.published(archiveType, by: keys.archive, issuers: [archive]))
    try world.enter(try world.published(withdrawnType, by: keys.police, issuers: ["*"]))
    try world.enter(
      try Act(
        world, .typeWithdrawn, by: keys.police, ["type": .string(withdrawnType), "version": 1]))
    var file = try world.published(fileType, by: keys.police, issuers: ["*"])
    file.clear = file.clear.with("material", "file").with("duties", World.duties)
    try world.enter(file)
    try world.enter(try world.revoked(keys.policeRetired, since: nil))
    try world.enter(try world.revoked(keys.policeStolen, since: world.now.seconds - 10))
    try world.enter(try world.revoked(keys.waterOpenRetired, since: nil))
    try world.enterShare(
      "request-merged", try world.requested { $0.with("provider", .string(archive)) })
    try world.enter(
      try Act(
        world, .departmentRetired, by: keys.registrar,
        ["department": .string(archive), "successor": .string(police)]))
    try world.enter(try world.trust(5))
    try world.enter(try world.status(5))
    try world.enter(try world.mapped(from: 0, to: 3))
    world.now = world.now.adding(days: 3)
    try world.settleSharing()
    try world.enter(try world.ruled())
    return world
  }

  func trust(_ sequence: Int64) throws -> Act {
    try Act(
      self, .trustPublished, by: keys.registrar,
      [
        "sequence": .integer(sequence), "size": .integer(Int64(nextIndex.value)),
        "digest": .string(SHA256.hash([2]).base64url),
      ])
  }

  /// The run of these entries; of a range that is none, any root.
  func mapped(from: UInt64, to: UInt64) throws -> Act {
    var root = MerkleTree.emptyRoot
    if from < to, to <= UInt64(entries.count) {
      let covered = entries[Int(from)..<Int(to)]
      root = try Run(
        range: try RunRange(from: TreeSize(from), to: TreeSize(to)),
        records: covered.flatMap { entry in
          entry.tags.map { RunRecord(tag: $0, index: entry.index) }
        }
      ).root
    }
    return try Act(
      self, .ledgerMapped, by: keys.registrar,
      [
        "from": .integer(Int64(from)), "to": .integer(Int64(to)),
        "root": .string(root.base64url),
      ])
  }

  func status(_ sequence: Int64) throws -> Act {
    try Act(
      self, .statusPublished, by: keys.police,
      ["sequence": .integer(sequence), "lists": 1, "root": .string(SHA256.hash([3]).base64url)])
  }
}
