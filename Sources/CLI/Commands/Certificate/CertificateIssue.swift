import ArgumentParser
import Certificates
import Cryptography
import Encoding
import Foundation
import Registry

/// `kanhe certificate issue`: one certificate or a file of them.
struct CertificateIssue: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "issue",
    abstract: "Issue one certificate, or every row of a sheet.",
    discussion: """
      Every row is checked before anything is signed; faults are listed by line and column. Rows \
      whose unique values a certificate in force has are refused alone. Interrupted or killed, the \
      same command with the same file goes on: no row twice, none lost. Lines of a .jsonl file are \
      in the order of issuing, which is shuffled. Exit code 1: rows were refused.

      Examples:
        kanhe certificate issue --type 11440300KH0002054H001 --csv cards.csv --out cards.jsonl \
      --registry city --as 11440300KH0002054H
        kanhe certificate issue --type 11440300KH0002054H001 --csv cards.csv --dry-run
        kanhe certificate issue --type 11440300KH0002054H001 --claims card.json --out card \
      --holder-key wallet.jwk
      """)

  @Option(help: ArgumentHelp("The type's code, 21 characters.", valueName: "code"))
  var type: String

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

  @Option(help: ArgumentHelp("The sheet's encoding: utf8 or gb18030.", valueName: "encoding"))
  var encoding: String?

  @Option(
    help: ArgumentHelp(
      "Where deliveries go: a file if it ends in .jsonl, else a folder.", valueName: "path"))
  var out: String?

  @Option(
    help: ArgumentHelp(
      "The holder's public key (JWK) of each copy, in the order of the subjects; for one "
        + "certificate only.", valueName: "jwk"))
  var holderKey: [String] = []

  @Flag(help: "Check the file and stop; nothing is signed, no passphrase is needed.")
  var dryRun = false

  @OptionGroup var actor: ActorOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (claims == nil) != (csv == nil) else {
      throw ValidationError("give either --claims FILE or --csv FILE")
    }
    guard csv != nil || encoding == nil else {
      throw ValidationError("--encoding belongs to --csv; JSON is UTF-8")
    }
    guard encoding.map({ TextEncoding(name: $0) != nil }) ?? true else {
      throw ValidationError("an encoding is utf8 or gb18030")
    }
    guard dryRun || out != nil else {
      throw ValidationError("say with --out where the deliveries go, or try with --dry-run")
    }
    guard holderKey.isEmpty || claims != nil else {
      throw ValidationError("--holder-key is for --claims; a sheet has the column holder_key")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let started = Clock.seconds()
    let department = dryRun ? nil : try actor.code()
    let opened = try registry.open(forWriting: !dryRun, actor: actor)
    let code: TypeCode
    do { code = try TypeCode(type) } catch {
      throw Failure(.usage, code: "bad_type_code", "--type: \(error.message)")
    }
    let file = try opened.typeFile(code, version: version)
    let keys = try holderKeys()
    let checked = try check(file, console)
    var result = IssueResult(type: file, checked: checked, isDryRun: dryRun, out: out)
    if checked.faults.isEmpty, let department, let out {
      result.report = try issue(
        IssueOrder(
          department: department, type: file, claims: checked, holderKeys: keys,
          target: DeliveryTarget(path: out)), opened, console)
    }
    result.seconds = Clock.seconds() - started
    try opened.close()
    if result.report?.isInterrupted == true { throw interrupted(result) }
    try console.result(
      result.json, text: { result.text }, table: { IssueResult.table(result.refused) })
    if !dryRun, result.refusedCount == 0 {
      console.hint("hand each delivery to whom it names; 'kanhe status publish' signs the lists")
    }
    return result.refusedCount == 0 ? .yes : .no
  }

  private func check(_ type: TypeFile, _ console: Console) throws -> CheckedClaims {
    let file: ClaimsFile
    let named = csv ?? claims ?? "-"
    let form: ClaimsFile.Form =
      csv == nil ? .json : .sheet(encoding.flatMap(TextEncoding.init(name:)) ?? .utf8)
    if named == "-" {
      let spool = try StandardInput.spool(in: try registry.registryDirectory())
      defer { StandardInput.remove(spool) }
      file = try ClaimsFile(path: spool, form: form, named: "standard input")
    } else {
      file = try ClaimsFile(path: named, form: form)
    }
    let progress = Progress("check (KiB)", console: console)
    defer { progress.finish() }
    return try file.check(type) { progress.update(done: $0 / 1024, total: $1 / 1024) }
  }

  private func issue(
    _ order: IssueOrder, _ opened: OpenRegistry, _ console: Console
  ) throws -> IssueReport {
    // From here on an interruption waits for the end of a batch.
    Interruption.watch()
    let progress = Progress("issue", console: console)
    defer { progress.finish() }
    return try opened.issue(
      order,
      watch: IssueWatch(
        progress: { progress.update(done: $0, total: $1) },
        shouldStop: { Interruption.isRequested }))
  }

  private func holderKeys() throws -> [P256PublicKey?] {
    try holderKey.map { path in
      let bytes = try BoundedFile.read(path: path, maximumBytes: 4_096)
      do {
        return try JWK.publicKey(try JSONValue(parsing: bytes))
      } catch let error as CertificatesError {
        throw Failure(.cannot, code: "holder_key", "\(path): \(error.message)")
      } catch {
        throw Failure(
          .cannot, code: "holder_key", "\(path): this is no JWK",
          hint: "a JWK is JSON: {\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":…,\"y\":…}")
      }
    }
  }

  /// What is durable stays; the same command does the rest.
  private func interrupted(_ result: IssueResult) -> Failure {
    let done = result.report?.record.doneCount ?? 0
    let command = CommandLine.arguments.map(CertificateIssue.quoted).joined(separator: " ")
    return Failure(
      .interrupted, code: "interrupted",
      "interrupted after \(done) of \(result.checked.rowCount) rows; these are issued and kept",
      hint: "the same command goes on: \(command)")
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

/// Seconds on a clock that nobody sets.
private enum Clock {
  static func seconds() -> Double {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
