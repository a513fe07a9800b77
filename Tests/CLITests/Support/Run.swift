import Encoding
import Foundation
import Testing

/// Runs the real binary, as a user does.
struct Run {
  let status: Int32
  let output: String
  let errors: String

  /// Runs `kanhe` in the project's folder; none of the caller's own settings reaches it.
  ///
  /// - Parameters:
  ///   - environment: variables for this run alone.
  ///   - input: what stands on standard input.
  init(
    _ arguments: [String], environment: [String: String] = [:], input: [UInt8]? = nil
  ) throws {
    let process = Process()
    process.executableURL = try Run.binary()
    process.arguments = arguments
    process.currentDirectoryURL = Run.project
    process.environment = Run.cleanEnvironment.merging(environment) { $1 }
    try self.init(process, input: input)
  }

  /// Runs another program, found by its name.
  init(tool: String, _ arguments: [String], input: [UInt8]? = nil) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    process.environment = Run.cleanEnvironment
    try self.init(process, input: input)
  }

  private static var cleanEnvironment: [String: String] {
    ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KANHE_") }
  }

  /// Runs a shell script in a folder, with `kanhe` on the path.
  init(script: String, in directory: String, environment: [String: String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-e", "-c", script]
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    var variables = Run.cleanEnvironment
    let path = variables["PATH"] ?? "/usr/bin:/bin"
    variables["PATH"] = try Run.binary().deletingLastPathComponent().path + ":" + path
    process.environment = variables.merging(environment) { $1 }
    try self.init(process, input: nil)
  }

  private init(_ process: Process, input: [UInt8]?) throws {
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    if let input {
      let pipe = Pipe()
      process.standardInput = pipe
      try process.run()
      try pipe.fileHandleForWriting.write(contentsOf: Data(input))
      try pipe.fileHandleForWriting.close()
    } else {
      process.standardInput = FileHandle.nullDevice
      try process.run()
    }
    self.output = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    self.errors = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
  }

  /// Standard output as JSON.
  func json() throws -> JSONValue {
    try JSONValue(parsing: Array(output.utf8.dropLast()), maximumBytes: 1 << 26)
  }

  /// The error object on standard error, the last line of it.
  func error() throws -> JSONValue {
    let line = try #require(errors.split(separator: "\n").last)
    return try #require(try JSONValue(parsing: Array(line.utf8))["error"])
  }

  /// The project's folder.
  static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The binary that was built last.
  static func binary() throws -> URL {
    try #require(
      ["release", "debug"].map { project.appendingPathComponent(".build/\($0)/kanhe") }
        .filter { FileManager.default.isExecutableFile(atPath: $0.path) }
        .max { try modified($0) < modified($1) },
      "build the product kanhe first")
  }

  private static func modified(_ file: URL) throws -> Date {
    try file.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate
      ?? .distantPast
  }
}
