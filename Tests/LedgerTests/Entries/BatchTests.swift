import Cryptography
import Ledger
import Testing

@Suite("Batches")
struct BatchTests {
  @Test("a batch moves the tree from its expected head to the head of its entries")
  func heads() throws {
    var tree = TreeAppender()
    let entries = try ExampleLedger.entries()
    let batch = try LedgerBatch(appending: entries, to: &tree, eventIDs: [], changes: [])
    #expect(batch.expected == .empty)
    #expect(batch.head == tree.head)
    #expect(batch.head.size == TreeSize(3))
    #expect(batch.tiles.map(\.width) == [3])
  }

  @Test("entries that do not follow the tree or one another are refused, the tree unmoved")
  func gaps() throws {
    var tree = TreeAppender()
    let entries = try ExampleLedger.entries()
    for wrong in [[entries[1]], [entries[0], entries[2]], [entries[0], entries[0]]] {
      #expect(
        code { _ = try LedgerBatch(appending: wrong, to: &tree, eventIDs: [], changes: []) }
          == "invalidEntry")
      #expect(tree.size == .zero)
    }
  }
}
