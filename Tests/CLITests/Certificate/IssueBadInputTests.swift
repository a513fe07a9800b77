import Encoding
import Foundation
import Testing

/// Files that are no sheet, or no good one: each with its own error, and nothing signed.
@Suite struct IssueBadInputTests {
  private static func expectNothing(
    _ run: IssueRun, _ arguments: [String], status: Int32, code: String, says text: String
  ) throws {
    let result = try run.issue(arguments + ["--out", run.city.file("o.jsonl"), "--format", "json"])
    #expect(result.status == status, "\(arguments): \(result.output) \(result.errors)")
    if status == 1 {
      let fault = try result.json()["refused"]?.arrayValue?.first
      #expect(fault?["code"]?.stringValue == code, "\(arguments): \(result.output)")
      #expect(fault?["message"]?.stringValue?.contains(text) == true, "\(result.output)")
    } else {
      let error = try result.error()
      #expect(error["code"]?.stringValue == code, "\(arguments): \(result.errors)")
      #expect(error["message"]?.stringValue?.contains(text) == true, "\(result.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: run.city.file("o.jsonl")))
  }

  @Test func `empty, header only, missing, a directory, binary, UTF-16`() throws {
    let run = try IssueRun()
    let size = try run.size()
    let rows = try run.rows(2)
    let utf16 = try #require(rows.joined(separator: "\n").data(using: .utf16))
    let files: [(String, Int32, String, String)] = [
      (try run.write("empty", [UInt8]()), 2, "empty_input", "at least one row"),
      (try run.write("header", (IssueRun.titles + "\n").utf8), 2, "empty_input", "no row"),
      (run.city.file("missing"), 2, "not_found", "no such file"),
      (run.city.directory, 2, "input_output", "directory"),
      ("/proc/self/mem", 2, "empty_input", "at least one row"),
      (try run.write("binary", [0x89, 0x50, 0, 1, 2, 0x0A, 0xFF]), 2, "invalid_input", "binary"),
      (
        try run.write("book.xlsx", Array("PK\u{3}\u{4}".utf8) + [1, 0]), 2, "invalid_input", "Excel"
      ),
      (try run.write("book.xls", [0xD0, 0xCF, 0x11, 0xE0, 0]), 2, "invalid_input", "CSV UTF-8"),
      (try run.write("a.png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A]), 2, "invalid_input", "PNG"),
      (try run.write("a.jpg", [0xFF, 0xD8, 0xFF, 0xE0]), 2, "invalid_input", "JPEG"),
      (try run.write("a.pdf", "%PDF-1.7\n".utf8), 2, "invalid_input", "PDF"),
      (
        try run.write(
          "semicolons", IssueRun.titles.replacingOccurrences(of: ",", with: ";").utf8),
        1, "missing_column", "separated by semicolons"
      ),
      (
        try run.write("tabs", IssueRun.titles.replacingOccurrences(of: ",", with: "\t").utf8),
        1, "missing_column", "separated by tabs"
      ),
      (try run.write("short", ["a,b"]), 1, "field_count", "the first line 11 titles"),
      (try run.write("utf16", utf16), 2, "invalid_input", "UTF-16"),
      (try run.write("no-header", rows, titles: rows[0]), 1, "missing_column", "--csv-header"),
    ]
    for (path, status, code, text) in files {
      try Self.expectNothing(run, ["--csv", path], status: status, code: code, says: text)
    }
    for name in ["book.xlsx", "book.xls"] {
      try Self.expectNothing(
        run, ["--claims", run.city.file(name)], status: 2, code: "invalid_input", says: "--csv")
    }
    #expect(try run.size() == size)
  }

  @Test func `100 MB without a line end, and 100 MB of bad rows`() throws {
    let run = try IssueRun()
    let path = try run.write("garbage", [UInt8]())
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    let piece = Data(repeating: 0x78, count: 1 << 20)
    for _ in 0..<100 { try file.write(contentsOf: piece) }
    try file.close()
    try Self.expectNothing(
      run, ["--csv", path], status: 2, code: "invalid_input", says: "bytes")
    try Self.expectNothing(
      run, ["--claims", path], status: 2, code: "invalid_input", says: "bytes")
    let bad = Data((String(repeating: "x,", count: 10) + "y\n").utf8)
    var many = Data((IssueRun.titles + "\n").utf8)
    for _ in 0..<20_000 { many.append(bad) }
    let rows = try run.write("rows", many)
    let result = try run.issue(["--csv", rows, "--dry-run", "--format", "json"])
    #expect(result.status == 1)
    let json = try result.json()
    #expect(json["refused_rows"] == 20_000 && json["refused_shown"] == 1_000)
  }

  @Test func `bidirectional marks, invisible characters, a citizen number with a wrong end`() throws
  {
    let run = try IssueRun()
    let row = try run.rows(1)[0]
    let cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    func changed(_ column: Int, _ text: String) -> [String] {
      var cells = cells
      cells[column] = text
      return [cells.joined(separator: ",")]
    }
    let wrongEnd = cells[2].dropLast() + (cells[2].hasSuffix("1") ? "2" : "1")
    let files: [([String], String, String)] = [
      (changed(1, "甲\u{202E}乙"), "unpermitted_character", "U+202E"),
      (changed(10, "深圳\u{200B}市南山"), "unpermitted_character", "U+200B"),
      (changed(2, String(wrongEnd)), "check_character", "mistyped"),
      (changed(2, "4.40305E+17"), "format", "spreadsheet"),
      (changed(4, "2026-02-30"), "day", "YYYY-MM-DD"),
      (changed(5, "2020-01-01"), "period", "before it begins"),
    ]
    for (position, (rows, code, text)) in files.enumerated() {
      let path = try run.write("bad-\(position).csv", rows)
      try Self.expectNothing(run, ["--csv", path], status: 1, code: code, says: text)
    }
  }

  @Test func `a fault names the column as the sheet does, and as programs do`() throws {
    let run = try IssueRun()
    let labels = try Run(
      ["type", "show", "--csv-header", "--language", "zh", IssueRun.type],
      environment: ["KANHE_REGISTRY": run.city.directory])
    let header = labels.output.split(separator: "\n").last.map(String.init) ?? ""
    let width = header.split(separator: ",", omittingEmptySubsequences: false).count
    let row = "x,甲,1" + String(repeating: ",", count: width - 3)
    let path = try run.write("zh.csv", [row], titles: header)
    let text = try run.issue(["--csv", path, "--dry-run"])
    #expect(text.status == 1 && text.output.contains("holder_code_type (持证主体代码类型)"), "\(text)")
    let json = try run.issue(["--csv", path, "--dry-run", "--format", "json"]).json()
    let fault = json["refused"]?.arrayValue?.first { $0["column"] == "holder_code_type" }
    #expect(fault?["title"] == "持证主体代码类型")
  }

  @Test func `a photo of 200 KB and rare or equivalent Unicode are issued as they stand`() throws {
    let run = try IssueRun()
    var rows = try run.rows(3)
    let photo =
      "data:image/jpeg;base64," + Data(repeating: 0x5A, count: 200_000).base64EncodedString()
    func named(_ row: String, _ name: String, _ photo: String) -> String {
      var cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      cells[1] = name
      return cells.joined(separator: ",") + ",\"" + photo + "\""
    }
    rows = [
      named(rows[0], "𠮷𪚥·阿依", photo), named(rows[1], "e\u{301}", ""), named(rows[2], "\u{E9}", ""),
    ]
    let path = try run.write("photo.csv", rows, titles: IssueRun.titles + ",photo")
    let out = run.city.file("photo.jsonl")
    let result = try run.issue(["--csv", path, "--out", out])
    #expect(result.status == 0, "\(result.errors)\(result.output)")
    let sizes = try Data(contentsOf: URL(fileURLWithPath: out)).split(separator: 0x0A).map(\.count)
    #expect(sizes.count == 3 && sizes.contains { $0 > 260_000 })
    // Kept apart, byte for byte.
    let text = try String(contentsOfFile: out, encoding: .utf8)
    var names: Set<[UInt8]> = []
    for copy in text.split(separator: "\n") {
      for part in copy.split(separator: "~").dropFirst() {
        guard case .success(let bytes) = Result(catching: { try Base64URL.decode(part) }),
          String(decoding: bytes, as: UTF8.self).contains(#""code_type":"111","name""#)
        else { continue }
        let value = try JSONValue(parsing: bytes).arrayValue?[1]["name"]?.stringValue ?? ""
        names.insert(Array(value.utf8))
      }
    }
    #expect(names.contains(Array("e\u{301}".utf8)) && names.contains(Array("\u{E9}".utf8)))
  }

  @Test func `outputs that cannot be written are noticed before anything is signed`() throws {
    let run = try IssueRun()
    let size = try run.size()
    let sheet = try run.write("a.csv", try run.rows(2))
    let taken = try run.write("taken.jsonl", "mine\n".utf8)
    for (out, code) in [
      (taken, "output_exists"), (run.city.file("no/such/folder.jsonl"), "not_found"),
      (taken + "/folder", "input_output"),
    ] {
      let result = try run.issue(["--csv", sheet, "--out", out, "--format", "json"])
      #expect(result.status == 2)
      #expect(try result.error()["code"]?.stringValue == code, "\(result.errors)")
    }
    #expect(try run.size() == size)
    #expect(try String(contentsOfFile: taken, encoding: .utf8) == "mine\n")
  }

  @Test func `wrong usage is 64, an unknown type or a wrong passphrase 2`() throws {
    let run = try IssueRun()
    let sheet = try run.write("a.csv", try run.rows(1))
    #expect(try run.issue(["--csv", sheet]).status == 64)
    #expect(try run.issue(["--csv", sheet, "--claims", sheet, "--out", "x"]).status == 64)
    #expect(try run.issue(["--csv", sheet, "--encoding", "latin1", "--dry-run"]).status == 64)
    let none = try run.city.run([
      "certificate", "issue", "--csv", sheet, "--type", "x", "--dry-run",
    ])
    #expect(none.status == 64)
    let unknown = try run.issue(["--csv", sheet, "--version", "9", "--dry-run"])
    #expect(unknown.status == 2 && unknown.errors.contains("version"))
    for name in ["KANHE_PASSPHRASE", "KANHE_LEDGER_PASSPHRASE"] {
      let wrong = try run.issue(
        ["--csv", sheet, "--out", run.city.file("x.jsonl")], environment: [name: "not these"])
      #expect(wrong.status == 2 && wrong.errors.contains("passphrase"), "\(wrong.errors)")
    }
  }
}
