import ArgumentParser
import Certificates
import Cryptography
import Encoding
import Registry

/// `kanhe certificate copy`.
struct CertificateCopyCommand: TableCommand {
  static let repeatable = ["--holder-key", "--stop"]

  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Make further copies of a certificate, or stop copies.",
    discussion: """
      Each copy has its own key and its own place in the status list: two copies cannot be linked, \
      and a lost telephone's can be stopped alone. A certificate's state is that of all its \
      copies. A copy is known by its key: the same command makes no second one, and writes a \
      delivery that is missing. Exit code 1: refused.

      Examples:
        kanhe certificate copy 1.2.156.3005.2.… --holder-key key.jwt \\
          --out licences --as 11440300KH0002054H
        kanhe certificate copy 1.2.156.3005.2.… --stop <digest> \\
          --holder-key new.jwt --out licences --as 11440300KH0002054H
        kanhe certificate copy --csv copies.csv --out licences \\
          --as 11440300KH0002054H
      """)

  @Argument(help: "The certificate's identifier.")
  var identifier: String?

  @Option(
    help: ArgumentHelp(
      "The holder's proven key (holder key) of a new copy.", valueName: "file"))
  var holderKey: [String] = []

  @Option(
    help: ArgumentHelp(
      "Whose the new copies are: 1 for the first subject of the certificate; needed where it has "
        + "several.", valueName: "number"))
  var subject: Int?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A copy that stops, by the digest that certificate show lists.", valueName: "digest"))
  var stop: [String] = []

  @Option(
    help: ArgumentHelp(
      "Many: a sheet; its first line is identifier,holder_key,subject,stop "
        + "(证照标识,持证主体公钥,持证主体序号,停用副本). - is standard input.", valueName: "file"))
  var csv: String?

  @Option(help: "The sheet's encoding: utf8, gb18030 or gbk.")
  var encoding = "utf8"

  @Option(help: ArgumentHelp("The folder for the deliveries.", valueName: "path"))
  var out: String?

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var actor: ActorOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (identifier == nil) != (csv == nil) else {
      throw ValidationError("give an identifier or --csv")
    }
    guard csv == nil || (holderKey.isEmpty && stop.isEmpty && subject == nil) else {
      throw ValidationError("a sheet says keys, subjects and copies that stop in its columns")
    }
    guard csv != nil || !holderKey.isEmpty || !stop.isEmpty else {
      throw ValidationError("give --holder-key for a new copy, or --stop for one that ends")
    }
    guard subject.map((1...16).contains) ?? true else {
      throw ValidationError("--subject is 1 to 16")
    }
    guard stop.allSatisfy({ Digest(canonicalText: $0) != nil }),
      Set(stop).count == stop.count, stop.count <= CopyRequest.stoppedCountMax
    else { throw ValidationError("--stop is a copy's digest, 43 characters, each once") }
    guard TextEncoding(name: encoding) != nil else {
      throw ValidationError("--encoding is utf8, gb18030 or gbk")
    }
    let isMaking = csv != nil || !holderKey.isEmpty
    guard out != nil || !isMaking else {
      throw ValidationError("say with --out where the deliveries go")
    }
    guard out?.hasSuffix(".jsonl") != true, out != "-" else {
      throw ValidationError("--out is a folder: one file for each copy")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try actor.code()
    guard let csv else { return try run(try requests(), by: code, console) }
    let sheet = try CopySheet(try file(csv))
    guard sheet.faults.isEmpty else {
      try CopyResult.show(CopyReport(refusing: sheet), out: nil, console)
      console.hint("nothing was changed: correct the rows and run the command again")
      return .no
    }
    return try run(try sheet.job(), by: code, console)
  }

  /// What is malformed is told before a passphrase is asked for.
  private func requests() throws -> CopyJob {
    guard let identifier else { throw ValidationError("name a certificate") }
    let named = try CodeArgument.identifier(identifier)
    let keys = try HolderKeyFile.read(holderKey)
    guard Set(keys.map(\.thumbprint)).count == keys.count else {
      throw Failure(
        .no, code: "key_shared", "a key is named twice: two copies with one key can be linked")
    }
    let stopped = stop.compactMap(Digest.init(canonicalText:))
    var requests = try keys.enumerated().map { position, key in
      try CopyRequest(
        named, holderKey: key, subject: subject, stopped: position == 0 ? stopped : [])
    }
    if keys.isEmpty { requests = [try CopyRequest(named, holderKey: nil, stopped: stopped)] }
    return CopyJob(count: requests.count) { requests[$0] }
  }

  private func run(
    _ job: CopyJob, by code: String, _ console: Console
  ) throws -> Failure.Status {
    let opened = try registry.open(forWriting: true, actor: actor)
    Interruption.watch()
    let progress = Progress("copy", console: console)
    let report = try job.run(
      in: opened, by: code, to: out, progress: { progress.update(done: $0, total: $1) },
      isInterrupted: { Interruption.isRequested })
    progress.finish()
    try opened.close()
    try CopyResult.show(report, out: out, console)
    if report.isInterrupted {
      throw Failure.interrupted(after: report.decidedCount, of: job.count)
    }
    if report.made.contains(where: { $0.stoppedCount > 0 }) {
      console.hint("kanhe status publish --as \(code) tells everyone")
    }
    return report.refusedCount == 0 ? .yes : .no
  }

  private func file(_ path: String) throws -> ClaimsFile {
    let form = ClaimsFile.Form.sheet(TextEncoding(name: encoding) ?? .utf8)
    guard path == "-" else { return try ClaimsFile(path: path, form: form) }
    let kept = try StandardInput.kept(in: try registry.registryDirectory())
    return ClaimsFile(kept, form: form, named: "standard input")
  }
}
