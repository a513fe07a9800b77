import Cryptography
import Encoding
import Ledger
import Rules

extension JudgedCase {
  static func issued(
    _ name: String, _ description: String, _ codes: [RuleCode], subjects: Int = 1,
    _ change: @escaping @Sendable (World, inout Act) throws -> Void = { _, _ in }
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      var act = try world.issued(subjects: subjects)
      try change(world, &act)
      return act
    }
  }

  static func step(
    _ name: String, _ description: String, _ codes: [RuleCode], _ kind: EventKind,
    _ from: CertificateState, _ to: CertificateState, reason: String? = nil,
    _ change: @escaping @Sendable (World, inout Act) throws -> Void = { _, _ in }
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      var act = try world.step(kind, from, to, reason: reason)
      try change(world, &act)
      return act
    }
  }

  static let certificates: [JudgedCase] = [
    issued("issued", "a certificate with one subject", []),
    issued("issued-two", "a certificate with two subjects, each with a copy", [], subjects: 2),
    issued(
      "type-unknown", "a version that was never published",
      [.typeUnknown, .digestCount, .tagCount, .disclosureName], subjects: 2
    ) {
      $1.clear = $1.clear.with("version", 9)
      _ = $0
    },
    JudgedCase("type-file", "a type for files", [.typeUnknown, .disclosureForm, .identifierForm]) {
      try onePlace($0, type: World.fileType)
    },
    JudgedCase(
      "type-withdrawn", "a type that was withdrawn",
      [.typeWithdrawn, .disclosureForm, .identifierForm]
    ) {
      try onePlace($0, type: World.withdrawnType)
    },
    issued(
      "type-issuer", "a department that the type does not list",
      [.typeIssuer, .identifierForm, .disclosureForm]
    ) {
      $1.signer = $0.keys.water
      $1.issuer = $0.keys.water.uri
    },
    step(
      "suspended", "a certificate is suspended", [], .certificateSuspended, .inForce, .suspended),
    step("reinstated", "and comes back", [], .certificateReinstated, .suspended, .inForce),
    step(
      "revoked", "a certificate is revoked", [], .certificateRevoked, .suspended, .revoked,
      reason: "Obtained by fraud.\nOrder 12."),
    step("replaced", "a certificate is replaced", [], .certificateReplaced, .inForce, .replaced),
    replacedBeside("replacement-alone", "nothing comes after it") { _ in nil },
    replacedBeside("replacement-alone-late", "the new certificate was received later") {
      (try $0.issued().jwt(), 1)
    },
    replacedBeside("replacement-alone-step", "another event comes after it") {
      (try $0.step(.certificateSuspended, .inForce, .suspended).jwt(), 0)
    },
    replacedBeside("replacement-alone-issuer", "another department issues after it") { world in
      var act = try world.issued()
      act.signer = world.keys.water
      act.issuer = world.keys.water.uri
      return (try act.jwt(), 0)
    },
    replacedBeside("replacement-alone-type", "a certificate of another type comes after it") {
      (try onePlace($0, type: World.archiveType).jwt(), 0)
    },
    step(
      "annotated", "a note is made", [], .certificateAnnotated, .inForce, .inForce,
      reason: "Mortgaged."),
    step("erased", "the content is erased", [], .certificateErased, .lapsed, .lapsed),
    JudgedCase("copied", "a further copy for the second subject", []) { try $0.copied() },
    JudgedCase("copied-ended", "one copy ends", []) { try $0.copied(ending: true) },
    JudgedCase("step-successor", "the successor revokes what a retired department issued", []) {
      try $0.step(
        .certificateRevoked, .inForce, .revoked, issuer: World.archive, type: World.archiveType)
    },
    step(
      "state-step", "an ended certificate comes back", [.stateStep],
      .certificateReinstated, .lapsed, .inForce),
    step(
      "state-step-erased", "a valid certificate is erased", [.stateStep],
      .certificateErased, .inForce, .inForce),
    step(
      "exact-state-before", "the certificate is in another state", [.exactState],
      .certificateSuspended, .inForce, .suspended
    ) {
      $1.openings = opened($1, state: .lapsed)
      _ = $0
    },
    step(
      "exact-state-none", "there is no such certificate", [.exactState],
      .certificateSuspended, .inForce, .suspended
    ) {
      $1.openings = opened($1, state: nil)
      _ = $0
    },
    step(
      "exact-state-coarse", "the exact state is another than the coarse one", [.exactState],
      .certificateRevoked, .inForce, .revoked
    ) {
      try $1.replace("state", "suspended")
      _ = $0
    },
    step(
      "exact-state-replaced", "revoked as replaced", [.exactState],
      .certificateRevoked, .inForce, .replaced),
    step(
      "exact-state-annotated", "a note that changes the exact state", [.exactState],
      .certificateAnnotated, .lapsed, .revoked, reason: "x"),
    issued("exact-state-issued", "a certificate that exists is issued again", [.exactState]) {
      $1.openings = opened($1, state: .inForce)
      _ = $0
    },
    JudgedCase("exact-state-copied", "a copy of an ended certificate", [.exactState]) {
      var act = try $0.copied()
      act.openings = opened(act, state: .revoked)
      return act
    },
    step(
      "reason-missing", "the state other without a reason", [.reasonMissing],
      .certificateRevoked, .inForce, .other),
    step(
      "reason-given", "the state other with a reason", [],
      .certificateRevoked, .inForce, .other, reason: "Court order."),
    issued("identifier-taken", "another certificate has the identifier", [.identifierTaken]) {
      $1.openings = opened($1, state: nil, isTaken: true)
      _ = $0
    },
  ]

  /// A replacement that lacks its other half.
  private static func replacedBeside(
    _ name: String, _ description: String,
    _ following: @escaping @Sendable (World) throws -> (jwt: [UInt8], delay: Int64)?
  ) -> JudgedCase {
    step(
      name, description, [.replacementAlone], .certificateReplaced, .inForce, .replaced
    ) { $1.following = try following($0) }
  }

  /// An issue of a type with one subject and one copy.
  private static func onePlace(_ world: World, type: String) throws -> Act {
    var act = try world.issued()
    act.clear = act.clear.with("type", .string(type))
    act.disclosures.removeAll { $0.name.hasPrefix("pad_") }
    act.privateTags.remove(at: 1)
    return act
  }

  static func opened(
    _ act: Act, state: CertificateState?, subjects: [Openings.Place]? = nil,
    certificate: Openings.Place? = nil, isTaken: Bool = false,
    replaced: Openings.Replaced? = nil
  ) -> Openings {
    Openings(
      disclosures: [], subjects: subjects ?? act.openings?.subjects ?? [],
      certificate: certificate ?? act.openings?.certificate, state: state,
      isIdentifierTaken: isTaken, replaced: replaced ?? act.openings?.replaced)
  }
}
