import Cryptography
import Encoding
import Ledger
import Rules

extension JudgedCase {
  private static func published(
    _ name: String, _ description: String, _ codes: [RuleCode],
    type: String = World.police + "009",
    by actor: KeyPath<WorldKeys, World.Actor> & Sendable = \.police,
    _ change: @escaping @Sendable (JSONObject) -> JSONObject = { $0 }
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      var act = try world.published(
        type, by: world.keys[keyPath: actor], issuers: [World.police], subjects: 2, copies: 2)
      act.clear = change(act.clear)
      return act
    }
  }

  static let catalogue: [JudgedCase] = [
    published("published", "a new type by its definer", []),
    published("published-next", "the next version", [], type: World.type) { $0.with("version", 2) },
    published("type-version", "a version is left out", [.typeVersion], type: World.type) {
      $0.with("version", 3)
    },
    published(
      "type-version-again", "a version that was published", [.typeVersion], type: World.type),
    published(
      "published-registrar", "the registrar, where the definer is not enrolled", [],
      type: World.stranger + "001", by: \.registrar),
    published(
      "published-for-retired", "the registrar, where the definer is retired", [],
      type: World.archive + "009", by: \.registrar),
    published(
      "definer", "the registrar, where the definer acts itself", [.signerRole],
      by: \.registrar),
    published("definer-other", "another department", [.signerRole], by: \.water),
    published("type-copies", "more copies than subjects", [.typeDefinition]) {
      $0.with("copies", 3)
    },
    published("type-issuer-twice", "an issuer twice", [.typeDefinition]) {
      $0.with("issuers", .array([.string(World.police), .string(World.police)]))
    },
    published("type-issuer-form", "an issuer that is no code", [.typeDefinition]) {
      $0.with("issuers", .array([.string(World.police), "*"]))
    },
    JudgedCase("withdrawn", "a type is withdrawn", []) {
      try Act($0, .typeWithdrawn, by: $0.keys.police, ["type": .string(World.type), "version": 1])
    },
    JudgedCase("withdrawn-twice", "a type that was withdrawn", [.typeWithdrawn]) {
      try Act(
        $0, .typeWithdrawn, by: $0.keys.police,
        ["type": .string(World.withdrawnType), "version": 1])
    },
    JudgedCase("trust", "the next trust list", []) { try $0.trust(6) },
    JudgedCase("sequence", "a trust list of a number that was used", [.sequence]) {
      try $0.trust(5)
    },
    JudgedCase("sequence-status", "status lists of a smaller number", [.sequence]) {
      try $0.status(4)
    },
    JudgedCase("published-size", "a trust list for a ledger that is larger", [.publishedSize]) {
      var act = try $0.trust(6)
      act.clear = act.clear.with("size", .integer(Int64($0.nextIndex.value) + 1))
      return act
    },
    JudgedCase("mapped", "a short run beside a run of three entries", []) {
      try $0.mapped(from: 3, to: 4)
    },
    JudgedCase("mapped-merged", "a long run, which takes up the one before", []) {
      try $0.mapped(from: 0, to: $0.nextIndex.value)
    },
    JudgedCase("mapped-ahead", "a run with an entry that is not there", [.publishedSize]) {
      try $0.mapped(from: 0, to: $0.nextIndex.value + 1)
    },
    JudgedCase("run-range", "a long run that leaves the one before alone", [.runRange]) {
      try $0.mapped(from: 3, to: $0.nextIndex.value)
    },
    JudgedCase("run-range-merged", "a short run that takes up the one before", [.runRange]) {
      try $0.mapped(from: 0, to: 4)
    },
    JudgedCase("run-range-gap", "a run that leaves an entry out", [.runRange]) {
      try $0.mapped(from: 4, to: $0.nextIndex.value)
    },
    JudgedCase("run-range-again", "a run of entries that are covered", [.runRange]) {
      try $0.mapped(from: 0, to: 3)
    },
    JudgedCase("run-range-empty", "a run without entries", [.runRange]) {
      try $0.mapped(from: 3, to: 3)
    },
    JudgedCase("admitted", "another city's registry", []) {
      try admitted($0, root: $0.keys.foreignRoot)
    },
    JudgedCase("admitted-no-root", "an identity that is no root", [.identityPath]) {
      try admitted($0, root: $0.keys.authority)
    },
    JudgedCase("admitted-itself", "the registry itself", [.audience]) {
      try admitted($0, root: $0.keys.root, origin: World.origin)
    },
    JudgedCase("refusal", "a refused act is recorded", []) {
      try $0.refusal(of: try Act($0, .ledgerRuled, by: $0.keys.police, ["rules": 1]))
    },
    JudgedCase("refusal-unknown", "an act of nobody", [.departmentUnknown]) {
      let act = try Act($0, .ledgerRuled, by: $0.keys.stranger, ["rules": 1])
      return try $0.refusal(of: act, who: World.stranger)
    },
    JudgedCase("refusal-code", "a code that no rule has", [.member]) {
      try $0.refusal(
        of: try Act($0, .ledgerRuled, by: $0.keys.police, ["rules": 1]), codes: ["whim"])
    },
    JudgedCase("refusal-number", "the recorded act is another one", [.disclosureForm]) {
      try $0.refusal(
        of: try Act($0, .ledgerRuled, by: $0.keys.police, ["rules": 1]),
        number: try Act.number($0.now.milliseconds))
    },
    JudgedCase("refusal-who", "the recorded act is another department's", [.disclosureForm]) {
      try $0.refusal(
        of: try Act($0, .ledgerRuled, by: $0.keys.police, ["rules": 1]), who: World.water)
    },
  ]

  private static func admitted(
    _ world: World, root: Identity, origin: String = "other.example/ledger"
  ) throws -> Act {
    try Act(
      world, .registryAdmitted, by: world.keys.registrar,
      [
        "registry": ["name": "Other", "origin": .string(origin), "root": World.der(root)],
        "types": .array([]),
      ])
  }
}
