import Cryptography
import Encoding
import Ledger
import Rules

extension JudgedCase {
  static let uses: [JudgedCase] = [
    use("use", "a presentation was accepted", []),
    use("use-refused", "a presentation was refused", [], .useRefused) {
      $0.clear = $0.clear.with("codes", ["nonce_mismatch"])
    },
    use("use-nothing", "no claim was asked for", []) { $0.clear = $0.clear.with("claims", []) },
    use("use-purpose", "for a purpose that is no code", [.purpose, .dutyUnknown]) {
      $0.clear = $0.clear.with("purpose", "Water account of Li")
    },
    use("use-claims", "a claim twice", [.shareClaims]) {
      $0.clear = $0.clear.with("claims", ["name", "name"])
    },
    use("use-codes", "accepted with a reason why not", [.member]) {
      $0.clear = $0.clear.with("codes", ["nonce_mismatch"])
    },
    use("use-no-codes", "refused without a reason", [.member], .useRefused),
    use("use-codes-twice", "refused with a reason twice", [.member], .useRefused) {
      $0.clear = $0.clear.with("codes", ["expired", "expired"])
    },
    use("use-type", "of a type that is none", [.typeUnknown]) {
      $0.clear = $0.clear.with("version", 99)
    },
    use("use-registry", "of a registry that is not admitted", [.typeUnknown]) {
      $0.clear = $0.clear.with("registry", "other.example/ledger")
    },
    use("use-duty", "for a purpose without a duty", [.dutyUnknown]) {
      $0.clear = $0.clear.with("purpose", "tax")
    },
    use("use-duty-refused", "refused: whether it was allowed is no matter", [], .useRefused) {
      $0.clear = $0.clear.with("purpose", "tax").with("codes", ["purpose_not_allowed"])
    },
    use("use-duty-claims", "a claim outside the duty", [.dutyClaims]) {
      $0.clear = $0.clear.with("claims", ["address"])
    },
    use("use-taken", "the request was answered before", [.useTaken]) {
      $0.beside.isRequestUsed = true
    },
    use("use-again", "refused because the request was answered before", [], .useRefused) {
      $0.beside.isRequestUsed = true
      $0.clear = $0.clear.with("codes", ["request_used"])
    },
    use("use-request", "the request is not opened", [.disclosureName]) { try $0.drop("request") },
  ]

  private static func use(
    _ name: String, _ description: String, _ codes: [RuleCode], _ kind: EventKind = .useAccepted,
    _ change: @escaping @Sendable (inout Act) throws -> Void = { _ in }
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      var act = try world.used(kind)
      try change(&act)
      return act
    }
  }
}

extension World {
  /// Water takes what a holder shows.
  func used(_ kind: EventKind) throws -> Act {
    var act = try Act(
      self, kind, by: keys.water,
      [
        "type": .string(World.type), "version": 1, "claims": World.claims,
        "purpose": .string(World.purpose), "mode": "counter", "codes": [],
      ])
    for name in ["presentation", "request"] {
      try act.disclose(name, .string(SHA256.hash(name).base64url))
    }
    act.privateTags = [Tag(useOf: Array("header.payload".utf8))]
    return act
  }
}
