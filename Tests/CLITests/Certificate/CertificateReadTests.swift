import Encoding
import Foundation
import Testing

@Suite("kanhe certificate list and show")
struct CertificateReadTests {
  @Test("rows have the members of the specification and no values; a list goes on")
  func list() throws {
    let city = try CityRun.withCards(3)
    let all = try city.json(["certificate", "list"])
    let rows = try #require(all["certificates"]?.arrayValue)
    #expect(rows.count == 3 && all["more"]?.booleanValue == false)
    #expect(
      Set(rows[0].objectValue?.names ?? []) == [
        "identifier", "type", "version", "state", "issuer", "issued_at", "index", "copies",
        "subjects", "batch",
      ])
    let indices = rows.compactMap { $0["index"]?.integerValue }
    #expect(indices == indices.sorted(by: >))
    let first = try city.json(["certificate", "list", "--limit", "2"])
    #expect(first["more"]?.booleanValue == true)
    #expect(first["hint"]?.stringValue?.contains("--after") == true && all["hint"] == nil)
    let last = try #require(
      first["certificates"]?.arrayValue?.last?["identifier"]?.stringValue)
    #expect(
      try city.identifiers(["--after", last]) == [rows[2]["identifier"]?.stringValue ?? ""])
    let text = try city.run(["certificate", "list"]).output
    let csv = try city.run(["certificate", "list", "--format", "csv"]).output
    #expect(csv.hasPrefix("identifier,type,version,state,issuer,issued_at,index,copies,subjects"))
    for output in [text, csv] {
      #expect(!output.contains("持证人") && !output.contains(CityRun.citizenCode(0)))
    }
  }

  @Test("a list for people has a header; one without a row says so beside it")
  func header() throws {
    let city = try CityRun.withCards(1)
    let lines = try city.run(["certificate", "list"]).output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("state        issued_at                 identifier"))
    #expect(lines[1].hasPrefix("in_force     2"))
    for (noun, what, options) in [
      ("certificate", "certificate", ["--state", "revoked"]),
      ("department", "department", ["--level", "district"]),
      ("type", "type", ["--state", "withdrawn"]),
      ("ledger", "entry", ["--kind", "certificate.revoked"]),
    ] {
      let none = try city.run([noun, "list"] + options)
      #expect(none.status == 0)
      #expect(none.output.split(separator: "\n").count == 1, "\(none.output)")
      #expect(none.errors == "kanhe: note: no \(what) matches\n")
      #expect(try city.run([noun, "list", "--quiet"] + options).errors == "")
      #expect(try city.run([noun, "list", "--format", "json"] + options).errors == "")
    }
  }

  @Test("a holder file is told what it lacks and which types of code there are")
  func holderForm() throws {
    let city = try CityRun.withCards(1)
    let code = CityRun.citizenCode(0)
    for (text, message) in [
      (#"{"code": "\#(code)"}"#, "holder.code_type: the member is required"),
      (#"{"code_type": "111"}"#, "holder.code: the member is required"),
      (#"{"code": "\#(code)", "code_type": 111}"#, "holder.code_type: "),
      (#"{"code": "\#(code)", "code_type": "111", "李明": "x"}"#, "and no other"),
      (#"{"code": "\#(code)", "code_type": "112"}"#, "there is no such holder-code type"),
      ("code \(code)", "the holder is no JSON"),
    ] {
      let run = try city.run(
        ["certificate", "list", "--holder", "-"], input: Array(text.utf8))
      #expect(run.status == 2)
      #expect(run.errors.contains(message), "\(run.errors)")
      #expect(run.errors.contains("111 (citizen number), 114 (PLA officer)"), "\(run.errors)")
      #expect(!run.errors.contains(code) && !run.errors.contains("李明"))
    }
  }

  @Test("a certificate is shown with the name of who issued it")
  func issuerName() throws {
    let city = try CityRun.withCards(1)
    let card = try city.identifiers()[0]
    #expect(try city.json(["certificate", "show", card])["issuer_name"] == "深圳市公安局")
    let text = try city.run(["certificate", "show", card]).output
    #expect(text.contains("\(CityRun.police)  深圳市公安局\n"))
  }

  @Test("an erased certificate says so, and keeps its place, its state and its entries")
  func erased() throws {
    let city = try CityRun.withCards(2)
    let card = try city.identifiers()[0]
    _ = try city.json([
      "certificate", "revoke", card, "--state", "lapsed", "--as", CityRun.police,
    ])
    let index = try #require(try city.json(["certificate", "show", card])["index"]?.integerValue)
    // What erasing will leave of a certificate's row.
    try city.alter(
      "vault.sqlite", "UPDATE certificate SET secret = x'' WHERE entry = \(index)")
    let shown = try city.json(["certificate", "show", card])
    #expect(shown["erased"] == true && shown["claims"] == nil && shown["copies"] == .array([]))
    #expect(shown["coarse_state"] == "ended" && shown["index"]?.integerValue == index)
    let history = try #require(shown["history"]?.arrayValue)
    #expect(history.map { $0["kind"] } == ["certificate.issued", "certificate.revoked"])
    #expect(history.last?["coarse_state"] == "ended" && history.last?["state"] == nil)
    let text = try city.run(["certificate", "show", card])
    #expect(text.status == 0 && text.output.contains("Content erased"), "\(text.errors)")
    #expect(!text.output.contains("持证人"))
    let refused = try city.run([
      "certificate", "revoke", card, "--state", "revoked", "--as", CityRun.police,
    ])
    #expect(refused.status == 1)
  }

  @Test("the columns of a certificate's page stand one below another, in Chinese too")
  func columns() throws {
    let city = try CityRun.withCards(1)
    let card = try city.identifiers()[0]
    let lines = try city.run(["certificate", "show", card]).output.split(separator: "\n")
    #expect(lines.contains { $0.contains("Valid from") } && lines.count > 8)
    // The value begins after the last run of two spaces or more that all lines share.
    let starts = try lines.dropFirst().map { line in
      let value = try #require(line.ranges(of: #/ {2,}/#).dropFirst().first)
      return line[..<value.upperBound].unicodeScalars.reduce(0) {
        $0 + ($1.value > 0x2E80 ? 2 : 1)
      }
    }
    #expect(Set(starts).count == 1, "\(lines.joined(separator: "\n"))")
  }

  @Test("a holder and a number come from standard input")
  func persons() throws {
    let city = try CityRun.withCards(3)
    let code = CityRun.citizenCode(1)
    func find(_ option: String, _ input: String) throws -> Run {
      try city.run(
        ["certificate", "list", option, "-", "--format", "json"], input: Array(input.utf8))
    }
    let holder = try find("--holder", #"{"code": "\#(code)", "code_type": "111"}"#)
    let number = try find("--number", code + "\r\n")
    #expect(try holder.json()["certificates"]?.arrayValue?.count == 1)
    #expect(try holder.json() == number.json())
    for input in [
      #"{"code": "\#(code)"}"#, "{}", "", #"{"code": "\#(code.dropLast())0", "code_type": "111"}"#,
      #"{"code": "\#(code)", "code_type": "111", "name": "张三"}"#,
    ] {
      let run = try find("--holder", input)
      #expect(run.status == 2 && run.output == "", "\(input)")
      #expect(!run.errors.contains(code.prefix(17)) && !run.errors.contains("张三"))
    }
    #expect(try find("--number", "").status == 2)
    #expect(
      try city.run(["certificate", "list", "--number", "-", "--holder", "-"]).status == 64)
    for usage in [["--state", "gone"], ["--from", "2026-13-01"], ["--limit", "-1"]] {
      #expect(try city.run(["certificate", "list"] + usage).status == 64)
    }
    let locked = try city.run(
      ["certificate", "list"], environment: ["KANHE_LEDGER_PASSPHRASE": "x"])
    #expect(locked.status == 2)
  }

  @Test("days of issue bound a list")
  func days() throws {
    let city = try CityRun.withCards(1)
    let row = try #require(
      try city.json(["certificate", "list"])["certificates"]?.arrayValue?.first)
    let day = try #require(row["issued_at"]?.stringValue).prefix(10)
    #expect(try city.identifiers(["--from", String(day), "--to", String(day)]).count == 1)
    #expect(try city.identifiers(["--to", "2020-01-01"]).isEmpty)
    #expect(try city.identifiers(["--from", "2999-01-01"]).isEmpty)
  }

  @Test("one certificate is shown with claims, copies and history, for programs and for people")
  func show() throws {
    let city = try CityRun.withCards(1)
    let card = try #require(try city.identifiers().first)
    let shown = try city.json(["certificate", "show", card])
    #expect(shown["name"]?.stringValue == "居民身份证")
    #expect(shown["state"]?.stringValue == "in_force")
    #expect(shown["valid_until"]?.stringValue == "2036-10-31")
    #expect(shown["claims"]?["number"]?.stringValue == CityRun.citizenCode(0))
    #expect(shown["claims"]?["holders"]?.arrayValue?.first?["name"]?.stringValue == "持证人0")
    let copy = try #require(shown["copies"]?.arrayValue?.first)
    #expect(copy["status"]?["uri"]?.stringValue?.hasSuffix("/2036Q4/1") == true)
    #expect(copy["holder"] == nil && copy["digest"] != nil)
    #expect(shown["history"]?.arrayValue?.count == 1)
    let text = try city.run(["certificate", "show", card])
    #expect(text.status == 0)
    for word in ["居民身份证", "公民身份号码", "Citizen number", "有效期截止日期", "持证人0", "有效"] {
      #expect(text.output.contains(word), "\(word)")
    }
    let unknown = try city.run([
      "certificate", "show",
      "1.2.156.3005.2.11100000000013338W011.11430000006122244L"
        + ".20230000403.001.U", "--format", "json",
    ])
    #expect(unknown.status == 1)
    #expect(try unknown.error()["code"]?.stringValue == "not_found")
  }
}
