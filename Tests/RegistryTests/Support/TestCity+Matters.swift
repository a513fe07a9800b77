import Cryptography
import Encoding
import Ledger
import Registry
import Rules

extension TestCity {
  /// Lodges tokens for a person, in one append, as if each bound a copy in use.
  func lodge(_ grants: [Grant], person: Int) throws -> [Outcome] {
    let registry = try base.open()
    let signer = try registry.signer(TestCity.civil, use: .act)
    let outcomes = try registry.write { writer throws(RegistryError) in
      let subject = try writer.subjects([TestCity.holder(person)])[0]
      var proposals: [Proposal] = []
      for grant in grants {
        var draft = writer.draft(.grantGiven, by: signer, grant.terms.members)
        draft.disclose("subject_1", TestCity.opening(person, subject))
        draft.disclose("grant", .string(grant.text))
        var proposal = Proposal(try writer.sign(draft, by: signer), threads: [.subject(subject.id)])
        let matter = try writer.newMatter()
        let number = try registry.vault.makeNumber(of: TestCity.civil)
        var row = MatterRow(
          id: matter.id, kind: .grant, department: number, other: number, secret: matter.secret)
        row.subject = subject.id
        row.lookup = writer.cipher.lookup(grant: grant.number)
        proposal.changes = [
          .insertMatter(row), try matter.record(proposal.disclosures, writer.cipher),
        ]
        proposal.sharing.copy = Openings.HeldCopy(
          holder: grant.key.thumbprint, subject: subject.key.commitment)
        proposals.append(proposal)
      }
      return try writer.append(proposals).outcomes
    }
    try registry.close()
    return outcomes
  }

  /// A grant that the civil affairs bureau may ask the police for cards.
  func grant(
    with key: P256PrivateKey, random: some RandomSource = SystemRandom()
  ) throws -> Grant {
    let now = base.clock.now().seconds
    return try Grant.sign(
      GrantTerms(
        requester: TestCity.civil, types: [TestCity.card], claims: ["holders"],
        purpose: "marriage-registration", period: .init(from: now - 10, until: now + 1000)),
      copy: SHA256.hash("copy"), for: "zs.example/ledger", at: now, with: key,
      random: random)
  }

  /// Hands evidence over: about a person, or about nobody.
  func discloseEvidence(of person: Int?, to department: String? = nil) throws -> Outcome {
    let registry = try base.open()
    let signer = try registry.signer(TestRegistry.code, use: .act)
    let outcome = try registry.write { writer throws(RegistryError) in
      var clear: JSONObject = ["to": "audit office", "citation": "《审计法》", "count": 1]
      if let department { clear.append("department", .string(department)) }
      var draft = writer.draft(.evidenceDisclosed, by: signer, clear)
      let which: JSONValue = [
        "iss": .string(signer.uri), "jti": .string(SHA256.hash("an event").base64url),
      ]
      draft.disclose("which", .array([which]))
      let subject = try person.map { person throws(RegistryError) in
        try writer.subjects([TestCity.holder(person)])[0]
      }
      if let person, let subject {
        draft.disclose("subject_1", TestCity.opening(person, subject))
      }
      var proposal = Proposal(
        try writer.sign(draft, by: signer), threads: [subject.map { .subject($0.id) } ?? .padding])
      let matter = try writer.newMatter()
      let vault = registry.vault
      var row = MatterRow(
        id: matter.id, kind: .evidence, department: try vault.makeNumber(of: signer.code),
        other: try department.map { code throws(RegistryError) in
          try vault.makeNumber(of: code)
        } ?? 0, secret: matter.secret)
      row.subject = subject?.id ?? 0
      proposal.changes = [
        .insertMatter(row), try matter.record(proposal.disclosures, writer.cipher),
      ]
      return try writer.append([proposal]).outcomes[0]
    }
    try registry.close()
    return outcome
  }

  private static func holder(_ person: Int) -> HolderCode {
    HolderCode(type: "111", code: CardSheet.citizenNumber(person))
  }

  private static func opening(_ person: Int, _ subject: SubjectHandle) -> JSONValue {
    [
      "code": .string(CardSheet.citizenNumber(person)), "code_type": "111",
      "thread": .string(subject.key.commitment.base64url),
    ]
  }
}
