import Cryptography
import Encoding
import Ledger
import Rules

extension JudgedCase {
  /// A trivial act of a department, signed by one of its identities.
  private static func act(
    _ name: String, _ description: String, _ codes: [RuleCode],
    by signer: @escaping @Sendable (World) -> World.Actor,
    _ change: @escaping @Sendable (World, inout Act) throws -> Void = { _, _ in }
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      var act = try world.status(6)
      act.signer = signer(world)
      act.issuer = act.signer.uri
      try change(world, &act)
      return act
    }
  }

  static let actors: [JudgedCase] = [
    act("signer", "an act of an identity in force", [], by: \.keys.police),
    act("signature-altered", "one bit of the signature is another", [.signature], by: \.keys.police)
    {
      $1.spoil = { [$0[0] ^ 1] + $0[1...] }
      _ = $0
    },
    act(
      "signer-unknown", "an identity that was never enrolled", [.signature, .signerUnknown],
      by: \.keys.policeNext),
    act(
      "signer-seal", "signed by the identity that seals certificates", [.signerUsage],
      by: \.keys.policeSeal),
    act("signer-retired", "signed by a retired identity", [.signerState], by: \.keys.policeRetired),
    act(
      "signer-compromised", "signed by a compromised identity", [.signerState],
      by: \.keys.policeStolen),
    act(
      "signer-expired", "signed by an identity that has run out", [.signerState],
      by: \.keys.fire),
    act(
      "signer-department-retired", "an act of a retired department",
      [.signerState, .departmentRetired], by: \.keys.archive),
    act(
      "issuer-other", "iss names another department on the same host", [.issuerMismatch],
      by: \.keys.police
    ) { $1.issuer = $0.keys.water.uri },
    act("issuer-host", "iss names another host", [.issuerMismatch], by: \.keys.police) {
      $1.issuer = DepartmentURI(host: "other.example", code: World.police).text
      _ = $0
    },
    JudgedCase("signer-role", "a department does what is the registrar's", [.signerRole]) { world in
      try Act(world, .ledgerRuled, by: world.keys.police, ["rules": 1])
    },
  ]

  static let ledger: [JudgedCase] = [
    JudgedCase("opened", "the first entry", [], base: .empty) { try $0.opened() },
    JudgedCase(
      "not-opened", "an act before the first entry", [.notOpened, .seenAhead, .signature],
      base: .empty
    ) { try $0.ruled() },
    JudgedCase("opened-twice", "the ledger is opened again", [.openedTwice]) { try $0.opened() },
    JudgedCase("opened-root", "another root than the pinned one", [.openedKeys], base: .empty) {
      var act = try $0.opened()
      act.pinnedRoot = $0.keys.foreignRoot.sha256
      return act
    },
    opened("opened-authority", "an authority under another root", [.openedKeys]) {
      ("root", World.der($0.keys.foreignRoot))
    },
    opened("opened-list-signer", "a list signer that is none", [.openedKeys]) {
      ("list_signer", World.der($0.keys.police.identity))
    },
    opened("opened-rules", "rules of a version that does not exist", [.rulesVersion]) { _ in
      ("rules", 2)
    },
    opened("opened-vkey", "a verifier key of another name", [.ledgerKey]) { _ in
      ("ledger_key", .string(try VerifierKeyText.make(name: "other.example/ledger")))
    },
    ruled("rules-version", "rules of a version that does not exist", [.rulesVersion]) {
      $1.clear = ["rules": 2]
      _ = $0
    },
    rekeyed("rekeyed", "a new ledger key, authority and list signer", []) {
      [
        "ledger_key": .string(try VerifierKeyText.make()),
        "authority": World.der($0.keys.authority),
        "list_signer": World.der($0.keys.listSigner),
      ]
    },
    rekeyed("ledger-key", "a verifier key of another name", [.ledgerKey]) { _ in
      ["ledger_key": .string(try VerifierKeyText.make(name: "other.example/ledger"))]
    },
    rekeyed("rekeyed-authority", "a department as authority", [.identityPath]) {
      ["authority": World.der($0.keys.police.identity)]
    },
    rekeyed("rekeyed-list-signer", "an authority as list signer", [.identityPath]) {
      ["list_signer": World.der($0.keys.authority)]
    },
  ]

  private static func opened(
    _ name: String, _ description: String, _ codes: [RuleCode],
    _ member: @escaping @Sendable (World) throws -> (String, JSONValue)
  ) -> JudgedCase {
    JudgedCase(name, description, codes, base: .empty) { world in
      var act = try world.opened()
      let (name, value) = try member(world)
      act.clear = act.clear.with(name, value)
      if name == "root" { act.pinnedRoot = world.keys.foreignRoot.sha256 }
      return act
    }
  }

  private static func rekeyed(
    _ name: String, _ description: String, _ codes: [RuleCode],
    _ members: @escaping @Sendable (World) throws -> JSONObject
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      try Act(world, .ledgerRekeyed, by: world.keys.registrar, try members(world))
    }
  }
}
