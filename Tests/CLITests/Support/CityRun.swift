import Encoding
import Foundation
import Testing

/// A registry made by the binary, in a folder of its own that vanishes with the last reference.
final class CityRun {
  static let code = "11440300KH00000165"
  /// Public security: defines and issues the identity card.
  static let police = "11440300KH0002054H"
  /// Civil affairs: defines and issues the marriage certificate.
  static let civil = "11440300KH0002062C"
  static let passphrases = [
    "KANHE_REGISTRY_PASSPHRASE": "registry words", "KANHE_LEDGER_PASSPHRASE": "ledger words",
    "KANHE_PASSPHRASE": "department words",
  ]

  let folder: String
  /// The host that the registry speaks for.
  let host: String

  /// The registry's directory.
  var directory: String { folder + "/city" }

  /// An empty folder, or one with a registry in it.
  init(withRegistry: Bool = true, host: String = "zs.example") throws {
    self.host = host
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("kanhe-cli-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = url.path
    if withRegistry {
      let run = try initialise()
      try #require(run.status == 0, "\(run.errors)")
    }
  }

  deinit {
    _ = Result { try FileManager.default.removeItem(atPath: folder) }
  }

  /// Runs `registry init` with test keys.
  func initialise(_ more: [String] = [], directory: String? = nil) throws -> Run {
    try Run(
      [
        "registry", "init", directory ?? self.directory, "--name", "深圳市", "--host", host,
        "--origin", "\(host)/ledger", "--code", CityRun.code, "--test-keys", "--quiet",
      ] + more, environment: CityRun.passphrases)
  }

  /// Runs a command on the registry, with all passphrases but those that `environment` changes.
  func run(
    _ arguments: [String], environment: [String: String] = [:], input: [UInt8]? = nil
  ) throws -> Run {
    try Run(
      arguments,
      environment: CityRun.passphrases.merging(["KANHE_REGISTRY": directory]) { $1 }
        .merging(environment) { $1 }, input: input)
  }

  /// Runs a command that must succeed, and reads its JSON.
  func json(_ arguments: [String]) throws -> JSONValue {
    let run = try run(arguments + ["--format", "json"])
    try #require(run.status == 0, "\(arguments): \(run.errors)")
    return try run.json()
  }

  /// Changes a database of the registry as a disk or a hand might.
  func alter(_ database: String, _ statement: String) throws {
    let run = try Run(
      tool: "python3",
      [
        "-c",
        "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit(); "
          + "c.execute('PRAGMA wal_checkpoint(TRUNCATE)')", "\(directory)/\(database)", statement,
      ])
    try #require(run.status == 0, "\(run.errors)")
  }

  /// A path in the folder.
  func file(_ name: String) -> String { folder + "/" + name }
}
