import Certificates
import Cryptography
import Encoding
import Foundation
import Ledger
import Rules
import Testing
import Verification

@Suite("Answers")
struct AnswerTests {
  private func example() throws -> JSONValue {
    if ProcessInfo.processInfo.environment["KANHE_WRITE_VECTORS"] != nil {
      let vector = try AnswerWorld().vector()
      try EvidenceVectors.write("answer/example.json", vector)
      return vector
    }
    return try EvidenceVectors.vector("answer/example.json")
  }

  private func text(_ name: String, _ file: JSONValue) throws -> [UInt8] {
    Array(try #require(file[name]?.stringValue).utf8)
  }

  private func report(
    _ bytes: [UInt8], _ example: JSONValue, isTrustGiven: Bool = true, root: Identity? = nil
  ) throws -> FileReport {
    let file = KnownFile(recognising: bytes)
    var pool = EvidencePool()
    pool.add(file)
    if isTrustGiven { pool.add(KnownFile(recognising: try text("trust", example))) }
    let stored = try Identity(
      der: try Base64.decode(try #require(example["root"]?.stringValue)))
    let time = try #require(example["at"]?.integerValue)
    return FileVerifier(
      anchors: [try Anchor(root: root ?? stored, host: nil)], pool: pool, time: time, clock: time,
      audience: nil
    ).report(on: file)
  }

  @Test("the stored answer is a yes with the root and the trust list, and says how far it reaches")
  func good() throws {
    let example = try example()
    let report = try report(try text("answer", example), example)
    #expect(report.kind == .answer)
    #expect(report.checks.checks.allSatisfy { $0.result == .passed }, "\(report.checks.checks)")
    #expect(report.verdict(notDemanding: []) == .yes)
    #expect(report.checks[.end]?.text == "complete for the first 9 entries")
  }

  @Test("one short at either end or in the middle, a foreign entry, a false run: each is refused")
  func changed() throws {
    let example = try example()
    let answer = try Answer(parsing: try text("answer", example))
    let cases = try #require(
      try EvidenceVectors.vector("answer/cases.json")["cases"]?.arrayValue)
    #expect(cases.count > 20)
    for element in cases {
      let change = try #require(element["change"]?.stringValue)
      let changed = try #require(try AnswerMutation(answer: answer).changed(change), "\(change)")
      let report = try report(changed.bytes, example)
      let check = try #require(report.checks[Check.Name(element["check"]?.stringValue ?? "")])
      #expect(check.result.rawValue == element["result"]?.stringValue, "\(change) \(check)")
      #expect(check.reasons.first?.code == element["code"]?.stringValue, "\(change) \(check)")
      #expect(report.checks.checks.count == 6, "\(change)")
      let wanted: CheckList.Verdict = check.result == .passed ? .yes : .no
      #expect(report.verdict(notDemanding: []) == wanted, "\(change)")
    }
  }

  @Test("without the trust list nobody can tell, and another root is a no")
  func evidence() throws {
    let example = try example()
    let bytes = try text("answer", example)
    let alone = try report(bytes, example, isTrustGiven: false)
    #expect(alone.verdict(notDemanding: []) == .cannotTell)
    #expect(alone.checks[.end]?.result == .passed)
    let other = try BookMaker.settled(rules: 0).root
    #expect(try report(bytes, example, root: other).verdict(notDemanding: []) == .no)
  }

  @Test("the book's own answers verify, about each department, and none goes beyond the runs")
  func made() throws {
    let world = try AnswerWorld()
    #expect(world.answer.entries.map(\.entry.index.value) == [4, 5, 8])
    let vector = world.vector()
    for code in [AnswerWorld.department, BookMaker.code, "11440300KH0001019M"] {
      let answer = try AnswerWorld.answer(world.maker, .department(code))
      #expect(try Answer(parsing: answer.bytes) == answer)
      let report = try report(answer.bytes, vector)
      #expect(report.verdict(notDemanding: []) == .yes, "\(code) \(report.checks.checks)")
    }
    // A private thread without entries: nothing is there, and that is proven.
    let key = ThreadKey(SHA256.hash([9]))
    let empty = try AnswerWorld.answer(world.maker, .key(key))
    #expect(empty.entries.isEmpty)
    #expect(try report(empty.bytes, vector).verdict(notDemanding: []) == .yes)
  }

  @Test("a run file that is missing or changed makes no answer")
  func damagedFiles() throws {
    let world = try AnswerWorld()
    #expect(throws: LedgerError(.missingRun, "")) {
      try AnswerWorld.answer(world.maker) { directory in
        try FileManager.default.removeItem(atPath: directory + "/0-7")
      }
    }
    #expect(throws: LedgerError.self) {
      try AnswerWorld.answer(world.maker) { directory in
        let path = directory + "/0-7"
        var bytes = try BoundedFile.read(path: path, maximumBytes: 1 << 20)
        bytes[bytes.count - 1] ^= 1
        for position in stride(from: 47, to: bytes.count, by: 40) { bytes[position] ^= 1 }
        try BoundedFile.writeAtomically(path: path, bytes: bytes)
      }
    }
    let bare = try BookMaker.settled(rules: 2)
    #expect(throws: LedgerError(.missingRun, "")) { try AnswerWorld.answer(bare) }
  }

  @Test("every form but the one is refused")
  func forms() throws {
    let text = String(decoding: try self.text("answer", try example()), as: UTF8.self)
    let changes: [(String, String)] = [
      (#""kind":"kanhe-answer""#, #""kind":"kanhe-receipt""#), (#""runs":["#, #""runs": ["#),
      (#"{"checkpoint""#, #"{"a":1,"checkpoint""#), (#""position":"#, #""position":-"#),
      (#""records":"#, #""records":"# + "-"), (#""thread":{"department""#, #""thread":{"key""#),
      (#""absent":{"#, #""absent":{"x":1,"#), (#""path":["#, #""path":["AAAA","#),
      (#""identities":[["#, #""identities":[[],["#), (#""entry":"{"#, #""entry":"["#),
    ]
    for (old, new) in changes {
      let place = try #require(text.range(of: old), "\(old)")
      let changed = text.replacingCharacters(in: place, with: new)
      #expect(throws: RulesError(.malformedAnswer, ""), "\(old)") {
        try Answer(parsing: Array(changed.utf8))
      }
    }
    #expect(throws: RulesError(.malformedAnswer, "")) {
      try Answer(parsing: Array(text.dropLast().utf8))
    }
    _ = try Answer(parsing: Array((text + "\n").utf8))
  }

  @Test("the page quotes the stored answer")
  func page() throws {
    let file = try #require(try example()["answer"]?.stringValue)
    let lines = try EvidenceVectors.page("answer.md").split(separator: "\n")
    let shown = try #require(lines.first { $0.hasPrefix("{\"checkpoint") })
    var rest = file[...]
    for piece in shown.split(separator: "…") {
      let place = try #require(rest.range(of: piece), "\(piece)")
      rest = rest[place.upperBound...]
    }
    #expect(rest.isEmpty)
  }
}
