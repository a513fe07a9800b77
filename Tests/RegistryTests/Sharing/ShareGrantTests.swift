import Registry
import Rules
import Testing

/// Requests and releases that rest on a holder's grant.
@Suite struct ShareGrantTests {
  private let holder: TestGrant

  init() throws { holder = try TestGrant() }

  @Test func `a grant carries requests about its holder, within its terms`() throws {
    let grant = try holder.lodge(holder.terms())
    #expect(try holder.request(grant) == [[]])
    #expect(try holder.refuseUnreleasable() == nil)
    #expect(try holder.release() == nil)
    #expect(try holder.request(grant, person: 1) == [[.grantHolder]])
    #expect(try holder.request(grant, cases: ["2"], purpose: "curiosity") == [[.grantPurpose]])
  }

  @Test func `two requests of one batch under a once-a-day grant are one too many`() throws {
    let grant = try holder.lodge(holder.terms(frequency: .init(days: 1, times: 1)))
    #expect(try holder.request(grant, cases: ["1", "2"]) == [[], [.grantFrequency]])
    #expect(try holder.request(grant, cases: ["3"]) == [[.grantFrequency]])
    holder.city.base.clock.advance(days: 1)
    #expect(try holder.request(grant, cases: ["2"]) == [[]])
  }

  @Test func `a grant that is over or withdrawn carries no request and no release`() throws {
    let grant = try holder.lodge(holder.terms(days: 1))
    #expect(try holder.request(grant) == [[]])
    holder.city.base.clock.advance(days: 2)
    #expect(try holder.request(grant, cases: ["2"]) == [[.grantPeriod]])
    #expect(try holder.release() == "grant_period")
    #expect(try holder.refuseUnreleasable() == "grant-period")
    let other = try holder.lodge(holder.terms())
    #expect(try holder.request(other, cases: ["3"]) == [[]])
    try holder.withdraw(other)
    #expect(try holder.request(other, cases: ["4"]) == [[.grantWithdrawn]])
    #expect(try holder.release() == "grant_withdrawn")
    #expect(try holder.refuseUnreleasable() == "grant-withdrawn")
  }

  @Test func `each of a person's grants has its own uses`() throws {
    let grants = try (0..<2).map { _ in try holder.lodge(holder.terms()) }
    let other = try holder.lodge(holder.terms(), person: 1)
    #expect(try holder.request(grants[0], cases: ["1", "2"]) == [[], []])
    #expect(try holder.request(other, person: 1) == [[]])
    let registry = try holder.city.base.open(writing: false)
    let reader = try registry.matters()
    var uses = GrantUses(reader)
    var counts: [EventName: Int] = [:]
    try reader.forEachGrant(
      GrantSearch(), at: holder.city.base.clock.now().seconds
    ) { grant throws(RegistryError) in
      counts[grant.name] = try uses.count(of: grant)
      return true
    }
    try registry.close()
    #expect(counts == [grants[0]: 2, grants[1]: 0, other: 1])
  }

  @Test func `a grant is its requester's alone`() throws {
    let grant = try holder.lodge(holder.terms(requester: TestCity.police))
    #expect(try holder.request(grant) == [[.grantRequester]])
  }
}
