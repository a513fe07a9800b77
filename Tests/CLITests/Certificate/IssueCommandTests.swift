import Encoding
import Foundation
import Testing

@Suite struct IssueCommandTests {
  private static func lines(_ path: String) throws -> [JSONValue] {
    try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: 0x0A)
      .map { try JSONValue(parsing: Array($0), maximumBytes: 4 << 20) }
  }

  @Test func `a sheet becomes deliveries, and the result says what was done`() throws {
    let run = try IssueRun()
    let sheet = try run.write("a.csv", try run.rows(5))
    let out = run.city.file("a.jsonl")
    let result = try run.issue(["--csv", sheet, "--out", out, "--format", "json"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors == "")
    let json = try result.json()
    #expect(json["rows"] == 5 && json["issued"] == 5 && json["copies"] == 5)
    #expect(json["refused_rows"] == 0 && json["resumed"] == false && json["dry_run"] == false)
    #expect(json["out"]?.stringValue == out)
    #expect(json["batch"]?.stringValue?.hasPrefix("b-") == true)
    #expect(json["seconds"] != nil && json["rows_per_second"] != nil)
    let last = try #require(json["last_index"]?.integerValue)
    #expect(json["first_index"]?.integerValue == last - 4)
    #expect(json["checkpoint"]?["size"]?.integerValue == last + 1)
    let deliveries = try Self.lines(out)
    #expect(deliveries.count == 5)
    #expect(deliveries.allSatisfy { $0["kind"] == "kanhe-delivery" })
    // Once more: nothing is issued, and the same text comes out.
    let again = try run.issue(["--csv", sheet, "--out", out])
    #expect(again.status == 0 && again.output.contains("issued 0"))
    #expect(try Self.lines(out).count == 5)
  }

  @Test func `values in force are refused row by row, as a table too`() throws {
    let run = try IssueRun()
    let rows = try run.rows(6)
    let first = try run.write("a.csv", Array(rows[..<4]))
    let second = try run.write("b.csv", Array(rows[2...]))
    #expect(try run.issue(["--csv", first, "--out", run.city.file("a.jsonl")]).status == 0)
    let refused = try run.issue([
      "--csv", second, "--out", run.city.file("b.jsonl"), "--format", "csv",
    ])
    #expect(refused.status == 1)
    let lines = refused.output.split(separator: "\n")
    #expect(lines.first == "line,column,code,message" && lines.count == 3)
    #expect(
      lines.dropFirst().map { $0.prefix(20) } == ["2,number,not_unique,", "3,number,not_unique,"])
    #expect(try Self.lines(run.city.file("b.jsonl")).count == 2)
  }

  @Test func `refused rows are judged again once the remedy was followed, and issued once`()
    throws
  {
    let run = try IssueRun()
    let rows = try run.rows(3)
    let first = try run.write("a.csv", Array(rows[..<2]))
    #expect(try run.issue(["--csv", first, "--out", run.city.file("a.jsonl")]).status == 0)
    let cards = try run.city.identifiers()
    let all = try run.write("b.csv", rows)
    let arguments = ["--csv", all, "--out", run.city.file("b.jsonl"), "--format", "json"]
    let refused = try run.issue(arguments)
    #expect(refused.status == 1)
    let faults = try #require(try refused.json()["refused"]?.arrayValue)
    // The certificate in the way is named.
    #expect(
      Set(faults.compactMap { $0["message"]?.stringValue?.split(separator: " ").first })
        == Set(cards.map { $0[...] }))
    let other = try #require(
      faults.first { $0["message"]?.stringValue?.hasPrefix(cards[0]) == false })
    _ = try run.city.json([
      "certificate", "revoke", cards[0], "--state", "cancelled", "--as", CityRun.police,
    ])
    for issued in [1, 0] as [Int64] {
      let again = try run.issue(arguments)
      #expect(again.status == 1)
      let json = try again.json()
      #expect(json["issued"]?.integerValue == issued && json["refused_rows"] == 1)
      #expect(json["refused"]?.arrayValue == [other])
    }
    #expect(try Self.lines(run.city.file("b.jsonl")).count == 2)
    #expect(try run.city.json(["registry", "check"])["faults"]?.arrayValue?.isEmpty != false)
  }

  @Test func `a file with the deliveries of another job is left alone; no job writes to a stream`()
    throws
  {
    let run = try IssueRun()
    let rows = try run.rows(4)
    let first = try run.write("a.csv", Array(rows[..<2]))
    let second = try run.write("b.csv", Array(rows[2...]))
    let out = run.city.file("a.jsonl")
    #expect(try run.issue(["--csv", first, "--out", out]).status == 0)
    #expect(try run.issue(["--csv", second, "--out", run.city.file("b.jsonl")]).status == 0)
    let before = try Data(contentsOf: URL(fileURLWithPath: out))
    let foreign = try run.issue(["--csv", second, "--out", out, "--format", "json"])
    #expect(foreign.status == 2)
    #expect(try foreign.error()["code"] == "output_foreign")
    #expect(try Data(contentsOf: URL(fileURLWithPath: out)) == before)
    // Its own, also with a part missing, is completed.
    let line = try #require(before.firstIndex(of: 0x0A))
    try before[...line].write(to: URL(fileURLWithPath: out))
    #expect(try run.issue(["--csv", first, "--out", out]).status == 0)
    #expect(try Self.lines(out).count == 2)
    let stream = try run.issue(["--csv", second, "--out", "-"])
    #expect(stream.status == 64 && stream.errors.contains("never standard output"))
  }

  @Test func `one bad row and nothing is signed; a dry run needs no passphrase`() throws {
    let run = try IssueRun()
    var rows = try run.rows(4)
    rows[1] = rows[1].replacingOccurrences(of: ",男,", with: ",x,")
      .replacingOccurrences(of: ",女,", with: ",x,")
    rows[3] = rows[0]
    let size = try run.size()
    let sheet = try run.write("a.csv", rows)
    for arguments in [["--dry-run"], ["--out", run.city.file("a.jsonl")]] {
      let result = try run.issue(["--csv", sheet, "--format", "json"] + arguments)
      #expect(result.status == 1)
      let fault = try result.json()["refused"]?.arrayValue?.first
      #expect(fault?["line"] == 3 && fault?["column"] == "sex" && fault?["code"] == "enum")
    }
    #expect(try run.size() == size)
    rows[1] = try run.rows(5)[4]
    let doubled = try run.write("b.csv", rows)
    let none = ["KANHE_PASSPHRASE": "", "KANHE_LEDGER_PASSPHRASE": ""]
    let dry = try run.issue(
      ["--csv", doubled, "--dry-run", "--format", "json"], environment: none)
    #expect(dry.status == 1)
    let fault = try dry.json()["refused"]?.arrayValue?.first
    #expect(fault?["code"] == "duplicate_in_file" && fault?["line"] == 5)
    let good = try run.write("c.csv", Array(rows[..<3]))
    let fine = try run.issue(["--csv", good, "--dry-run"], environment: none)
    #expect(fine.status == 0 && fine.output.contains("3 rows, all faultless"))
    #expect(try run.size() == size)
  }

  @Test func `byte order mark, CRLF, GB 18030, quotes and line ends in cells are read`() throws {
    let run = try IssueRun()
    var rows = try run.rows(4)
    let parts = rows[0].split(separator: ",", omittingEmptySubsequences: false)
    rows[0] = parts.dropLast().joined(separator: ",") + ",\"深圳市, \"\"南山\"\"区\n𠮷田路1号\""
    let text = ([IssueRun.titles] + rows[..<2]).joined(separator: "\r\n") + "\r\n"
    let marked = try run.write("bom.csv", [0xEF, 0xBB, 0xBF] + Array(text.utf8))
    let out = run.city.file("bom.jsonl")
    let first = try run.issue(["--csv", marked, "--out", out])
    #expect(first.status == 0, "\(first.errors)\(first.output)")
    #expect(try Self.lines(out).count == 2)
    let plain = try run.write("plain.csv", Array(rows[2...]))
    let converted = try Run(
      tool: "iconv", ["-f", "utf-8", "-t", "gb18030", "-o", run.city.file("gb.csv"), plain])
    #expect(converted.status == 0)
    let wrong = try run.issue(["--csv", run.city.file("gb.csv"), "--dry-run", "--format", "json"])
    #expect(wrong.status == 1)
    let message = try wrong.json()["refused"]?.arrayValue?.first?["message"]?.stringValue
    #expect(message?.contains("--encoding gb18030") == true)
    let right = try run.issue([
      "--csv", run.city.file("gb.csv"), "--encoding", "gb18030", "--out",
      run.city.file("gb.jsonl"),
    ])
    #expect(right.status == 0, "\(right.errors)\(right.output)")
  }

  @Test func `one certificate from JSON, with its holder's key, into a folder`() throws {
    let run = try IssueRun()
    let cells = try run.rows(1)[0].split(separator: ",", omittingEmptySubsequences: false)
    let claims = """
      {"number":"\(cells[0])","holders":[{"name":"\(cells[1])","code":"\(cells[2])",
      "code_type":"111"}],"valid_from":"\(cells[4])","sex":"\(cells[7])","ethnicity":"汉",
      "birth_date":"\(cells[9])","address":"广东省深圳市"}
      """
    let file = try run.write("card.json", claims.utf8)
    let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
    let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
    let jwk = #"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)""#
    let bare = try run.write("bare.jwk", (jwk + "}").utf8)
    let key = run.city.file("key.jwt")
    let made = try Run(
      ["holder", "key", "--wallet", run.city.file("wallet"), "--out", key, "--format", "json"],
      environment: ["KANHE_WALLET_PASSPHRASE": "wallet words"])
    try #require(made.status == 0, "\(made.errors)")
    let secret = try run.write("secret.jwk", (jwk + #","d":"\#(x)"}"#).utf8)
    let folder = run.city.file("card")
    let arguments = ["--claims", file, "--out", folder, "--format", "json"]
    for file in [secret, bare] {
      let refused = try run.issue(arguments + ["--holder-key", file])
      #expect(refused.status == 2)
      #expect(try refused.error()["code"] == "holder_key")
    }
    let two = try run.issue(arguments + ["--holder-key", key, "--holder-key", key])
    #expect(two.status == 2, "\(two.output)")
    let result = try run.issue(arguments + ["--holder-key", key])
    #expect(result.status == 0, "\(result.errors)")
    let json = try result.json()
    let identifier = try #require(json["identifier"]?.stringValue)
    let path = try #require(json["files"]?.arrayValue?.first?.stringValue)
    #expect(path == "\(folder)/\(identifier).1.json")
    let delivery = try JSONValue(
      parsing: Array(try Data(contentsOf: URL(fileURLWithPath: path))).dropLast(),
      maximumBytes: 1 << 20)
    let token = try #require(delivery["copy"]?.stringValue?.split(separator: ".").dropFirst().first)
    let payload = try JSONValue(parsing: try Base64URL.decode(token))
    #expect(payload["cnf"]?["jwk"] == (try made.json()["jwk"]))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.count == 1)
  }

  @Test func `standard input is read, and leaves nothing in the registry`() throws {
    let run = try IssueRun()
    let text = ([IssueRun.titles] + (try run.rows(2))).joined(separator: "\n")
    let result = try run.issue(
      ["--csv", "-", "--out", run.city.file("a.jsonl")], input: Array(text.utf8))
    #expect(result.status == 0, "\(result.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: run.city.directory)
    #expect(!names.contains { $0.hasPrefix(".input") })
  }
}
