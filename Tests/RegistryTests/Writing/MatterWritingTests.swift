import Cryptography
import Registry
import Rules
import Testing
import Verification

/// Grants and evidence as the writer takes them.
@Suite struct MatterWritingTests {
  private let city: TestCity

  init() throws { city = try TestCity() }

  @Test func `a grant that is lodged twice in one batch enters once`() throws {
    let key = try P256PrivateKey.generate()
    let grant = try city.grant(with: key)
    let outcomes = try city.lodge([grant, grant, try city.grant(with: key)], person: 1)
    #expect(outcomes[0].entry != nil)
    guard case .refused(let codes) = outcomes[1] else {
      Issue.record("it entered twice")
      return
    }
    #expect(codes == [.grantTaken])
    #expect(outcomes[2].entry != nil)
    let cipher = try city.cipher()
    let registry = try city.base.open(writing: false)
    let found = try registry.vault.matters(lookup: cipher.lookup(grant: grant.number))
    #expect(found.count == 1)
    #expect(found.first?.kind == .grant && found.first?.state == GrantState.live.rawValue)
    try registry.close()
    #expect(try city.findings(cipher) == nil)
  }

  private struct OneNumber: RandomSource {
    func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 7, count: count) }
  }

  @Test func `two grants of one batch with one number are one too many, by whatever keys`() throws {
    let grants = try [P256PrivateKey.generate(), .generate()].map {
      try city.grant(with: $0, random: OneNumber())
    }
    let outcomes = try city.lodge(grants, person: 1)
    #expect(outcomes[0].entry != nil)
    guard case .refused(let codes) = outcomes[1] else {
      Issue.record("both entered")
      return
    }
    #expect(codes == [.grantTaken])
    #expect(try city.findings(try city.cipher()) == nil)
  }

  @Test func `evidence about a person or about nobody is a matter, and is shown to an audit`()
    throws
  {
    #expect(try city.discloseEvidence(of: 1, to: TestCity.civil).entry != nil)
    #expect(try city.discloseEvidence(of: nil).entry != nil)
    #expect(try city.findings(try city.cipher()) == nil)
    let registry = try city.base.open(writing: false)
    let openings = try VaultOpenings(registry)
    let report = try LedgerAudit(
      reader: registry.reader, root: try city.root(),
      openings: { try openings.opening(of: $0) }
    ).run()
    try registry.close()
    #expect(report.places == [])
    #expect(report.disclosedTally.notShown == 0)
  }
}
