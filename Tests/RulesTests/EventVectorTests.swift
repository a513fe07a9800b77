import Cryptography
import Encoding
import Ledger
import Rules
import Testing

/// `spec/vectors/event`: a ledger, acts that might come next with the rules that each breaks, bytes
/// that are no event, and the example of the page.
@Suite("Event vectors")
struct EventVectorTests {
  @Test("files are made anew when asked")
  func write() throws {
    guard EventVectors.isWriting else { return }
    let world = try World.settled()
    let empty = try World(keys: world.keys)
    let root = world.keys.root
    var rows: [JSONValue] = []
    for example in JudgedCase.all {
      let base = example.base == .empty ? empty : world
      rows.append(
        EventVectors.row(
          example.name, example.description, example.base, example.codes,
          try base.candidate(try example.make(base)), root: root))
    }
    for (name, malleated) in [("replayed", false), ("replayed-malleated", true)] {
      rows.append(
        EventVectors.row(
          name, malleated ? "the last event with its other signature" : "the last event once more",
          .settled, [.replayed], try world.repeated(malleated: malleated), root: root))
    }
    let head: JSONObject = [
      "description":
        "the next entry of ledger.json, or the first of none; codes: the rules it breaks"
    ]
    try EventVectors.write("judged.json", head, "cases", rows)
    try EventVectors.write(
      "ledger.json",
      [
        "description": "entries that break no rule, under this root (DER)",
        "root": World.der(root),
      ], "entries",
      world.entries.map { .string(String(decoding: $0.bytes, as: UTF8.self)) })
    let police = world.keys.police
    let example = try ExampleEvent.signed(with: police.key, keyID: police.identity.sha256)
    try EventVectors.write(
      "example.json", ExampleEvent.row(example, police.identity), "disclosures",
      example.disclosures.map { .string($0.text) })
    try EventVectors.write(
      "malformed.json", ["description": "bytes that are no event, with the reader's error"],
      "cases",
      try MalformedEvent.all.map { example in
        [
          "name": .string(example.name), "description": .string(example.description),
          "jwt": .string(String(decoding: try example.make(world), as: UTF8.self)),
          "error": .string(example.error.description),
        ]
      })
  }

  @Test("every stored entry is judged as the file says")
  func judged() throws {
    let ledger = try EventVectors.read("ledger.json")
    let root = try Identity(der: try Base64.decode(try #require(ledger["root"]?.stringValue)))
    let texts = (ledger["entries"]?.arrayValue ?? []).compactMap(\.stringValue)
    let settled = try World.replay(texts, root: root)
    let empty = try World()
    let rows = try #require(try EventVectors.read("judged.json")["cases"]?.arrayValue)
    #expect(rows.count == JudgedCase.all.count + 2)
    var covered: Set<String> = []
    for row in rows {
      let name = row["name"]?.stringValue ?? ""
      let codes = (row["codes"]?.arrayValue ?? []).compactMap(\.stringValue)
      covered.formUnion(codes)
      let world = row["base"]?.stringValue == "empty" ? empty : settled
      let judgement = try world.judge(try EventVectors.candidate(row, root: root))
      #expect(judgement.codes.map(\.rawValue).sorted() == codes.sorted(), "\(name)")
    }
    #expect(RuleCode.allCases.filter { !covered.contains($0.rawValue) } == [])
  }

  @Test("bytes that are no event are refused with the error that the file says")
  func malformed() throws {
    let rows = try #require(try EventVectors.read("malformed.json")["cases"]?.arrayValue)
    #expect(rows.count == MalformedEvent.all.count)
    for row in rows {
      let name = row["name"]?.stringValue ?? ""
      do {
        _ = try Event(parsing: Array((row["jwt"]?.stringValue ?? "").utf8))
        Issue.record("\(name) was read")
      } catch {
        #expect(error.code.description == row["error"]?.stringValue, "\(name)")
      }
    }
  }

  @Test("event.md shows the example, and every byte but the signature's can be made again")
  func example() throws {
    let file = try EventVectors.read("example.json")
    let identity = try Identity(der: try Base64.decode(try #require(file["identity"]?.stringValue)))
    let jwt = Array(try #require(file["event"]?.stringValue).utf8)
    let event = try Event(parsing: jwt)
    _ = try event.verified(by: identity)
    let again = try ExampleEvent.signed(with: try .generate(), keyID: identity.sha256)
    #expect(again.event.signingInput.elementsEqual(event.signingInput))
    let texts = (file["disclosures"]?.arrayValue ?? []).compactMap(\.stringValue)
    #expect(again.disclosures.map(\.text) == texts)
    #expect(
      try texts.map { try EventDisclosure(parsing: $0).name }
        == ["certificate", "subject_1", "copy_1"])
    // The page breaks lines; whatever it shows between fences is here, without the breaks.
    let shown = try EventVectors.page("event.md").split(separator: "```").prefix(6)
      .map { $0.replacing("\n", with: "").replacing("  ", with: "") }.joined()
    #expect(shown.contains(String(decoding: jwt, as: UTF8.self)))
    #expect(
      shown.contains(
        String(decoding: try Base64URL.decode(bytes: jwt.split(separator: 0x2E)[1]), as: UTF8.self))
    )
    #expect(shown.contains(texts[1]))
    #expect(shown.contains(String(decoding: try Base64URL.decode(texts[1]), as: UTF8.self)))
    #expect(try EventVectors.page("event.md").contains(again.disclosures[1].digest.base64url))
  }

  @Test("what is too long is no event, however well signed")
  func long() throws {
    let world = try World.settled()
    var act = try world.ruled()
    act.clear = ["note": .string(String(repeating: "x", count: 46_000))]
    #expect(throws: RulesError(.malformedEvent, "")) { try Event(parsing: try act.jwt()) }
    act.clear = ["note": .string(String(repeating: "x", count: 45_000))]
    _ = try Event(parsing: try act.jwt())
  }
}
