import Encoding
import Rules

extension JudgedCase {
  /// An issue under an identifier, with or without a predecessor.
  private static func named(
    _ name: String, _ description: String, _ codes: [RuleCode],
    _ identifier: @escaping @Sendable () throws -> String,
    previous: (@Sendable () throws -> String)? = nil,
    successor: (@Sendable () throws -> String)? = nil
  ) -> JudgedCase {
    issued(name, description, codes) { _, act in
      let old = act.disclosures.first { $0.name == "certificate" }?.value.objectValue
      let value = try (old ?? JSONObject()).with("identifier", .string(identifier()))
        .with("previous", previous.map { .string(try $0()) })
      try act.replace("certificate", .object(value))
      guard let previous else { return }
      act.openings = opened(
        act, state: nil,
        replaced: Openings.Replaced(
          identifier: try previous(), successor: try (successor ?? identifier)()))
    }
  }

  static let identifiers: [JudgedCase] = [
    named("identifier-next", "a certificate that continues its predecessor", []) {
      try World.identifier(version: 2)
    } previous: {
      try World.identifier()
    },
    named("identifier-moved", "a predecessor of another issuer", []) {
      try World.identifier()
    } previous: {
      try World.identifier(issuer: World.archive, serial: "B7", version: 3)
    },
    named("replacement-pair", "the entry before names another successor", [.replacementPair]) {
      try World.identifier(version: 2)
    } previous: {
      try World.identifier()
    } successor: {
      try World.identifier(version: 3)
    },
    issued(
      "replacement-pair-new", "the entry before ends a certificate, and this one is new",
      [.replacementPair]
    ) { _, act in
      act.openings = opened(
        act, state: nil,
        replaced: Openings.Replaced(
          identifier: try World.identifier(serial: "B7"), successor: try World.identifier()))
    },
    issued(
      "replacement-pair-missing", "the entry before ends nothing", [.replacementPair]
    ) { _, act in
      let value = act.disclosures.first { $0.name == "certificate" }?.value.objectValue
      try act.replace(
        "certificate",
        .object(
          (value ?? JSONObject()).with("identifier", .string(try World.identifier(version: 2)))
            .with("previous", .string(try World.identifier()))))
    },
    named("identifier-garbage", "an identifier that is none", [.identifierForm]) { "1.2.3" },
    named("identifier-check", "a wrong check character", [.identifierForm]) {
      let good = try World.identifier()
      return String(good.dropLast()) + (good.hasSuffix("0") ? "1" : "0")
    },
    named("identifier-issuer", "another issuer's identifier", [.identifierForm]) {
      try World.identifier(issuer: World.archive)
    },
    named("identifier-type", "another type's identifier", [.identifierForm]) {
      try World.identifier(World.fileType)
    },
    named("identifier-version", "a second version without a first", [.identifierForm]) {
      try World.identifier(version: 2)
    },
    named("identifier-skipped", "a version is left out", [.identifierForm]) {
      try World.identifier(version: 3)
    } previous: {
      try World.identifier()
    },
    named("identifier-serial", "a predecessor of another serial", [.identifierForm]) {
      try World.identifier(version: 2)
    } previous: {
      try World.identifier(serial: "B7")
    },
    named("identifier-same", "a certificate that replaces itself", [.identifierForm]) {
      try World.identifier()
    } previous: {
      try World.identifier()
    },
    step(
      "successor-version", "a successor that does not continue it", [.identifierForm],
      .certificateReplaced, .inForce, .replaced
    ) { _, act in
      try act.replace("successor", ["identifier": .string(try World.identifier(version: 3))])
    },
    JudgedCase(
      "step-other-issuer", "a certificate of a department that still acts", [.identifierForm]
    ) { world in
      try world.step(.certificateRevoked, .inForce, .revoked, issuer: World.water)
    },
  ]
}
