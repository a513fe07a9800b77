import Encoding
import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Ctrl-C at every place where it must leave things in order and say how to go on.
@Suite("interrupted commands", .serialized)
struct InterruptionTests {
  private struct Stopped {
    let status: Int32
    let reason: Process.TerminationReason
    let output: String
    let errors: String

    /// The error object, the last line on standard error.
    func error() throws -> JSONValue {
      let line = try #require(errors.split(separator: "\n").last)
      return try #require(try JSONValue(parsing: Array(line.utf8))["error"])
    }
  }

  /// Runs a command and interrupts it as soon as it has a file open.
  ///
  /// It runs in short steps until then, and stands still while it is looked at: on a busy machine
  /// it would else be done before the signal comes.
  private func interrupt(
    _ city: CityRun, _ arguments: [String], whenOpen path: String
  ) throws -> Stopped {
    let process = Process()
    process.executableURL = try Run.binary()
    process.arguments = arguments
    process.environment = CityRun.passphrases.merging(["KANHE_REGISTRY": city.directory]) { $1 }
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let folder = "/proc/\(process.processIdentifier)/fd"
    while process.isRunning {
      kill(process.processIdentifier, SIGSTOP)
      if InterruptionTests.isOpen(path, in: folder) { break }
      kill(process.processIdentifier, SIGCONT)
      usleep(500)
    }
    kill(process.processIdentifier, SIGINT)
    kill(process.processIdentifier, SIGCONT)
    process.waitUntilExit()
    return Stopped(
      status: process.terminationStatus, reason: process.terminationReason,
      output: String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self),
      errors: String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self))
  }

  private static func isOpen(_ path: String, in folder: String) -> Bool {
    let files = FileManager.default
    guard
      case .success(let names) = Result(catching: { try files.contentsOfDirectory(atPath: folder) })
    else { return false }
    return names.contains { name in
      let link = Result { try files.destinationOfSymbolicLink(atPath: folder + "/" + name) }
      guard case .success(let target) = link else { return false }
      return target.hasSuffix(path)
    }
  }

  @Test("while rows are checked: nothing was signed, and the same command begins again")
  func checking() throws {
    let city = try CityRun()
    try city.prepareCards()
    try city.write("many.csv", CityRun.sheet(0..<60_000))
    let size = try city.json(["registry", "status"])["size"]
    let arguments = [
      "certificate", "issue", "--type", CityRun.card, "--csv", city.file("many.csv"), "--out",
      city.file("o.jsonl"), "--as", CityRun.police,
    ]
    let text = try interrupt(city, arguments, whenOpen: "/many.csv")
    #expect(text.status == 130 && text.reason == .exit, "\(text)")
    #expect(text.output.isEmpty)
    #expect(text.errors.contains("interrupted while the rows were checked; nothing was signed"))
    #expect(text.errors.split(separator: "\n").last?.contains("run it again: ") == true)
    let json = try interrupt(city, arguments + ["--format", "json"], whenOpen: "/many.csv")
    let error = try json.error()
    #expect(json.status == 130 && error["code"]?.stringValue == "interrupted")
    #expect(error["done"]?.integerValue == 0 && error["issued"]?.integerValue == 0)
    #expect(error["hint"]?.stringValue?.contains("certificate issue") == true)
    #expect(try city.json(["registry", "status"])["size"] == size)
    #expect(!FileManager.default.fileExists(atPath: city.file("o.jsonl")))
  }

  @Test("an export goes on with the command that the hint names")
  func export() throws {
    let city = try CityRun.withCards(3_000)
    let folder = city.file("export")
    let stopped = try interrupt(
      city, ["ledger", "export", folder, "--format", "json"], whenOpen: "/ledger.sqlite")
    #expect(stopped.status == 130 && stopped.reason == .exit, "\(stopped)")
    let error = try stopped.error()
    #expect(error["code"]?.stringValue == "interrupted" && error["files"]?.integerValue != nil)
    let hint = try #require(error["hint"]?.stringValue)
    #expect(hint.hasSuffix("kanhe ledger export \(folder) --incremental"))
    let whole = try city.json(["ledger", "export", folder, "--incremental"])
    let size = try city.json(["registry", "status"])["size"]
    #expect(whole["size"] == size)
    let audit = try Run([
      "audit", "ledger", "--from", folder, "--root", city.directory + "/public/root.pem",
    ])
    #expect(audit.status == 0, "\(audit.output)")
  }

  @Test("an audit that was stopped gives no verdict")
  func audit() throws {
    let city = try CityRun.withCards(3_000)
    let stopped = try interrupt(
      city, ["audit", "ledger", "--format", "json"], whenOpen: "/ledger.sqlite")
    #expect(stopped.status == 130 && stopped.reason == .exit, "\(stopped)")
    #expect(stopped.output.isEmpty)
    let error = try stopped.error()
    #expect(error["code"]?.stringValue == "interrupted" && error["fault_count"] == 0)
    #expect((error["done"]?.integerValue ?? 3_000) < 3_000)
  }

  @Test("at the prompt for a passphrase the terminal gets its echo back")
  func prompt() throws {
    let city = try CityRun.withCards(1)
    let card = try #require(try city.identifiers().first)
    for number in [SIGINT, SIGTERM] {
      let prompt = try Prompt(city, card)
      #expect(try !isEchoing(prompt.slave))
      kill(prompt.process.processIdentifier, number)
      // An impatient second one, before the first was seen, must not leave the terminal mute.
      usleep(20_000)
      kill(prompt.process.processIdentifier, number)
      prompt.process.waitUntilExit()
      #expect(
        prompt.process.terminationStatus == 130 && prompt.process.terminationReason == .exit)
      #expect(try isEchoing(prompt.slave))
      prompt.read()
      #expect(
        prompt.shown.contains("interrupted at the passphrase prompt"), "\(prompt.shown)")
    }
    #expect(try city.json(["certificate", "show", card])["state"] == "in_force")
  }

  @Test("what was typed at the prompt before the input ended is no passphrase")
  func inputEnd() throws {
    let city = try CityRun.withCards(1)
    let card = try #require(try city.identifiers().first)
    let prompt = try Prompt(city, card)
    // Two Ctrl-D: the first hands over what was typed, the second ends the input.
    #expect(unsafe write(prompt.master, "department words\u{4}\u{4}", 18) == 18)
    prompt.process.waitUntilExit()
    prompt.read()
    #expect(
      prompt.process.terminationStatus == 2 && prompt.process.terminationReason == .exit)
    #expect(
      prompt.shown.contains("the input ended at the passphrase prompt"), "\(prompt.shown)")
    #expect(try city.json(["certificate", "show", card])["state"] == "in_force")
  }

  private func isEchoing(_ terminal: Int32) throws -> Bool {
    var settings = termios()
    try #require(unsafe tcgetattr(terminal, &settings) == 0)
    return settings.c_lflag & tcflag_t(ECHO) != 0
  }
}

/// A command that waits for a passphrase, on a terminal of its own.
private final class Prompt {
  let process = Process()
  let master: Int32
  let slave: Int32
  private let screen: FileHandle
  /// What stands on the terminal so far.
  private(set) var shown = ""

  init(_ city: CityRun, _ card: String) throws {
    var (master, slave): (Int32, Int32) = (0, 0)
    try #require(unsafe openpty(&master, &slave, nil, nil, nil) == 0)
    (self.master, self.slave) = (master, slave)
    screen = FileHandle(fileDescriptor: master)
    process.executableURL = try Run.binary()
    process.arguments = ["certificate", "suspend", card, "--as", CityRun.police]
    process.environment = [
      "KANHE_REGISTRY": city.directory, "KANHE_LEDGER_PASSPHRASE": "ledger words",
    ]
    process.standardInput = FileHandle(fileDescriptor: slave)
    process.standardError = FileHandle(fileDescriptor: slave)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    while process.isRunning, !shown.contains("Passphrase for") { read() }
  }

  deinit {
    close(master)
    close(slave)
  }

  func read() { shown += String(decoding: screen.availableData, as: UTF8.self) }
}
