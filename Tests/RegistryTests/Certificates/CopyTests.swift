import Certificates
import Cryptography
import Encoding
import Foundation
import Ledger
import Registry
import Testing

@Suite struct CopyTests {
  private func run(
    _ city: TestCity, _ requests: [CopyRequest], by department: String = TestCity.police
  ) throws -> CopyReport {
    let registry = try city.base.open()
    let report = try CopyJob(count: requests.count) { requests[$0] }.run(
      in: registry, by: department, to: city.base.folder.file("copies"), progress: { _, _ in },
      isInterrupted: { false })
    try registry.close()
    return report
  }

  private func request(
    _ card: CertificateIdentifier, subject: Int? = nil, stopped: [Digest] = []
  ) throws -> CopyRequest {
    try CopyRequest(
      card, holderKey: try P256PrivateKey.generate().publicKey, subject: subject, stopped: stopped)
  }

  private func sheet(_ city: TestCity, _ text: String) throws -> CopySheet {
    let path = city.base.folder.file("copies.csv")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return try CopySheet(try ClaimsFile(path: path, form: .sheet(.utf8)))
  }

  @Test func `64 copies are in use at once, and one that stops makes room`() throws {
    let city = try TestCity()
    let card = try city.issueCards(1)[0]
    let made = try run(city, try (1..<64).map { _ in try request(card) })
    #expect(made.madeCount == 63 && made.refusedCount == 0, "\(made.refusals)")
    let full = try run(city, [try request(card)])
    #expect(full.refusals.map(\.code) == ["too_many_copies"])
    let stopped = try #require(made.made.first?.digest)
    let again = try run(city, [try request(card, stopped: [stopped])])
    #expect(again.madeCount == 1 && again.made.first?.stoppedCount == 1, "\(again.refusals)")
    #expect(try city.findings(try city.cipher()) == nil)
  }

  @Test func `of two subjects it is said whose the copy is`() throws {
    let city = try TestCity()
    let couple = try city.issue(
      [try TestCity.claims("M", [0, 1])], type: TestCity.marriage, by: TestCity.civil)[0]
    for (subject, code) in [(nil, "no_subject"), (3, "no_subject"), (1, nil), (2, nil)] {
      let report = try run(city, [try request(couple, subject: subject)], by: TestCity.civil)
      #expect(report.refusals.map(\.code) == (code.map { [$0] } ?? []), "\(subject ?? 0)")
    }
    #expect(try run(city, [try request(couple, subject: 1)]).refusals.map(\.code) == ["not_issuer"])
    #expect(try city.findings(try city.cipher()) == nil)
  }

  @Test func `nothing is copied of what is suspended, ended, erased or over`() throws {
    let city = try TestCity()
    let cards = try city.issueCards(3)
    let short = try city.issue([try TestCity.claims("S", [7], until: "2026-11-30")])[0]
    #expect(try city.step(cards[0], to: .suspended) == nil)
    #expect(try city.step(cards[1], to: .revoked) == nil)
    #expect(try city.step(cards[2], to: .revoked) == nil)
    guard case .entered? = try city.erase(cards[2]) else {
      Issue.record("not erased")
      return
    }
    city.base.clock.advance(days: 30)
    let refused = ["suspended", "ended", "erased", "expired"]
    for (card, code) in zip(cards + [short], refused) {
      let report = try run(city, [try request(card)])
      #expect(report.refusals.map(\.code) == [code] && report.madeCount == 0)
    }
  }

  @Test func `nothing is made of a sheet with faults`() throws {
    let city = try TestCity()
    let cards = try city.issueCards(2)
    let proof = try HolderKeyProof.sign(try P256PrivateKey.generate(), at: 1_790_000_000)
    for (rows, line) in [
      (["\(cards[0]),\(proof)", "\(cards[1]),\(proof)"], 3), (["\(cards[0]),x"], 2),
      (["1.2,\(proof)"], 2),
    ] {
      let sheet = try sheet(city, "identifier,holder_key\n" + rows.joined(separator: "\n") + "\n")
      #expect(sheet.faultyRowCount == 1 && sheet.faults.first?.line == line, "\(sheet.faults)")
      #expect(throws: RegistryError(.invalidInput, "")) { try sheet.job() }
    }
    let good = try sheet(city, "identifier,holder_key\n\(cards[0]),\(proof)\n")
    #expect(try good.faults.isEmpty && good.job().count == 1)
  }
}
