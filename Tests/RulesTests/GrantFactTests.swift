import Cryptography
import Encoding
import Rules
import Testing

@Suite("stored grants") struct GrantFactTests {
  private static let key = FactKey.grant(
    EventName(number: SHA256.hash([1]), department: "11330105002500287C"))
  private static let stored = """
    {"claims":["name"],"frequency":{"days":1,"times":2},"period":{"from":0,"until":86400},\
    "purpose":"housing","requester":"11330105002500287C","types":["11330105002500287C001"],\
    "uses":0,"window":0}
    """

  @Test("a stored grant is read as it was written")
  func roundTrip() throws {
    let bytes = Array(Self.stored.utf8)
    #expect(try Fact(bytes: bytes, for: Self.key).bytes == bytes)
  }

  @Test(
    "a damaged grant in the store is no grant",
    arguments: [
      ("\"days\":1", "\"days\":0"), ("\"days\":1", "\"days\":-1"), ("\"times\":2", "\"times\":0"),
      ("[\"name\"]", "[]"), ("[\"name\"]", "[1]"), ("\"from\":0", "\"from\":-1"),
      ("\"requester\":\"1", "\"requester\":\"2"), (",\"uses\":0", ""),
    ])
  func damaged(_ old: String, _ new: String) {
    let changed = Self.stored.replacing(old, with: new)
    #expect(changed != Self.stored)
    #expect(throws: RulesError(.malformedFact, "")) {
      try Fact(bytes: Array(changed.utf8), for: Self.key)
    }
  }
}
