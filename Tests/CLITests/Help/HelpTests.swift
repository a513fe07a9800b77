import Encoding
import Foundation
import Testing

@Suite("The help")
struct HelpTests {
  @Test("every command says what it does, with examples, and promises nothing that is not there")
  func examples() throws {
    let run = try Run(["--experimental-dump-help"])
    let root = try #require(try run.json()["command"])
    var commands: [String] = []
    try visit(root, []) { name, command in
      commands.append(name)
      let discussion = command["discussion"]?.stringValue ?? ""
      #expect(command["abstract"]?.stringValue?.hasSuffix(".") == true, "\(name)")
      #expect(discussion.contains("Examples:\n  kanhe "), "\(name)")
      #expect(!discussion.contains("planned"), "\(name)")
      // A line that the help would wrap cannot be pasted: long examples go on after a backslash.
      let examples = discussion.split(separator: "Examples:\n").last ?? ""
      for line in examples.split(separator: "\n") {
        let width = line.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2E80 ? 2 : 1) }
        #expect(width < 76, "\(name): \(line)")
        if line.hasPrefix("    ") { #expect(examples.contains("\\\n\(line)"), "\(name): \(line)") }
      }
      for argument in command["arguments"]?.arrayValue ?? [] {
        #expect(argument["abstract"]?.stringValue?.isEmpty == false, "\(name): \(argument)")
      }
    }
    #expect(commands.count > 30)
  }

  @Test("the version is one line, three numbers")
  func version() throws {
    let run = try Run(["--version"])
    #expect(run.status == 0 && run.errors == "")
    #expect(run.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil, "\(run.output)")
  }

  /// Calls `body` for every command that does something, with its name in full.
  private func visit(
    _ command: JSONValue, _ names: [String], _ body: (String, JSONValue) throws -> Void
  ) throws {
    let name = try #require(command["commandName"]?.stringValue)
    if name == "help" { return }
    let subcommands = command["subcommands"]?.arrayValue ?? []
    if subcommands.isEmpty { try body((names + [name]).joined(separator: " "), command) }
    for subcommand in subcommands { try visit(subcommand, names + [name], body) }
  }

  /// Set `KANHE_RECORD_HELP` to write the snapshots anew, and read what changed.
  @Test(
    "help is what it was",
    arguments: [
      ("registry", ["init", "status", "trust", "check"]),
      ("identity", ["request", "import", "show"]),
      ("department", ["add", "list", "show", "rotate", "retire", "revoke", "disclose"]),
      ("type", ["publish", "withdraw", "list", "show"]),
      (
        "certificate",
        ["issue", "list", "show", "suspend", "reinstate", "revoke", "replace", "copy"]
      ),
      ("status", ["publish", "show"]),
      ("grant", ["give", "withdraw", "list", "show"]),
      (
        "share",
        [
          "request", "list", "show", "release", "refuse", "acknowledge", "dispute", "settle",
          "decide",
        ]
      ),
      ("use", ["ask", "check", "enter"]),
      ("holder", ["key", "import", "list", "show", "grant", "withdraw", "present", "log"]),
      ("verify", []),
      ("ledger", ["checkpoint", "list", "show", "prove", "export"]),
      ("trust", ["pin", "list", "admit"]),
      ("qr", []),
      (
        "audit",
        ["ledger", "certificate", "department", "subject", "shares", "status", "disclosures"]
      ),
      ("demo", []),
    ])
  func snapshot(noun: String, verbs: [String]) throws {
    var text = try Run([noun, "--help"], environment: ["COLUMNS": "80"]).output
    for verb in verbs {
      text += "\n$ kanhe \(noun) \(verb) --help\n"
      text += try Run([noun, verb, "--help"], environment: ["COLUMNS": "80"]).output
    }
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Snapshots/\(noun).txt").path
    if ProcessInfo.processInfo.environment["KANHE_RECORD_HELP"] != nil {
      try BoundedFile.writeAtomically(path: file, bytes: Array(text.utf8))
    }
    let known = String(
      decoding: try BoundedFile.read(path: file, maximumBytes: 1 << 20), as: UTF8.self)
    #expect(text == known)
  }
}
