import ArgumentParser
import Certificates
import Cryptography
import Encoding
import Foundation
import Registry

/// What issuing and replacing have in common: where claims come from and deliveries go.
struct IssueOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The type's version; default the newest.", valueName: "n"))
  var version: Int?

  @Option(
    help: ArgumentHelp(
      "Claims: one JSON object, or one in each line; - for standard input.", valueName: "file"))
  var claims: String?

  @Option(
    help: ArgumentHelp(
      "A sheet with the titles of 'type show --csv-header'; - for standard input.",
      valueName: "file"))
  var csv: String?

  @Option(
    help: ArgumentHelp(
      "The sheet's encoding: utf8, gb18030 or gbk; default utf8.", valueName: "encoding"))
  var encoding: String?

  @Option(
    help: ArgumentHelp(
      "Where deliveries go: a file if it ends in .jsonl, else a folder.", valueName: "path"))
  var out: String?

  @Option(
    help: ArgumentHelp(
      "The holder's proven key (holder key) of each copy, in the order of the subjects; for one "
        + "certificate only.", valueName: "file"))
  var holderKey: [String] = []

  @OptionGroup var actor: ActorOptions
  @OptionGroup var registry: RegistryOptions

  func validate() throws {
    guard (claims == nil) != (csv == nil) else {
      throw ValidationError("give either --claims FILE or --csv FILE")
    }
    guard csv != nil || encoding == nil else {
      throw ValidationError("--encoding belongs to --csv; JSON is UTF-8")
    }
    guard encoding.map({ TextEncoding(name: $0) != nil }) ?? true else {
      throw ValidationError("an encoding is utf8, gb18030 or gbk")
    }
    guard out != "-" else {
      throw ValidationError(
        "--out is a file or folder, never standard output: what was issued must outlast a crash")
    }
    guard holderKey.isEmpty || claims != nil else {
      throw ValidationError("--holder-key is for --claims; a sheet has the column holder_key")
    }
  }

  /// Reads the whole file; what is wrong with rows stands in the result.
  func check(
    _ type: TypeFile, isReplacement: Bool = false, _ console: Console
  ) throws -> CheckedClaims {
    let file: ClaimsFile
    let named = csv ?? claims ?? "-"
    let form: ClaimsFile.Form =
      csv == nil ? .json : .sheet(encoding.flatMap(TextEncoding.init(name:)) ?? .utf8)
    if named == "-" {
      let kept = try StandardInput.kept(in: try registry.registryDirectory())
      // Not before: reading what never ends must end at once.
      Interruption.watch()
      file = ClaimsFile(kept, form: form, named: "standard input")
    } else {
      Interruption.watch()
      file = try ClaimsFile(path: named, form: form)
    }
    let progress = Progress("check", console: console)
    defer { progress.finish() }
    let checked = try file.check(
      type, isReplacement: isReplacement, isStopped: { Interruption.isRequested }
    ) {
      progress.update(part: $0, of: $1)
    }
    guard checked.isComplete, !Interruption.isRequested else { throw interruptedChecking }
    return checked
  }

  /// Issues the rows, with progress, until it is done or interrupted.
  func issue(
    _ order: IssueOrder, _ opened: OpenRegistry, _ console: Console
  ) throws -> IssueReport {
    // An interruption waits for the end of a batch.
    let progress = Progress("issue", console: console)
    defer { progress.finish() }
    return try opened.issue(
      order,
      watch: IssueWatch(
        progress: { progress.update(done: $0, total: $1) },
        shouldStop: { Interruption.isRequested }))
  }

  /// The holders' keys that were named.
  func holderKeys() throws -> [P256PublicKey?] { try HolderKeyFile.read(holderKey) }

  /// What is durable stays; the same command does the rest.
  func interrupted(_ result: IssueResult) -> Failure {
    let done = result.report?.record.doneCount ?? 0
    var details: JSONObject = [
      "done": .integer(Int64(done)), "rows": .integer(Int64(result.checked.rowCount)),
      "issued": .integer(Int64(result.report?.issuedCount ?? 0)),
      "refused_rows": .integer(Int64(result.refusedCount)),
    ]
    if let batch = result.report?.batch { details["batch"] = .string(batch.description) }
    let command = IssueOptions.command
    return Failure(
      .interrupted, code: "interrupted",
      "interrupted after \(done) of \(Counted.text(result.checked.rowCount, "row")); "
        + "what was issued is kept",
      hint: "the same command goes on: \(command)", details: details)
  }

  /// Nothing was begun; the same command begins again.
  private var interruptedChecking: Failure {
    Failure(
      .interrupted, code: "interrupted",
      "interrupted while the rows were checked; nothing was signed",
      hint: "run it again: \(IssueOptions.command)",
      details: ["done": 0, "issued": 0])
  }

  /// The command as it was given.
  private static var command: String {
    CommandLine.arguments.map(quoted).joined(separator: " ")
  }

  /// An argument as a shell takes it.
  private static func quoted(_ argument: String) -> String {
    let isPlain = argument.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte >= 0x80 || "-_./=:,+@%".utf8.contains(byte)
    }
    guard !isPlain || argument.isEmpty else { return argument }
    return "'" + argument.replacingOccurrences(of: "'", with: #"'\''"#) + "'"
  }
}
