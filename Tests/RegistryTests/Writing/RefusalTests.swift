import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import Testing

/// What becomes of an act that breaks a rule, and of one that comes twice.
@Suite struct RefusalTests {
  private let city: TestCity

  init() throws { city = try TestCity() }

  /// An act that only the registrar may do, by the police.
  private func forbidden(_ writer: Writer, _ police: Signer) throws(RegistryError) -> SignedEvent {
    try writer.sign(writer.draft(.ledgerRuled, by: police, ["rules": 1]), by: police)
  }

  private func withRegistry<T>(
    _ body: (OpenRegistry, _ police: Signer, _ registrar: Signer) throws -> T
  ) throws -> T {
    let registry = try city.base.open()
    let result = try body(
      registry, try registry.signer(TestCity.police, use: .act),
      try registry.signer(TestRegistry.code, use: .act))
    try registry.close()
    return result
  }

  @Test func `with the registrar at hand it is recorded at once, its neighbours enter`() throws {
    try withRegistry { registry, police, registrar in
      let result = try registry.write { writer throws(RegistryError) in
        let good = try writer.sign(
          writer.draft(.ledgerRuled, by: registrar, ["rules": 1]), by: registrar)
        return try writer.append(
          [Proposal(try forbidden(writer, police)), Proposal(good)], registrar: registrar)
      }
      #expect(result.outcomes[0].entry == nil)
      #expect(result.outcomes[1].entry != nil)
      let refusal = try #require(result.refusals.first)
      let event = try Event(parsing: refusal.event)
      #expect(event.kind == .actRefused)
      #expect(event.text("who") == TestCity.police)
      #expect(event.clear["codes"] == ["signer-role"])
      #expect(event.integer("occurred") == nil)
      #expect(try registry.fullCheck(cipher: try registry.openCipher()).isFaultless)
    }
  }

  @Test func `without it, it waits sealed, and enters with its own time`() throws {
    let signedAt = city.base.clock.now().seconds
    try withRegistry { registry, police, _ in
      let result = try registry.write { writer throws(RegistryError) in
        try writer.append([Proposal(try forbidden(writer, police))])
      }
      #expect(result.refusals.isEmpty)
      let waiting = try registry.vault.items("refusal", after: nil, limit: 10)
      #expect(waiting.count == 1)
      #expect(!String(decoding: waiting[0].value, as: UTF8.self).contains("eyJ"))
    }
    city.base.clock.advance(days: 2)
    try withRegistry { registry, _, registrar in
      let size = try registry.ledger.size()
      let count = try registry.write { writer throws(RegistryError) in
        try writer.recordWaitingRefusals(by: registrar)
      }
      #expect(count == 1)
      let entry = try Entry(parsing: try registry.ledger.entries(from: size.nextIndex, count: 1)[0])
      #expect(try Event(parsing: entry.event).integer("occurred") == signedAt)
      #expect(try registry.vault.items("refusal", after: nil, limit: 10).isEmpty)
      let again = try registry.write { writer throws(RegistryError) in
        try writer.recordWaitingRefusals(by: registrar)
      }
      #expect(again == 0)
    }
  }

  @Test func `a flood is kept to sixty an hour for an identity, and a thousand in all`() throws {
    for hour in 0..<17 {
      try withRegistry { registry, police, _ in
        let result = try registry.write { writer throws(RegistryError) in
          var proposals: [Proposal] = []
          for _ in 0..<61 { proposals.append(Proposal(try forbidden(writer, police))) }
          return try writer.append(proposals)
        }
        #expect(result.outcomes.allSatisfy { $0.entry == nil })
        let kept = try registry.vault.items("refusal", after: nil, limit: 2_000).count
        #expect(kept == min(1_000, (hour + 1) * 60))
      }
      city.base.clock.advance(seconds: 3_600)
    }
    try withRegistry { registry, _, registrar in
      let (dropped, entered) = try registry.write { writer throws(RegistryError) in
        (try writer.droppedRefusalCount(), try writer.recordWaitingRefusals(by: registrar))
      }
      #expect(dropped == 20)
      #expect(entered == 1_000)
    }
  }

  @Test func `what anyone could have made or sent again is not recorded`() throws {
    try withRegistry { registry, police, registrar in
      let size = try registry.ledger.size()
      let stale = try registry.write { writer throws(RegistryError) in
        try forbidden(writer, police)
      }
      let result = try registry.write { writer throws(RegistryError) in
        let forged = try forbidden(writer, police)
        let audience = EventDraft(
          .ledgerRuled, audience: "elsewhere.example/ledger", issuer: police.uri,
          seen: writer.seen, clear: ["rules": 1])
        let foreign = try writer.sign(audience, by: police)
        city.base.clock.advance(seconds: 700)
        return try writer.append(
          [
            Proposal(.failed(forged.event), disclosures: []), Proposal(foreign), Proposal(stale),
          ], registrar: registrar)
      }
      #expect(result.outcomes.allSatisfy { $0.entry == nil })
      #expect(result.refusals.isEmpty)
      #expect(try registry.ledger.size() == size)
    }
  }

  @Test func `an act enters once, with whichever of its signatures`() throws {
    try withRegistry { registry, _, registrar in
      let size = try registry.ledger.size()
      let outcomes = try registry.write { writer throws(RegistryError) in
        let event = try writer.sign(
          writer.draft(.ledgerRuled, by: registrar, ["rules": 1]), by: registrar)
        let first = try writer.append([Proposal(event), Proposal(event)]).outcomes
        let other = OtherSignature.event(event.event.jwt)
        guard case .verified = try writer.receive(other) else {
          throw RegistryError(.internalFault, "the other signature does not verify")
        }
        let again = try writer.append(
          [Proposal(try writer.receive(other), disclosures: []), Proposal(event)])
        return first + again.outcomes
      }
      let entry = try #require(outcomes[0].entry)
      for outcome in outcomes.dropFirst() {
        guard case .repeated(let old) = outcome else {
          Issue.record("not the old entry: \(outcome)")
          continue
        }
        #expect(old.bytes == entry.bytes)
      }
      #expect(try registry.ledger.size().value == size.value + 1)
    }
  }

  @Test func `a group enters whole or not at all, and the writer goes on`() throws {
    try withRegistry { registry, police, registrar in
      let size = try registry.ledger.size()
      let outcomes = try registry.write { writer throws(RegistryError) in
        func good() throws(RegistryError) -> SignedEvent {
          try writer.sign(
            writer.draft(.ledgerRuled, by: registrar, ["rules": 1]), by: registrar)
        }
        let twice = try good()
        var outcomes = try writer.append(
          [
            Proposal(try good(), group: 1), Proposal(try forbidden(writer, police), group: 1),
            Proposal(twice, group: 2), Proposal(twice, group: 2),
          ]).outcomes
        outcomes += try writer.append([Proposal(try good())]).outcomes
        return outcomes
      }
      guard case .withdrawn = outcomes[0], case .refused = outcomes[1],
        case .entered = outcomes[2], case .repeated = outcomes[3], case .entered = outcomes[4]
      else {
        Issue.record("\(outcomes)")
        return
      }
      #expect(try registry.ledger.size().value == size.value + 2)
    }
  }

  @Test func `an act of sharing that nobody can open is refused, and said to be`() throws {
    try withRegistry { registry, _, registrar in
      let civil = try registry.signer(TestCity.civil, use: .act)
      let size = try registry.ledger.size()
      let result = try registry.write { writer throws(RegistryError) in
        var draft = writer.draft(
          .caseDecided, by: civil, ["purpose": "marriage-registration", "outcome": "closed"])
        draft.disclose("case", ["reference": "1", "thread": .string(Digest.zero.base64url)])
        let signed = try writer.sign(draft, by: civil)
        return try writer.append(
          [Proposal(signed, threads: [.padding, .padding, .padding])], registrar: registrar)
      }
      guard case .refused(let codes) = result.outcomes[0] else {
        Issue.record("it entered")
        return
      }
      #expect(codes == [.disclosureName, .threadTag])
      #expect(try Event(parsing: try #require(result.refusals.first).event).kind == .actRefused)
      #expect(try registry.ledger.size().value == size.value + 1)
    }
  }

  @Test func `a request that is not in the case's thread is refused`() throws {
    try withRegistry { registry, _, registrar in
      let civil = try registry.signer(TestCity.civil, use: .act)
      let outcomes = try registry.write { writer throws(RegistryError) in
        let duty: JSONObject = [
          "provider": .string(TestCity.police), "material": "certificate",
          "type": .string(TestCity.card), "claims": ["holders"],
          "purpose": "marriage-registration", "mode": "duty", "citation": "《婚姻登记条例》",
          "officer_role": "clerk", "answer_by": .integer(city.base.clock.now().seconds + 3600),
        ]
        var draft = writer.draft(.shareRequested, by: civil, duty)
        let subject = try writer.subjects([
          HolderCode(type: "111", code: CardSheet.citizenNumber(1))
        ])
        draft.disclose(
          "subject_1",
          [
            "code": .string(CardSheet.citizenNumber(1)), "code_type": "111",
            "thread": .string(subject[0].key.commitment.base64url),
          ])
        draft.disclose("case", ["reference": "1", "thread": .string(Digest.zero.base64url)])
        draft.disclose("officer", ["number": "8817"])
        let signed = try writer.sign(draft, by: civil)
        return try writer.append(
          [Proposal(signed, threads: [.subject(subject[0].id), .padding, .padding])],
          registrar: registrar
        ).outcomes
      }
      guard case .refused(let codes) = outcomes[0] else {
        Issue.record("it entered")
        return
      }
      // The public rules hold; the case has no tag.
      #expect(codes == [.threadTag])
    }
  }
}
