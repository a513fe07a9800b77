import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import SQLiteStorage
import Testing

@Suite struct CreateTests {
  @Test func `a new registry opens without a reason and has two entries`() throws {
    let test = try TestRegistry()
    let registry = try test.open()
    #expect(registry.reasons == [])
    #expect(try registry.ledger.size() == TreeSize(2))
    var facts = registry.facts()
    #expect(try facts.ledger()?.registrar == TestRegistry.code)
    #expect(try facts.department(TestRegistry.code)?.level == .registry)
    let checkpoint = try registry.ledger.latestCheckpoint()
    #expect(checkpoint != nil)
    try registry.close()
  }
}
