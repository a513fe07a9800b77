import Encoding
import Ledger
import Rules
import Testing

@Suite("The forms of receipts, deliveries and bundles")
struct EvidenceFormTests {
  private func stored() throws -> JSONValue {
    try EvidenceVectors.writeIfAsked("example.json") { try EvidenceWorld().vector() }
    return try EvidenceVectors.own("example.json")
  }

  private func text(_ name: String) throws -> String {
    try #require(try EvidenceVectors.own("example.json")[name]?.stringValue)
  }

  @Test("the worked example is made again, byte for byte")
  func example() throws {
    let stored = try stored()
    let made = try EvidenceWorld(stored: stored).vector()
    for member in try #require(stored.objectValue) {
      #expect(made[member.name] == member.value, "\(member.name)")
    }
  }

  @Test("what is read is written again, byte for byte")
  func roundTrip() throws {
    let receipt = try text("receipt")
    #expect(try Receipt(parsing: Array(receipt.utf8)).bytes == Array(receipt.utf8))
    let delivery = try text("delivery")
    #expect(try Delivery(parsing: Array(delivery.utf8)).bytes == Array(delivery.utf8))
    let bundle = try text("bundle")
    #expect(try EvidenceBundle(parsing: Array(bundle.utf8)).bytes == Array(bundle.utf8))
  }

  @Test("the pages quote the worked example")
  func pages() throws {
    // Long texts are cut by … on the page; every piece between stands in the file, in order.
    for (page, name) in [("receipt.md", "delivery"), ("bundle.md", "bundle")] {
      let file = try text(name)
      let lines = try EvidenceVectors.page(page).split(separator: "\n")
      let shown = try #require(lines.first { $0.hasPrefix("{\"c") }, "\(page)")
      var rest = file[...]
      for piece in shown.split(separator: "…") {
        let place = try #require(rest.range(of: piece), "\(page): \(piece)")
        rest = rest[place.upperBound...]
      }
      #expect(rest.isEmpty, "\(page)")
    }
  }

  @Test("every form but the one is refused by its code")
  func refused() throws {
    let cases = try #require(try EvidenceVectors.own("forms.json")["cases"]?.arrayValue)
    #expect(cases.count > 50)
    for element in cases {
      let file = try #require(element["file"]?.stringValue)
      let change = try #require(element["change"]?.stringValue)
      let bytes = try #require(
        FormMutation(text: try text(file)).bytes(change), "\(file) \(change)")
      var code: String?
      do {
        switch file {
        case "receipt": _ = try Receipt(parsing: bytes)
        case "delivery": _ = try Delivery(parsing: bytes)
        default: _ = try EvidenceBundle(parsing: bytes)
        }
      } catch {
        code = error.code.description
        // No personal data, and no part of the file, stands in a message.
        #expect(error.description.utf8.count < 300, "\(file) \(change)")
      }
      #expect(code == element["code"]?.stringValue, "\(file) \(change)")
    }
  }

  @Test("a place in a thread is found by its tag, the newest first")
  func finding() throws {
    let key = EvidenceWorld.threadKey("subject")
    #expect(Openings.Place(key: key, finding: key.tag(7), count: 9)?.number == 7)
    #expect(Openings.Place(key: key, finding: key.tag(10), count: 9) == nil)
    #expect(Openings.Place(key: key, finding: key.tag(1), count: 0) == nil)
  }
}
