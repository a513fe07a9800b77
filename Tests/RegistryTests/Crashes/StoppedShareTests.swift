import Ledger
import Registry
import Rules
import Testing

/// The writer is stopped after each durable step of a release: it happened, or it did not.
@Suite struct StoppedShareTests {
  private final class Stop {
    var image: CrashImage?
  }

  @Test(arguments: Writer.DurableStep.allCases)
  func `a release is there with its bytes, or not at all`(_ step: Writer.DurableStep) throws {
    let city = try TestCity()
    let share = TestShare(city, try city.issueCards(2)[1], person: 1)
    try #require(try share.request(names: false).entry != nil)
    let cipher = try city.cipher()
    let stop = Stop()
    share.prepare = { writer in
      writer.probe = { reached throws(RegistryError) in
        guard reached == step else { return }
        do { stop.image = try CrashImage(city.base.directory) } catch {
          throw RegistryError(.internalFault, "no image", cause: error)
        }
        throw RegistryError(.internalFault, "stopped here")
      }
    }
    #expect(throws: RegistryError(.internalFault, "")) { try share.release() }
    try #require(stop.image).restore()
    share.prepare = { _ in }
    // Opened for writing: what did not become an entry is taken back.
    try city.base.open().close()
    let isReleased = step != .vaultCommitted
    let registry = try city.base.open()
    let row = try #require(try registry.vault.matter(1))
    #expect(row.state == (isReleased ? ShareState.released : .open).number)
    #expect(row.certificate == (isReleased ? 2 : 0))
    #expect(
      try Outbox.enclosed(of: 1, in: registry.vault) == (isReleased ? TestShare.enclosed : nil))
    try registry.close()
    #expect(try city.findings(cipher) == nil)
    if !isReleased { #expect(try share.release().entry != nil) }
    #expect(try city.findings(cipher) == nil)
  }

  @Test func `a request that was stopped before its entry leaves no matter and no case`() throws {
    let city = try TestCity()
    let share = TestShare(city, try city.issueCards(2)[1], person: 1)
    let cipher = try city.cipher()
    let path = city.base.directory + "/vault.sqlite"
    // The names of departments are made before: they stay.
    try #require(try share.request().entry != nil)
    let other = TestShare(city, share.card, person: 1, reference: "18")
    let before = try RawDatabase.dump(path)
    let stop = Stop()
    other.prepare = { writer in
      writer.probe = { _ throws(RegistryError) in
        do { stop.image = try CrashImage(city.base.directory) } catch {
          throw RegistryError(.internalFault, "no image", cause: error)
        }
        throw RegistryError(.internalFault, "stopped here")
      }
    }
    #expect(throws: RegistryError(.internalFault, "")) { try other.request() }
    try #require(stop.image).restore()
    #expect(try RawDatabase.dump(path) != before)
    try city.base.open().close()
    #expect(try RawDatabase.dump(path) == before)
    #expect(try city.findings(cipher) == nil)
    other.prepare = { _ in }
    #expect(try other.request().entry != nil)
    #expect(try city.findings(cipher) == nil)
  }
}
