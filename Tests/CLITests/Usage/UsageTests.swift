import Encoding
import Foundation
import Testing

/// Arguments that are wrong in themselves; no registry is needed to tell.
@Suite("Wrong usage")
struct UsageTests {
  @Test(
    "is told in two lines, with the help to read",
    arguments: [
      (
        ["certificate", "isue", "--type", "x"],
        "there is no command 'certificate isue'; did you mean 'issue'?"
      ),
      (["certifcate"], "there is no command 'certifcate'; did you mean 'certificate'?"),
      (["cert", "list"], "there is no command 'cert'; did you mean 'certificate'?"),
      (["xyz"], "there is no command 'xyz'"),
      (
        ["certificate", "list", "--frmat", "x"],
        "unknown option '--frmat'. Did you mean '--format'?"
      ),
      (["certificate", "list", "--limit", "-1"], "--limit is 0 or more"),
      (["ledger", "list", "--count", "-1"], "--count is 1 to 1000000"),
      (
        ["certificate", "list", "--number", "1", "--number=2"], "--number was given more than once"
      ),
      (
        ["ledger", "list", "--count", "1", "--count=2"], "--count was given more than once"
      ),
      (
        ["certificate", "list", "--from", "2026-02-01", "--to", "2026-01-31"],
        "--from is later than --to"
      ),
      (
        ["certificate", "list", "--to", "2026-02-30"], "--to: there is no such day in the calendar"
      ),
      (
        [
          "audit", "department", CityRun.police, "--from-day", "2026-02-01", "--to-day",
          "2026-01-31",
        ],
        "--from-day is later than --to-day"
      ),
      (
        ["certificate", "list", "--format", "xml"],
        "the value 'xml' is invalid for '--format <format>'. "
          + "Please provide one of 'text', 'json' or 'csv'"
      ),
    ])
  func twoLines(_ arguments: [String], _ message: String) throws {
    let run = try Run(arguments)
    #expect(run.status == 64)
    #expect(run.output == "")
    let lines = run.errors.split(separator: "\n")
    #expect(lines.count == 2, "\(run.errors)")
    #expect(lines.first == "kanhe: error: \(message)")
    #expect(lines.last?.hasPrefix("kanhe: hint: kanhe ") == true)
    #expect(lines.last?.hasSuffix(" --help") == true)
  }

  @Test(
    "with --format json is one line with the object of errors, wherever it is found",
    arguments: [
      ["certificate", "isue", "--format", "json"], ["nothing", "--format=json"],
      ["certificate", "list", "--limit", "x", "--format", "json"],
      ["verify", "x", "--at", "now", "--format", "json"],
      ["certificate", "suspend", "--format", "json"],
    ])
  func json(_ arguments: [String]) throws {
    let run = try Run(arguments)
    #expect(run.status == 64 && run.output == "")
    #expect(run.errors.split(separator: "\n").count == 1)
    let error = try run.error()
    #expect(error["code"] == "usage")
    #expect(error["hint"]?.stringValue?.hasSuffix(" --help") == true)
    #expect(error["message"]?.stringValue?.isEmpty == false)
  }

  @Test(
    "is a malformed code, before anything is opened",
    arguments: [
      ["certificate", "list", "--type", "foo"], ["certificate", "list", "--batch", "foo"],
      ["certificate", "list", "--after", "1.2.3"], ["certificate", "show", "1.2.3"],
      ["certificate", "suspend", "1.2.3", "--as", CityRun.police],
      ["certificate", "reinstate", "1.2.3", "--as", CityRun.police],
      ["certificate", "suspend", "--batch", "foo", "--as", CityRun.police],
      ["certificate", "suspend", "1.2.3", "--as", "foo"],
      ["certificate", "revoke", "1.2.3", "--state", "lapsed", "--as", CityRun.police],
      ["certificate", "replace", "1.2.3", "--claims", "x", "--out", "y", "--as", CityRun.police],
      ["certificate", "issue", "--type", "foo", "--csv", "x", "--dry-run"],
      ["audit", "certificate", "1.2.3"], ["audit", "department", "foo"],
      ["department", "show", "foo"], ["department", "retire", "--code", "foo"],
      ["ledger", "list", "--department", "foo"], ["type", "show", "foo"],
      ["status", "publish", "--type", "foo", "--as", CityRun.police],
    ])
  func codes(_ arguments: [String]) throws {
    let run = try Run(
      arguments + ["--format", "json"], environment: ["KANHE_REGISTRY": "/no/registry"])
    #expect(run.status == 64, "\(run.errors)")
    let code = try run.error()["code"]?.stringValue
    #expect(["code_form", "identifier_form", "batch_form"].contains(code), "\(run.errors)")
  }

  @Test("says which character of a code was mistyped")
  func mistyped() throws {
    let run = try Run(["audit", "department", "11440300KH0002054X"])
    #expect(run.status == 64)
    #expect(run.errors.contains("the last character does not fit the code; one was mistyped"))
  }

  @Test("options that may be repeated are")
  func repeatable() throws {
    let run = try Run(["verify", "x", "--root", "no-1", "--root", "no-2"])
    #expect(run.status == 2, "\(run.errors)")
  }

  @Test(
    "what is no table is told in the same words everywhere, before anything is done",
    arguments: [
      ["verify", "x"], ["ledger", "checkpoint"], ["registry", "status"], ["trust", "pin", "x"],
      ["certificate", "show", "1.2.3"], ["type", "withdraw", CityRun.card],
    ])
  func noTable(_ arguments: [String]) throws {
    let run = try Run(arguments + ["--format", "csv"])
    #expect(run.status == 64)
    #expect(
      run.errors == """
        kanhe: error: this result is no table
        kanhe: hint: use --format text or json

        """)
  }

  @Test("a new registry is not made when its result could not be told")
  func noTableNoAct() throws {
    let city = try CityRun(withRegistry: false)
    let run = try city.initialise(["--format", "csv"])
    #expect(run.status == 64)
    #expect(!FileManager.default.fileExists(atPath: city.directory))
  }
}
