import ArgumentParser
import Encoding
import Foundation

extension OutputFormat: ExpressibleByArgument {}

/// The options every command has: `spec/cli/README.md`, "Options of every command".
struct OutputOptions: ParsableArguments {
  @Option(help: "Form of the result: text, json or csv (tables only).")
  var format: OutputFormat = .text

  @Flag(help: "No progress and no hints; errors and the result stay.")
  var quiet = false

  var console: Console { Console(format: format, isQuiet: quiet) }
}

/// A command that parses, calls one library function and renders.
///
/// `execute` returns the exit status; what it throws is rendered here, in the chosen form.
protocol KanheCommand: ParsableCommand {
  /// Options that may be given several times.
  static var repeatable: [String] { get }
  /// Whether `--format csv` has something to print.
  static var hasTable: Bool { get }
  var output: OutputOptions { get }
  func execute(_ console: Console) throws -> Failure.Status
}

/// A command whose result can be a table.
protocol TableCommand: KanheCommand {}

extension TableCommand {
  static var hasTable: Bool { true }
}

extension KanheCommand {
  static var repeatable: [String] { [] }
  static var hasTable: Bool { false }

  func run() throws {
    if let name = Misuse.repeated(CommandLine.arguments, except: Self.repeatable) {
      throw ValidationError("\(name) was given more than once")
    }
    let console = output.console
    var misuse: ValidationError?
    let status = console.run { console in
      // Before anything is done: what was done could not be told.
      guard console.format != .csv || Self.hasTable else { throw Failure.noTable }
      do {
        return try execute(console)
      } catch let error as ValidationError {
        misuse = error
        return .usage
      }
    }
    if let misuse { throw misuse }
    if status != .yes { throw ExitCode(status.rawValue) }
  }
}

extension Console {
  /// Runs a command's work; what it throws is rendered in the chosen form.
  func run(_ work: (Console) throws -> Failure.Status) -> Failure.Status {
    do {
      return try work(self)
    } catch {
      let failure = Failure(explaining: error)
      report(failure)
      return failure.status
    }
  }
}
