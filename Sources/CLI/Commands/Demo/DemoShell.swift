import Encoding
import Foundation

/// Runs this very program, as a user would type it, in the demonstration's folder.
struct DemoShell {
  /// What a command gave.
  struct Outcome {
    let status: Int32
    let output: String
  }

  let place: DemoPlace
  private let binary: String
  private let environment: [String: String]
  private let isTold: Bool
  private let isQuiet: Bool

  /// Writes the passphrase files and the variables that name them.
  init(place: DemoPlace, city: DemoCity, console: Console) throws {
    self.place = place
    guard let path = Bundle.main.executablePath else {
      throw Failure(.cannot, code: "no_binary", "the program cannot find itself")
    }
    binary = path
    isTold = console.format == .text
    isQuiet = console.isQuiet
    try place.makeFolder("passphrases")
    var lines = ["# Source this file in its own folder: . ./environment"]
    var values = ["KANHE_REGISTRY": "city", "KANHE_WALLET": "wallet"]
    for (name, variable) in [
      ("departments", "KANHE_PASSPHRASE_FILE"), ("ledger", "KANHE_LEDGER_PASSPHRASE_FILE"),
      ("registry", "KANHE_REGISTRY_PASSPHRASE_FILE"),
      ("wallet", "KANHE_WALLET_PASSPHRASE_FILE"),
    ] {
      try place.write("demonstration \(UUID().uuidString)\n", to: "passphrases/\(name)")
      values[variable] = "passphrases/\(name)"
    }
    lines += values.sorted { $0.key < $1.key }.map { "export \($0.key)=\($0.value)" }
    lines.append("alias kanhe='\(binary)'")
    try place.write(lines.joined(separator: "\n") + "\n", to: "environment")
    // Only what is needed: a variable of the user's must not reach another registry.
    environment = ProcessInfo.processInfo.environment
      .filter { !$0.key.hasPrefix("KANHE_") }
      .merging(values) { $1 }
  }

  /// Tells a step of the story.
  func tell(_ text: String) {
    guard isTold else { return }
    Console.write(Array("\n\(text)\n".utf8), to: STDOUT_FILENO)
  }

  /// Tells what was done unseen.
  func note(_ text: String) {
    guard isTold else { return }
    Console.write(Array("  … \(text)\n".utf8), to: STDOUT_FILENO)
  }

  /// Runs a command that the reader sees, with the first lines of what it prints.
  @discardableResult
  func run(
    _ arguments: [String], expecting status: Int32 = 0, lines: Int = 4
  ) throws -> Outcome {
    try run(arguments, expecting: [status], lines: lines)
  }

  /// The same of a command that may end in several ways.
  @discardableResult
  func run(
    _ arguments: [String], expecting statuses: Set<Int32>, lines: Int = 4
  ) throws -> Outcome {
    if isTold {
      let words = arguments.map(DemoShell.quoted).joined(separator: " ")
      Console.write(Array("  $ kanhe \(words)\n".utf8), to: STDOUT_FILENO)
    }
    let outcome = try start(arguments, expecting: statuses)
    if isTold {
      let all = outcome.output.split(separator: "\n")
      // Two lines more are shown rather than counted.
      let count = all.count <= lines + 2 ? all.count : lines
      var text = all.prefix(count).map { "    \($0)\n" }.joined()
      if all.count > count { text += "    … \(all.count - count) lines more\n" }
      Console.write(Array(text.utf8), to: STDOUT_FILENO)
    }
    return outcome
  }

  /// Asks a command for its JSON, unseen.
  func ask(_ arguments: [String], expecting statuses: Set<Int32> = [0]) throws -> JSONValue {
    let outcome = try start(arguments + ["--format", "json"], expecting: statuses, isSeen: false)
    return try JSONValue(parsing: Array(outcome.output.utf8))
  }

  /// Runs one of the sample city's generators.
  func generate(_ generator: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", generator] + arguments
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(
        .cannot, code: "generator_failed", "the generator of the sample city failed",
        hint: "it needs python3")
    }
  }

  private func start(
    _ arguments: [String], expecting statuses: Set<Int32>, isSeen: Bool = true
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: binary)
    process.arguments = arguments + (isQuiet ? ["--quiet"] : [])
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: place.directory)
    process.standardInput = FileHandle.nullDevice
    // The command was seen before: its warnings need not be read twice.
    if !isSeen { process.standardError = FileHandle.nullDevice }
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let outcome = Outcome(
      status: process.terminationStatus, output: String(decoding: bytes, as: UTF8.self))
    guard statuses.contains(outcome.status) else {
      let expected = statuses.sorted().map { "\($0)" }.joined(separator: " or ")
      throw Failure(
        .no, code: "step_failed",
        "kanhe \(arguments.prefix(2).joined(separator: " ")) ended with \(outcome.status), "
          + "not \(expected)")
    }
    return outcome
  }

  private static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || [0x2D, 0x2E, 0x2F, 0x5F].contains(byte) || byte > 0x7F
    }
    return plain && !word.isEmpty ? word : "'\(word)'"
  }
}
