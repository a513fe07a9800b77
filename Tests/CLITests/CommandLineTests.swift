import Encoding
import Foundation
import Testing

@Suite("The command line")
struct CommandLineTests {
  @Test("help names the commands that work, and no other")
  func help() throws {
    let run = try Run(["--help"])
    #expect(run.status == 0)
    let commands = run.output.split(separator: "\n")
      .drop { !$0.hasPrefix("SUBCOMMANDS") }.dropFirst()
      .compactMap { line in
        line.hasPrefix("  ") && !line.hasPrefix("   ")
          ? line.split(separator: " ").first.map(String.init) : nil
      }
      .prefix { $0 != "See" }
    #expect(
      Array(commands) == [
        "registry",
        "identity",
        "department",
        "type",
        "certificate",
        "status",
        "grant",
        "share",
        "use",
        "holder",
        "verify",
        "qr",
        "ledger",
        "trust",
        "audit",
        "demo",
      ])
  }

  @Test("wrong usage ends with 64, an unreadable file with 2 and the reason on standard error")
  func exitCodes() throws {
    #expect(try Run(["demo", "--count", "1"]).status == 64)
    #expect(try Run(["no-such-noun"]).status == 64)
    let missing = try Run(["audit", "ledger", "--from", "no-such", "--root", "no-such.pem"])
    #expect(missing.status == 2)
    #expect(missing.output == "")
    #expect(missing.errors.hasPrefix("kanhe: error: "))
    let json = try Run([
      "audit", "ledger", "--from", "no-such", "--root", "no-such.pem", "--format", "json",
    ])
    #expect(json.errors.hasPrefix(#"{"error":{"code":"file_not_found""#))
  }

  @Test("the demonstration tells its story and leaves nothing behind")
  func demonstration() throws {
    let run = try Run(["demo", "--count", "60", "--format", "json"])
    #expect(run.status == 0, "\(run.errors)")
    let report = try run.json()
    #expect(report["audit"]?.stringValue == "yes")
    #expect(report["tampered_audit"]?.stringValue == "no")
    #expect(report["steps"]?.arrayValue?.count == 13)
    #expect(report["requests"]?.integerValue ?? 0 > 60)
    #expect(
      run.errors.split(separator: "\n").allSatisfy {
        $0.hasPrefix("kanhe: warning: ") || $0.hasPrefix("kanhe: note: ")
      })
  }
}
