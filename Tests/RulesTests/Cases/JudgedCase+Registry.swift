import Cryptography
import Encoding
import Ledger
import Rules

extension JudgedCase {
  private static func enrolled(
    _ name: String, _ description: String, _ codes: [RuleCode],
    _ identities: @escaping @Sendable (World) -> [(use: String, actor: World.Actor)],
    _ change: @escaping @Sendable (JSONObject) -> JSONObject = { $0 }
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      var act = try world.enrolled(World.stranger, identities(world))
      act.clear = change(act.clear)
      return act
    }
  }

  static let departments: [JudgedCase] = [
    enrolled("enrolled", "a new department", [], { [("act", $0.keys.stranger)] }),
    JudgedCase("department-exists", "a department that is enrolled already", [.departmentExists]) {
      try $0.enrolled(World.police, [("act", $0.keys.policeNext)])
    },
    enrolled(
      "department-uri", "a URI that is not the department's", [.departmentURI],
      { [("act", $0.keys.stranger)] },
      { $0.with("uri", "https://certificates.example/departments/x") }),
    enrolled(
      "department-level", "a second registry", [.signerRole],
      { [("act", $0.keys.stranger)] }, { $0.with("level", "registry") }),
    enrolled(
      "identity-foreign", "an identity under another root", [.identityPath],
      { [("act", $0.keys.impostor)] }),
    enrolled(
      "identity-other", "an identity of another department", [.identityPath, .identityKnown],
      { [("act", $0.keys.water)] }),
    enrolled(
      "identity-use", "an identity for acting as one for sealing", [.identityPath],
      { [("seal", $0.keys.stranger)] }),
    enrolled(
      "identity-twice", "one identity twice", [.identityKnown],
      { [("act", $0.keys.stranger), ("act", $0.keys.stranger)] }),
    enrolled(
      "identity-garbage", "bytes that are no identity", [.identityPath],
      { _ in [] },
      { $0.with("identities", [["der": "AAAA", "use": "act"]]) }),
    JudgedCase("retired", "a department ends, another follows it", []) {
      try retired($0, World.water, successor: World.police)
    },
    JudgedCase("retired-unknown", "a department that does not exist", [.departmentUnknown]) {
      try retired($0, World.stranger)
    },
    JudgedCase("retired-twice", "a department that was retired", [.departmentRetired]) {
      try retired($0, World.archive)
    },
    JudgedCase("retired-registry", "the registry's own department", [.signerRole]) {
      try retired($0, World.registry)
    },
    JudgedCase("successor-unknown", "a successor that does not exist", [.departmentUnknown]) {
      try retired($0, World.water, successor: World.stranger)
    },
    JudgedCase("successor-retired", "a successor that was retired", [.departmentRetired]) {
      try retired($0, World.water, successor: World.archive)
    },
    JudgedCase("successor-itself", "a department that follows itself", [.departmentRetired]) {
      try retired($0, World.water, successor: World.water)
    },
  ]

  private static func retired(
    _ world: World, _ code: String, successor: String? = nil
  ) throws -> Act {
    try Act(
      world, .departmentRetired, by: world.keys.registrar,
      (["department": .string(code)] as JSONObject)
        .with("successor", successor.map { .string($0) }))
  }

  static let identities: [JudgedCase] = [
    JudgedCase("added", "a further identity, asked for by the department", []) {
      try $0.added(World.police, [("act", $0.keys.policeNext)], asking: $0.keys.police)
    },
    JudgedCase("added-rename", "the department gets another name", []) {
      var act = try $0.added(
        World.police, [("act", $0.keys.policeNext)], asking: $0.keys.police)
      act.clear = act.clear.with("name", "公安局 (新)").with("retires", .array([$0.keys.police.id]))
      return act
    },
    JudgedCase("added-lost", "a department that has no acting identity left", []) {
      try $0.added(World.fire, [("act", $0.keys.fireNext)], asking: nil)
    },
    JudgedCase("request-missing", "a department that could have asked itself", [.identityRequest]) {
      try $0.added(World.police, [("act", $0.keys.policeNext)], asking: nil)
    },
    JudgedCase("request-audience", "a request for another ledger", [.identityRequest]) {
      try $0.added(
        World.police, [("act", $0.keys.policeNext)], asking: $0.keys.police,
        audience: "elsewhere.example/ledger")
    },
    JudgedCase("request-keys", "a request for other keys", [.identityRequest]) {
      try $0.added(
        World.police, [("act", $0.keys.policeNext)], asking: $0.keys.police,
        keys: [$0.keys.stranger])
    },
    JudgedCase("request-retired", "a request of a retired identity", [.identityRequest]) {
      try $0.added(World.police, [("act", $0.keys.policeNext)], asking: $0.keys.policeRetired)
    },
    JudgedCase("request-seal", "a request of an identity that seals", [.identityRequest]) {
      try $0.added(World.police, [("act", $0.keys.policeNext)], asking: $0.keys.policeSeal)
    },
    JudgedCase("request-other", "a request of another department", [.identityRequest]) {
      try $0.added(World.police, [("act", $0.keys.policeNext)], asking: $0.keys.water)
    },
    JudgedCase("identity-early", "an identity that is not yet valid", [.identityPath]) {
      try $0.added(World.police, [("act", $0.keys.policeEarly)], asking: $0.keys.police)
    },
    JudgedCase("identity-known", "an identity that was enrolled", [.identityKnown]) {
      try $0.added(World.police, [("act", $0.keys.policeRetired)], asking: $0.keys.police)
    },
    JudgedCase("identity-retire-again", "retires an identity that is retired", [.identityState]) {
      var act = try $0.added(
        World.police, [("act", $0.keys.policeNext)], asking: $0.keys.police)
      act.clear = act.clear.with("retires", .array([$0.keys.policeRetired.id]))
      return act
    },
    JudgedCase("identity-retire-other", "retires another department's", [.identityUnknown]) {
      var act = try $0.added(
        World.police, [("act", $0.keys.policeNext)], asking: $0.keys.police)
      act.clear = act.clear.with("retires", .array([$0.keys.water.id]))
      return act
    },
    JudgedCase("compromised", "an identity is compromised", []) {
      try $0.revoked($0.keys.police, since: $0.now.seconds - 86_400)
    },
    JudgedCase("compromised-earlier", "a compromised one was so even earlier", []) {
      try $0.revoked($0.keys.policeStolen, since: 1_700_000_000)
    },
    JudgedCase("compromised-later", "a compromised one is made good for a while", [.identityState])
    {
      try $0.revoked($0.keys.policeStolen, since: $0.now.seconds)
    },
    JudgedCase("compromised-future", "compromised from tomorrow on", [.identityState]) {
      try $0.revoked($0.keys.police, since: $0.now.seconds + 86_400)
    },
    JudgedCase("compromised-unknown", "an identity that was never enrolled", [.identityUnknown]) {
      try $0.revoked($0.keys.policeNext, since: $0.now.seconds)
    },
    JudgedCase("retired-identity-again", "an identity is retired twice", [.identityState]) {
      try $0.revoked($0.keys.policeRetired, since: nil)
    },
  ]
}
