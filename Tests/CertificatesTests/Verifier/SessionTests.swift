import Certificates
import Cryptography
import Encoding
import Testing

/// What a session or a verifier found before must not answer another question.
@Suite("One session judges many, each as if alone")
struct SessionTests {
  let registry: SampleRegistry

  init() throws { registry = try SampleRegistry() }

  private let uri = "https://registry.example/status/1"
  private let ownIssuer = "https://registry.example/departments/11430000006122244L"
  private let otherIssuer = "https://registry.example/departments/11330105002500287C"

  @Test("a status list is one issuer's: it says nothing of another's, whoever is asked first")
  func issuers() throws {
    for order in [[ownIssuer, otherIssuer], [otherIssuer, ownIssuer]] {
      let session = try PresentationScenario(registry).session()
      for issuer in order + order {
        let check = session.status(.init(index: 41, uri: uri), of: issuer)
        #expect(
          check.result == (issuer == ownIssuer ? .passed : .failed), "\(issuer): \(check)")
      }
    }
  }

  @Test("URI and issuer are two names, however they are cut")
  func borders() throws {
    let session = try PresentationScenario(registry).session()
    #expect(session.status(.init(index: 41, uri: uri), of: ownIssuer).result == .passed)
    let moved = session.status(
      .init(index: 41, uri: String(uri.dropLast())), of: "1" + ownIssuer)
    #expect(moved.reasons.map(\.code) == ["status_missing"], "\(moved)")
    #expect(session.status(.init(index: 41, uri: uri), of: ownIssuer).result == .passed)
  }

  @Test("each index of a list has its own state")
  func indexes() throws {
    for state in [StatusList.ended, StatusList.suspended] {
      var scenario = try PresentationScenario(registry)
      scenario.statusTokens = [try Scenario.status(registry.seal, state: state)]
      let session = try scenario.session()
      for index in [42, 41, 42, 43, 1023, 42] {
        let check = session.status(.init(index: index, uri: uri), of: ownIssuer)
        #expect(check.result == (index == 42 ? .failed : .passed), "\(index): \(check)")
      }
      let beyond = session.status(.init(index: 1024, uri: uri), of: ownIssuer)
      #expect(beyond.reasons.map(\.code) == ["status_index"], "\(beyond)")
    }
  }

  @Test("good and bad requests judged in turn keep their own answers")
  func requests() throws {
    let scenario = try PresentationScenario(registry)
    let session = try scenario.session()
    let good = try PresentationRequest(parsing: try scenario.request.bytes())
    // Another signature over the same request.
    let foreign = EditableToken(
      header: scenario.request.header, payload: scenario.request.payload,
      key: try P256PrivateKey.generate())
    let bad = try PresentationRequest(parsing: try foreign.bytes())
    #expect(good.token.bytes.count == bad.token.bytes.count)
    for request in [good, bad, good, good, bad, bad, good] {
      let isGood = request.token.bytes == good.token.bytes
      let check = session.verify(request)[.asker]
      #expect(check?.result == (isGood ? .passed : .failed), "\(session.verify(request))")
      let answered = session.verify(
        presentation: try scenario.answer(), request: request)
      #expect(answered.checks[.asker] == check)
    }
  }

  @Test("headers that are kept answer for their own bytes only, however many there are")
  func headers() throws {
    let scenario = try PresentationScenario(registry)
    let session = try scenario.session()
    let request = try PresentationRequest(parsing: try scenario.request.bytes())
    func verdict(_ bytes: [UInt8]) -> CheckList.Verdict {
      session.verify(presentation: bytes, request: request).checks.verdict(notDemanding: [])
    }
    let good = try scenario.answer()
    #expect(verdict(good) == .yes)
    // Another department's seal in a header of the same length, over the same claims.
    var foreign = scenario
    foreign.certificate.header["x5c"] = .array(
      registry.otherSeal.identities.map { .string(Base64.encode($0)) })
    let forged = try foreign.answer()
    // A header that is none: read anew each time, and refused each time.
    var broken = scenario
    broken.certificate.header["alg"] = "ES384"
    let refused = try broken.answer()
    for round in 0..<40 {
      // Fills what is kept with headers of other lengths.
      var other = scenario
      other.certificate.header["x5c"] = .array(
        (0...(round % 3)).map { _ in
          .string(Base64.encode([UInt8](repeating: 0x30, count: round + 1)))
        })
      #expect(verdict(try other.answer()) == .no)
      #expect(verdict(good) == .yes)
      #expect(verdict(forged) == .no && verdict(refused) == .no)
    }
  }
}
