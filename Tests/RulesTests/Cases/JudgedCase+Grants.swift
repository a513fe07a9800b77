import Cryptography
import Encoding
import Ledger
import Rules

extension JudgedCase {
  private static func granted(
    _ name: String, _ description: String, _ codes: [RuleCode],
    _ make: @escaping @Sendable (World) throws -> Act
  ) -> JudgedCase {
    JudgedCase(name, description, codes, make)
  }

  /// A grant with one member changed, in the event and in what the holder signed.
  private static func terms(
    _ name: String, _ description: String, _ codes: [RuleCode],
    _ change: @escaping @Sendable (World, inout JSONObject) -> Void
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      var act = try world.granted()
      change(world, &act.clear)
      return act
    }
  }

  static let grants: [JudgedCase] = [
    granted("grant-given", "a holder's grant", []) { try $0.granted() },
    granted("grant-given-daily", "a grant for once a day", []) {
      try $0.granted($0.terms(times: 1))
    },
    granted("grant-given-ten-years", "a grant for ten years", []) {
      try $0.granted($0.terms(from: 0, until: GrantTerms.periodSecondsMax))
    },
    terms("grant-requester-unknown", "for nobody", [.departmentUnknown, .grantContent]) {
      $1 = $1.with("requester", .string(World.stranger)); _ = $0
    },
    terms(
      "grant-requester-retired", "for a retired department", [.departmentRetired, .grantContent]
    ) {
      $1 = $1.with("requester", .string(World.archive)); _ = $0
    },
    terms("grant-type-unknown", "for a type that nobody published", [.typeUnknown, .grantContent]) {
      $1 = $1.with("types", .array([.string(World.police + "009")])); _ = $0
    },
    terms("grant-terms-types", "a type twice", [.grantTerms, .grantContent]) {
      $1 = $1.with("types", .array([.string(World.type), .string(World.type)])); _ = $0
    },
    terms("grant-terms-claims", "a claim twice", [.grantTerms, .grantContent]) {
      $1 = $1.with("claims", ["name", "name"]); _ = $0
    },
    terms("grant-terms-purpose", "a purpose that is no code", [.grantTerms, .grantContent]) {
      $1 = $1.with("purpose", "A water account"); _ = $0
    },
    terms("grant-terms-empty", "a period without a second", [.grantTerms, .grantContent]) {
      let until = $0.now.seconds + 10
      $1 = $1.with("period", ["from": .integer(until), "until": .integer(until)])
    },
    terms("grant-terms-long", "a second more than ten years", [.grantTerms, .grantContent]) {
      let until = $0.now.seconds + GrantTerms.periodSecondsMax
      $1 = $1.with("period", ["from": .integer($0.now.seconds - 1), "until": .integer(until)])
    },
    granted("grant-terms-over", "lodged at its last second's end", [.grantTerms]) {
      try $0.granted($0.terms(until: 0))
    },
    granted("grant-terms-last", "lodged in its last second", []) {
      try $0.granted($0.terms(until: 1))
    },
    granted("grant-signature", "signed by another key than it shows", [.grantSignature]) { world in
      var act = try world.granted()
      let text = World.text(act, "grant").split(separator: ".")
      let other = World.text(try world.granted(), "grant").split(separator: ".")
      try act.replace("grant", .string("\(text[0]).\(text[1]).\(other[2])"))
      return act
    },
    granted("grant-signature-form", "three parts that are no grant", [.grantSignature]) { world in
      var act = try world.granted()
      try act.replace("grant", "AA.AA.AA")
      return act
    },
    granted("grant-content", "the holder signed one claim less", [.grantContent]) {
      try $0.granted(signed: $0.terms(claims: ["name"]))
    },
    granted("grant-content-period", "the holder signed a day less", [.grantContent]) {
      try $0.granted(signed: $0.terms(until: 9 * World.day))
    },
    granted("grant-content-frequency", "the holder allowed it once a day", [.grantContent]) {
      try $0.granted(signed: $0.terms(times: 1))
    },
    granted("grant-content-ledger", "a grant for another ledger", [.grantContent]) {
      try $0.granted(audience: "elsewhere.example/ledger")
    },
    granted("grant-taken", "the holder's grant was lodged before", [.grantTaken]) { world in
      var act = try world.granted()
      act.beside.isGrantTaken = true
      return act
    },
    granted("grant-holder", "by the key of another copy", [.grantHolder]) {
      try $0.granted(holder: $0.keys.otherHolder)
    },
    granted("grant-holder-copy", "of a copy that is not known, or not in use", [.grantHolder]) {
      var act = try $0.granted()
      act.beside.copy = nil
      return act
    },
    granted("grant-holder-subject", "of a copy of another person", [.grantHolder]) { world in
      var act = try world.granted()
      act.beside.copy = (world.keys.holder.publicKey.thumbprint, try Affair().subject.commitment)
      return act
    },
    granted("grant-withdrawal", "a withdrawal", []) { try $0.withdrawn("grant") },
    granted("grant-withdrawal-lodger", "lodged by another department", []) { world in
      var act = try world.withdrawn("grant")
      act.signer = world.keys.police
      act.issuer = world.keys.police.uri
      return act
    },
    granted("grant-withdrawal-over", "of a grant that has run out", []) {
      try $0.withdrawn("grant-short")
    },
    granted("grant-withdrawal-unknown", "of a request", [.grantUnknown]) { world in
      var act = try world.withdrawn("grant")
      act.clear = act.clear.with("grant", try world.affair("request-open").event)
      return act
    },
    granted("grant-withdrawal-host", "of a grant in another registry", [.grantUnknown]) { world in
      var act = try world.withdrawn("grant")
      let other = DepartmentURI(host: "other.example", code: World.water).text
      act.clear = act.clear.with(
        "grant",
        ["iss": .string(other), "jti": try world.affair("grant").event["jti"] ?? .null])
      return act
    },
    granted("grant-withdrawal-requester", "names another requester", [.grantRequester]) { world in
      var act = try world.withdrawn("grant")
      act.clear = act.clear.with("requester", .string(World.police))
      return act
    },
    granted("grant-withdrawal-twice", "withdrawn before", [.grantWithdrawn]) {
      try $0.withdrawn("grant-back")
    },
    granted("grant-withdrawal-signature", "signed by nobody", [.grantSignature]) { world in
      var act = try world.withdrawn("grant")
      let text = World.text(act, "withdrawal").dropLast(86)
      try act.replace("withdrawal", .string(text + String(repeating: "A", count: 86)))
      return act
    },
    granted("grant-withdrawal-typ", "a grant in the place of a withdrawal", [.grantSignature]) {
      var act = try $0.withdrawn("grant")
      try act.replace("withdrawal", .string(World.text(try $0.granted(), "grant")))
      return act
    },
    granted("grant-withdrawal-content", "the withdrawal of another grant", [.grantContent]) {
      try $0.withdrawn("grant", of: "grant-daily")
    },
    granted("grant-withdrawal-ledger", "a withdrawal for another ledger", [.grantContent]) {
      try $0.withdrawn("grant", audience: "elsewhere.example/ledger")
    },
    granted("grant-withdrawal-holder", "by another holder", [.grantHolder]) {
      try $0.withdrawn("grant", holder: $0.keys.otherHolder)
    },
    granted("grant-withdrawal-subject", "about another person", [.grantHolder]) { world in
      var act = try world.withdrawn("grant")
      let other = try Affair()
      try act.replace("subject_1", World.subject(other))
      let grant = act.beside.grant
      world.place(&act, other, isShare: false)
      act.beside.grant = grant
      return act
    },
  ]
}

extension World {
  /// The text of a private member.
  static func text(_ act: Act, _ name: String) -> String {
    act.disclosures.first { $0.name == name }?.value.stringValue ?? ""
  }
}
