import Cryptography
import Encoding
import Ledger
import Rules

extension JudgedCase {
  /// What follows a release, with anything changed.
  private static func next(
    _ name: String, _ description: String, _ codes: [RuleCode], _ kind: EventKind,
    _ before: String,
    _ change: @escaping @Sendable (World, inout Act) throws -> Void = { _, _ in }
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      var act = try world.continued(kind, before)
      try change(world, &act)
      return act
    }
  }

  private static func evidence(
    _ name: String, _ description: String, _ codes: [RuleCode],
    _ make: @escaping @Sendable (World) throws -> Act
  ) -> JudgedCase {
    JudgedCase(name, description, codes, make)
  }

  static let disputes: [JudgedCase] = acknowledgements + settlements + records

  private static let acknowledgements: [JudgedCase] = [
    next("acknowledged", "an acknowledgement", [], .shareAcknowledged, "release-released"),
    next(
      "release-unknown", "of a request", [.releaseUnknown], .shareAcknowledged, "release-released"
    ) {
      $1.clear = $1.clear.with("release", try $0.affair("request-released").event)
    },
    next(
      "release-acknowledged", "a second time", [.releaseAcknowledged], .shareAcknowledged,
      "release-acknowledged"),
    next(
      "acknowledged-other", "by another department", [.signerRole], .shareAcknowledged,
      "release-released"
    ) {
      $1.signer = $0.keys.registrar
      $1.issuer = $0.keys.registrar.uri
    },
    next(
      "acknowledged-provider", "names another provider", [.shareProvider], .shareAcknowledged,
      "release-released"
    ) {
      $1.clear = $1.clear.with("provider", .string(World.registry))
      _ = $0
    },
    next("enclosed", "of other bytes", [.enclosed], .shareAcknowledged, "release-released") {
      $1.clear = $1.clear.with("enclosed", .string(SHA256.hash("other").base64url))
      _ = $0
    },
    next(
      "acknowledged-subject", "in the thread of another person", [.shareSubject],
      .shareAcknowledged, "release-released"
    ) {
      let other = Openings.Place(key: try Affair().subject, number: 3)
      $1.openings = Openings(
        disclosures: [], subjects: [other], certificate: $1.openings?.certificate)
      $1.privateTags[0] = other.key.tag(3)
      _ = $0
    },
    next(
      "acknowledged-certificate", "without the thread of the certificate", [.shareCertificate],
      .shareAcknowledged, "release-released"
    ) {
      try $0.withoutCertificate(&$1)
    },
    next(
      "acknowledged-case", "in the thread of another case", [.shareCase], .shareAcknowledged,
      "release-released"
    ) {
      let other = Openings.Place(key: try Affair().reference, number: 1)
      $1.beside.casePlace = other
      $1.privateTags[2] = other.key.tag(1)
      _ = $0
    },
  ]

  private static let settlements: [JudgedCase] = [
    next("disputed", "a dispute", [], .shareDisputed, "release-acknowledged"),
    next(
      "disputed-again", "a dispute after one that was settled", [], .shareDisputed,
      "release-settled"),
    next(
      "release-unacknowledged", "of what was not acknowledged", [.releaseUnacknowledged],
      .shareDisputed, "release-released"),
    next(
      "dispute-open", "while one is open", [.disputeOpen], .shareDisputed, "release-disputed"),
    next(
      "disputed-other", "by another department", [.signerRole], .shareDisputed,
      "release-acknowledged"
    ) {
      $1.signer = $0.keys.registrar
      $1.issuer = $0.keys.registrar.uri
    },
    next(
      "disputed-issuer", "before a department that issues no such certificates", [.typeIssuer],
      .shareDisputed, "release-acknowledged"
    ) {
      $1.clear = $1.clear.with("issuer", .string(World.fire))
      _ = $0
    },
    next(
      "disputed-issuer-retired", "before a retired department", [.departmentRetired],
      .shareDisputed, "release-acknowledged"
    ) {
      $1.clear = $1.clear.with("issuer", .string(World.archive))
      _ = $0
    },
    next("settled", "a value that stands", [], .shareSettled, "dispute-disputed"),
    next("settled-corrected", "a value that was corrected", [], .shareSettled, "dispute-disputed") {
      $1.clear = $1.clear.with("outcome", "corrected")
      $1.disclosures.removeAll { $0.name == "pad_1" }
      try $1.disclose("successor", ["identifier": .string(try World.identifier(version: 2))])
      _ = $0
    },
    next(
      "settled-corrected-nothing", "corrected by no certificate", [.disclosureName],
      .shareSettled, "dispute-disputed"
    ) {
      $1.clear = $1.clear.with("outcome", "corrected")
      _ = $0
    },
    next(
      "settled-upheld-successor", "a value that stands, and a successor", [.disclosureName],
      .shareSettled, "dispute-disputed"
    ) {
      $1.disclosures.removeAll { $0.name == "pad_1" }
      try $1.disclose("successor", ["identifier": .string(try World.identifier(version: 2))])
      _ = $0
    },
    next(
      "dispute-unknown", "of what is no dispute", [.disputeUnknown], .shareSettled,
      "dispute-disputed"
    ) {
      $1.clear = $1.clear.with("dispute", try $0.affair("release-disputed").event)
    },
    next(
      "dispute-settled", "settled before", [.disputeSettled], .shareSettled, "dispute-settled"),
    next(
      "settled-other", "by another department", [.signerRole], .shareSettled, "dispute-disputed"
    ) {
      $1.signer = $0.keys.registrar
      $1.issuer = $0.keys.registrar.uri
    },
    next(
      "settled-requester", "names another requester", [.shareRequester], .shareSettled,
      "dispute-disputed"
    ) {
      $1.clear = $1.clear.with("requester", .string(World.registry))
      _ = $0
    },
  ]

  private static let records: [JudgedCase] = [
    evidence("decided", "a decision", []) { try $0.decided() },
    evidence("decided-purpose", "for a purpose that is no code", [.purpose]) { world in
      var act = try world.decided()
      act.clear = act.clear.with("purpose", "Water account of Li")
      return act
    },
    evidence("evidence", "entries were shown to an office", []) { try $0.evidence() },
    evidence("evidence-department", "to a department", []) {
      try $0.evidence(department: World.water)
    },
    evidence("evidence-nobody", "in nobody's thread", []) { world in
      var act = try world.evidence()
      try act.drop("subject_1")
      act.openings = Openings(disclosures: [])
      return act
    },
    evidence("evidence-unknown", "to a department that is none", [.departmentUnknown]) {
      try $0.evidence(department: World.stranger)
    },
    evidence("evidence-more", "more than were counted", [.disclosureForm]) {
      try $0.evidence(naming: 3)
    },
    evidence("evidence-twice", "an entry twice", [.disclosureForm]) { world in
      var act = try world.evidence()
      let one = act.disclosures.first { $0.name == "which" }?.value.arrayValue?.first ?? .null
      try act.replace("which", .array([one, one]))
      return act
    },
    evidence("evidence-subject", "in another person's thread", [.threadCommitment]) { world in
      var act = try world.evidence()
      let other = Openings.Place(key: try Affair().subject, number: 3)
      act.openings = Openings(disclosures: [], subjects: [other])
      act.privateTags = [other.key.tag(3)]
      return act
    },
    evidence("evidence-role", "by another than the registrar", [.signerRole]) { world in
      var act = try world.evidence()
      act.signer = world.keys.water
      act.issuer = world.keys.water.uri
      return act
    },
  ]
}
