import Encoding
import Foundation
import Testing

extension CityRun {
  /// How a command ended that was stopped.
  struct Stopped {
    let status: Int32
    let reason: Process.TerminationReason
    let errors: String

    /// The error object, the last line on standard error.
    func error() throws -> JSONValue {
      let line = try #require(errors.split(separator: "\n").last)
      return try #require(try JSONValue(parsing: Array(line.utf8))["error"])
    }
  }

  /// Starts a command, waits until its first batch is being written, and sends a signal.
  func stop(_ arguments: [String], signal number: Int32) throws -> Stopped {
    let process = Process()
    process.executableURL = try Run.binary()
    process.arguments = arguments
    process.environment = CityRun.passphrases.merging(["KANHE_REGISTRY": directory]) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    while process.isRunning, logSize < 150_000 { usleep(2_000) }
    kill(process.processIdentifier, number)
    process.waitUntilExit()
    return Stopped(
      status: process.terminationStatus, reason: process.terminationReason,
      errors: String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self))
  }

  /// The bytes of the ledger's log: a batch has more than a thousand bytes for each entry.
  private var logSize: Int {
    let values = Result {
      try FileManager.default.attributesOfItem(atPath: directory + "/ledger.sqlite-wal")
    }
    guard case .success(let found) = values else { return 0 }
    return (found[.size] as? Int) ?? 0
  }
}
