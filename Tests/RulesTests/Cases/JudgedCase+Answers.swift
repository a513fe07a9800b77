import Cryptography
import Encoding
import Ledger
import Rules

extension JudgedCase {
  /// A release with its clear members changed.
  private static func release(
    _ name: String, _ description: String, _ codes: [RuleCode], of request: String = "request-open",
    _ change: @escaping @Sendable (World, JSONObject) throws -> JSONObject = { $1 }
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      var act = try world.answer(request)
      act.clear = try change(world, act.clear)
      return act
    }
  }

  /// A release with anything changed.
  private static func act(
    _ name: String, _ description: String, _ codes: [RuleCode], of request: String = "request-open",
    _ change: @escaping @Sendable (World, inout Act) throws -> Void
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      var act = try world.answer(request)
      try change(world, &act)
      return act
    }
  }

  private static func refusal(
    _ name: String, _ description: String, _ codes: [RuleCode], of request: String = "request-open",
    _ change: @escaping @Sendable (World, inout Act) throws -> Void = { _, _ in }
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      var act = try world.answer(request, .shareRefused)
      try change(world, &act)
      return act
    }
  }

  static let answers: [JudgedCase] = [
    release("released", "a release", []),
    release("released-fewer", "with a claim less than was asked for", []) {
      $1.with("claims", ["name"])
    },
    release("released-granted", "of a request under a grant", [], of: "request-granted"),
    act("released-file", "of a file", [], of: "request-file") {
      try $0.withoutCertificate(&$1)
    },
    refusal("refused", "a refusal", []),
    refusal("refused-reason", "for a reason that is no code", [.purpose]) {
      $1.clear = $1.clear.with("reason", "He has moved to 5 Lake Street")
      _ = $0
    },
    JudgedCase("released-successor", "by the successor of the department that was asked", []) {
      try $0.answer("request-merged", issuer: World.archive)
    },
    act(
      "released-retired", "by the department that was retired since",
      [.departmentRetired, .signerState], of: "request-merged"
    ) {
      $1.signer = $0.keys.archive
      $1.issuer = $0.keys.archive.uri
      try $1.replace(
        "certificate", try World.certificate(try $0.affair("request-merged"), issuer: World.archive)
      )
    },
    act("released-other", "by another department", [.signerRole, .shareCertificate]) {
      $1.signer = $0.keys.registrar
      $1.issuer = $0.keys.registrar.uri
    },
    refusal("refused-other", "refused by another department", [.signerRole]) {
      $1.signer = $0.keys.registrar
      $1.issuer = $0.keys.registrar.uri
    },
    release("request-unknown", "of what is no request", [.requestUnknown]) {
      $1.with("request", try $0.affair("grant").event)
    },
    release("request-answered", "released before", [.requestAnswered], of: "request-released"),
    release(
      "request-answered-refused", "refused before", [.requestAnswered], of: "request-refused"),
    refusal(
      "request-answered-refusal", "a refusal of what was released", [.requestAnswered],
      of: "request-released"),
    release("share-requester", "to another department than asked", [.shareRequester, .receiver]) {
      $1.with("requester", .string(World.police))
    },
    release("share-claims", "more claims than were asked for", [.shareClaims]) {
      $1.with("claims", ["name", "number", "address"])
    },
    release("share-claims-twice", "a claim twice", [.shareClaims]) {
      $1.with("claims", ["name", "name"])
    },
    release("receiver-act", "to an identity that signs", [.receiver]) {
      $1.with("receiver", $0.keys.water.id)
    },
    release("receiver-other", "to an identity of another department", [.receiver]) {
      $1.with("receiver", $0.keys.policeSeal.id)
    },
    release("receiver-retired", "to a retired identity", [.receiver]) {
      $1.with("receiver", $0.keys.waterOpenRetired.id)
    },
    release("receiver-unknown", "to an identity that was never enrolled", [.receiver]) {
      $1.with("receiver", $0.keys.stranger.id)
    },
    release(
      "released-grant-withdrawn", "the grant was withdrawn since", [.grantWithdrawn],
      of: "request-back"),
    release(
      "released-grant-period", "the grant has run out since", [.grantPeriod], of: "request-short"),
    act("share-subject", "about another person than the request", [.shareSubject]) {
      let other = try Affair()
      let reference = $1.beside.casePlace
      try $1.replace("subject_1", World.subject(other))
      $1.openings = Openings(
        disclosures: [], subjects: [Openings.Place(key: other.subject, number: 3)],
        certificate: $1.openings?.certificate, state: .inForce)
      $1.privateTags[0] = other.subject.tag(3)
      $1.beside.casePlace = reference
      _ = $0
    },
    act("share-subject-code", "another number in the person's thread", [.shareSubject]) {
      try $1.replace("subject_1", World.subject(try $0.affair("request-open"), citizen: 2))
    },
    act("share-unknown", "a request that nobody opened", [.shareSubject, .shareCase]) {
      $1.beside.answered = nil
      _ = $0
    },
    act("share-case", "another case than the request's", [.shareCase]) {
      try $1.replace("case", World.reference(try $0.affair("request-open"), "2026-18"))
    },
    act("share-certificate", "another certificate than was asked for", [.shareCertificate]) {
      let other = try Affair()
      try $1.replace("certificate", try World.certificate(other))
      $1.openings = Openings(
        disclosures: [], subjects: $1.openings?.subjects ?? [],
        certificate: Openings.Place(key: other.certificate, number: 2), state: .inForce)
      $1.privateTags[1] = other.certificate.tag(2)
      _ = $0
    },
    act("share-certificate-none", "no certificate", [.shareCertificate]) {
      try $0.withoutCertificate(&$1)
    },
    act("share-certificate-person", "a certificate of another person", [.shareCertificate]) {
      $1.beside.namesSubject = false
      _ = $0
    },
    act("share-certificate-type", "a certificate of another type", [.shareCertificate]) {
      try $1.replace(
        "certificate",
        [
          "identifier": .string(try World.identifier(World.fileType)),
          "thread": .string($1.affair?.certificate.commitment.base64url ?? ""),
        ])
      _ = $0
    },
    act("share-certificate-issuer", "a certificate of another issuer", [.shareCertificate]) {
      try $1.replace(
        "certificate",
        try World.certificate(try $0.affair("request-open"), issuer: World.water))
    },
    act("share-certificate-form", "an identifier that is none", [.identifierForm]) {
      try $1.replace(
        "certificate",
        [
          "identifier": "1.2.3",
          "thread": .string($1.affair?.certificate.commitment.base64url ?? ""),
        ])
      _ = $0
    },
    act("share-state-revoked", "a revoked certificate", [.shareState]) {
      $1.openings = $0.opened($1, state: .revoked)
    },
    act("share-state-suspended", "a suspended certificate", [.shareState]) {
      $1.openings = $0.opened($1, state: .suspended)
    },
  ]
}
