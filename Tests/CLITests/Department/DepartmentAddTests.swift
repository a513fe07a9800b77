import Encoding
import Foundation
import Testing

@Suite("kanhe department add, list and show")
struct DepartmentAddTests {
  @Test("a list of departments enters, and enters no second time")
  func many() throws {
    let city = try CityRun()
    let sheet = Run.project.appendingPathComponent("Examples/shenzhen/departments.csv").path
    let added = try city.json(["department", "add", "--csv", sheet, "--generate"])
    #expect(added["added"]?.arrayValue?.count == 76)
    #expect(added["checkpoint"]?["size"]?.integerValue == 78)
    let again = try city.json(["department", "add", "--csv", sheet, "--generate"])
    #expect(again["added"]?.arrayValue?.isEmpty == true)
    #expect(again["skipped"]?.integerValue == 76)
    #expect(again["checkpoint"] == added["checkpoint"])
    let list = try city.json(["department", "list", "--level", "direct"])
    #expect(list["departments"]?.arrayValue?.count == 3)
    let shown = try city.json(["department", "show", CityRun.police])
    #expect(shown["name"]?.stringValue == "深圳市公安局")
    #expect(shown["identities"]?.arrayValue?.count == 3)
    #expect(shown["thread"]?["count"]?.integerValue == 1)
    #expect(shown["enrolled"]?["index"]?.integerValue == 9)
  }

  @Test("one bad row keeps all out, each fault by line and column")
  func badRows() throws {
    let city = try CityRun()
    let sheet = """
      code,name,name_en,level
      \(CityRun.police),深圳市公安局,Police,municipal
      11440300KH0002062D,深圳市民政局,Civil,municipal
      \(CityRun.civil),深圳市民政局,Civil,village
      11440300KH0001019M,,Tax,direct
      \(CityRun.police),别的名称,Police,municipal
      """
    let run = try city.run(
      ["department", "add", "--csv", "-", "--generate", "--format", "json"],
      input: Array(sheet.utf8))
    #expect(run.status == 1)
    let faults = try #require(try run.json()["refused"]?.arrayValue)
    #expect(
      faults.map { "\($0["line"]?.integerValue ?? 0) \($0["code"]?.stringValue ?? "")" } == [
        "3 check_character", "4 level_unknown", "5 name_form", "6 duplicate",
      ])
    #expect(try city.json(["registry", "status"])["size"]?.integerValue == 2)
    let header = try city.run(
      ["department", "add", "--csv", "-", "--generate", "--format", "json"],
      input: Array("code,title\n".utf8))
    #expect(header.status == 1)
    let empty = try city.run(
      ["department", "add", "--csv", "-", "--generate", "--format", "json"], input: [])
    #expect(empty.status == 2)
    #expect(try empty.error()["code"]?.stringValue == "empty_file")
  }

  @Test("a wrong passphrase, another name and half a command are refused")
  func refused() throws {
    let city = try CityRun()
    let add = [
      "department", "add", "--code", CityRun.police, "--name", "深圳市公安局", "--level",
      "municipal", "--generate", "--format", "json",
    ]
    for name in ["KANHE_REGISTRY_PASSPHRASE", "KANHE_LEDGER_PASSPHRASE"] {
      let run = try city.run(add, environment: [name: "wrong"])
      #expect(run.status == 2)
      #expect(try run.error()["code"]?.stringValue == "wrong_passphrase")
    }
    #expect(try city.run(add).status == 0)
    let other = try city.run(
      add.map { $0 == "深圳市公安局" ? "别的名称" : $0 })
    #expect(other.status == 1)
    #expect(try other.error()["code"]?.stringValue == "already_enrolled")
    #expect(try city.run(["department", "add", "--code", CityRun.civil]).status == 64)
    #expect(try city.run(add + ["--csr", "x"]).status == 64)
    #expect(try city.run(["department", "show", CityRun.civil]).status == 1)
  }
}
