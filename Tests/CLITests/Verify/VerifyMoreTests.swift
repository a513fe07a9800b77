import Encoding
import Foundation
import Testing

@Suite("kanhe verify, many lines and hostile text; kanhe trust")
struct VerifyMoreTests {
  private static let evidence = ["trust.jwt", "status.jwt", "type.json"]

  @Test(
    "JSON Lines are counted, a copy once; a bad line is named by its number, and reading goes on")
  func lines() throws {
    let files = try EvidenceFiles()
    let good = files.text("delivery") + "\n"
    let moved = good.replacingOccurrences(of: "\"number\":7", with: "\"number\":8")
    try files.write("good.jsonl", String(repeating: good, count: 40))
    try files.write("mixed.jsonl", good + moved + "\n" + good + "{}\n" + good)
    try files.write("cut.jsonl", good + good.prefix(3000))
    let yes = try files.verify(["good.jsonl"] + Self.evidence)
    #expect(yes.status == 0, "\(yes.output)")
    #expect(yes.output.contains("1 yes, 0 no, 0 cannot tell, 39 of a copy counted before"))
    let mixed = try files.verify(["mixed.jsonl"] + Self.evidence, ["--format", "json"])
    #expect(mixed.status == 1)
    let file = try mixed.json()["files"]?.arrayValue?.first
    #expect(file?["kind"] == "deliveries")
    #expect(file?["counts"] == ["yes": 1, "no": 1, "cannot_tell": 2, "repeated": 2])
    #expect(file?["lines"]?.arrayValue?.map { $0["line"] } == [2, 3, 5])
    let failed = file?["lines"]?.arrayValue?.first?["checks"]?.arrayValue?
      .filter { $0["result"] == "failed" }.map { $0["code"] }
    #expect(failed == ["thread_tag"])
    let text = try files.verify(["mixed.jsonl"] + Self.evidence)
    #expect(text.output.contains("  line 2: no\n"))
    let cut = try files.verify(["cut.jsonl"] + Self.evidence, ["--format", "json"])
    #expect(cut.status == 1)
    #expect(
      try cut.json()["files"]?.arrayValue?.first?["counts"]
        == ["yes": 1, "no": 1, "cannot_tell": 0])
  }

  @Test("standard input is a file like any other")
  func standardInput() throws {
    let files = try EvidenceFiles()
    let one = Array((files.text("delivery") + "\n").utf8)
    #expect(try files.verify(["-"] + Self.evidence, input: one).status == 0)
    let run = try files.verify(["-"] + Self.evidence, input: one + one + one)
    #expect(run.output.contains("1 yes, 0 no, 0 cannot tell, 2 of a copy counted before"))
  }

  @Test("nothing in a hostile file reaches the terminal as a control")
  func terminal() throws {
    let files = try EvidenceFiles()
    let hostile = "\u{1B}[2J\u{1B}]0;x\u{7}\u{202E}yes\u{200B}\r\npassed\u{85}\u{2028}\u{E0041}"
    try files.write("copy-hostile", try files.copy(with: "number", .string(hostile)))
    let run = try files.verify(["copy-hostile"] + Self.evidence)
    #expect(run.status == 1)
    let file = run.output.components(separatedBy: "\n\n")[0]
    #expect(file.contains("\\u{1B}[2J"))
    #expect(file.contains("\\u{202E}yes"))
    for scalar in run.output.unicodeScalars where scalar != "\n" {
      let isQuiet =
        ![.control, .format, .lineSeparator, .paragraphSeparator]
        .contains(scalar.properties.generalCategory)
      #expect(isQuiet, "U+\(String(scalar.value, radix: 16))")
    }
    // A line of its own would look like a check that passed.
    #expect(!run.output.contains("\npassed"))
    let named = try files.write("a\u{1B}[31m\u{202E}b", "{}")
    #expect(!(try files.verify([named]).output.contains("\u{1B}")))
    let photo = "data:image/png;base64," + String(repeating: "A", count: 200_000)
    try files.write("photo", try files.copy(with: "number", .string(photo)))
    #expect(try files.verify(["photo"]).output.utf8.count < 4000)
  }

  @Test("verifying changes nothing on disk")
  func noSideEffect() throws {
    let files = try EvidenceFiles()
    func listing() throws -> [String] {
      try FileManager.default.subpathsOfDirectory(atPath: files.folder.path).sorted()
    }
    let before = try listing()
    _ = try files.verify(["delivery.json"] + Self.evidence)
    #expect(try listing() == before)
  }

  @Test("a folder of pinned roots that is none is named with the way out, by every reader")
  func noFolder() throws {
    let files = try EvidenceFiles()
    let root = files.path("root.der")
    for arguments in [
      ["trust", "list"], ["trust", "pin", root], ["verify", files.path("delivery.json")],
    ] {
      let run = try Run(
        arguments + ["--format", "json"], environment: ["KANHE_TRUST": files.path("trust.jwt")])
      #expect(run.status == 2)
      #expect(try run.error()["code"] == "trust_folder", "\(run.errors)")
      #expect(try run.error()["hint"]?.stringValue?.contains("KANHE_TRUST") == true)
    }
  }

  @Test("a pinned root is the default; an older trust list than one seen is refused")
  func pins() throws {
    let files = try EvidenceFiles()
    let environment = ["KANHE_TRUST": files.path("trust")]
    func trust(_ arguments: [String]) throws -> Run {
      try Run(["trust"] + arguments, environment: environment)
    }
    #expect(try trust(["list"]).output == "no root is pinned\n")
    let pin = try trust(["pin", files.path("root.der"), "--name", "样例", "--format", "json"])
    #expect(pin.status == 0, "\(pin.errors)")
    let pinned = try #require(try pin.json()["pinned"]?.arrayValue?.first)
    #expect(pinned["name"] == "样例")
    #expect(pinned["host"] == nil)
    #expect(try files.verify(["delivery.json"] + Self.evidence, root: false).status == 0)
    // The largest sequence seen is kept: here a list that is newer than the one given.
    let file = try #require(pinned["file"]?.stringValue)
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
    try Data(
      text.replacingOccurrences(of: "\"root\":", with: "\"root\":").replacingOccurrences(
        of: "\"}\n", with: "\",\"sequence\":8}\n"
      ).utf8
    ).write(to: URL(fileURLWithPath: file))
    for root in [true, false] {
      let older = try files.verify(
        ["delivery.json"] + Self.evidence, ["--format", "json"], root: root)
      #expect(older.status == 1)
      #expect(try EvidenceFiles.check(older, "trust")?["code"] == "lower_sequence")
    }
    #expect(try trust(["list"]).output.contains("trust list 8"))
    try Data("{}".utf8).write(to: URL(fileURLWithPath: file))
    let broken = try files.verify(["delivery.json"], root: false)
    #expect(broken.status == 2)
    #expect(broken.errors.contains("pinned root"))
    #expect(try trust(["pin", files.path("seal.der")]).status == 2)
    #expect(try trust(["pin", files.path("no-such")]).status == 2)
    #expect(try trust(["pin"]).status == 64)
  }
}
