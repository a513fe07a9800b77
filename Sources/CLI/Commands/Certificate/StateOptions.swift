import ArgumentParser
import Certificates
import Encoding
import Registry
import Rules

/// Options of suspending, reinstating and revoking.
struct StateOptions: ParsableArguments {
  @Argument(help: "The certificate's identifier.")
  var identifier: String?

  @Option(
    help: ArgumentHelp(
      "Many: a sheet; its first line is identifier,reason (证照标识,原因), for revoke "
        + "identifier,state,reason (证照标识,证照状态,原因). - is standard input.",
      valueName: "file"))
  var csv: String?

  @Option(help: ArgumentHelp("Many: all that this job issued.", valueName: "id"))
  var batch: String?

  @Option(help: "The sheet's encoding: utf8, gb18030 or gbk.")
  var encoding = "utf8"

  @Option(help: "Why; kept as a disclosure. It must not name persons.")
  var reason: String?

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var actor: ActorOptions

  func validate() throws {
    guard [identifier, csv, batch].count(where: { $0 != nil }) == 1 else {
      throw ValidationError("name one thing: an identifier, --csv or --batch")
    }
    guard TextEncoding(name: encoding) != nil else {
      throw ValidationError("--encoding is utf8, gb18030 or gbk")
    }
  }

  /// Refuses as wrong usage what no certificate can become.
  func check(_ target: CertificateState) throws {
    if let fault = StateStep.objection(to: target, reason: reason) {
      throw ValidationError("--\(fault.path): \(fault.message)")
    }
  }

  /// Does it and renders what became of it; `target` nil where each row says it.
  func run(
    to target: CertificateState?, isEnding: Bool = false, _ console: Console
  ) throws -> Failure.Status {
    let code = try actor.code()
    // What is malformed is told before a passphrase is asked for.
    _ = try identifier.map { try CodeArgument.identifier($0) }
    _ = try batch.map(CodeArgument.batch)
    guard let csv else { return try run(to: target, by: code, console) { try job(target, $0) } }
    let sheet = try StateSheet(
      try file(csv), StateSheet.Defaults(state: target, isEnding: isEnding, reason: reason))
    guard sheet.faults.isEmpty else {
      try StateResult.show(StateReport(refusing: sheet), console)
      console.hint("nothing was changed: correct the rows and run the command again")
      return .no
    }
    return try run(to: target, by: code, console) { _ in try sheet.job() }
  }

  private func run(
    to target: CertificateState?, by code: String, _ console: Console,
    _ job: (OpenRegistry) throws -> StateJob
  ) throws -> Failure.Status {
    let opened = try registry.open(forWriting: true, actor: actor)
    let job = try job(opened)
    let signer = try opened.signer(code, use: .act)
    Interruption.watch()
    let progress = Progress(target?.rawValue ?? "revoke", console: console)
    let report = try job.run(
      in: opened, by: signer, progress: { progress.update(done: $0, total: $1) },
      isInterrupted: { Interruption.isRequested })
    progress.finish()
    try opened.close()
    try StateResult.show(report, console)
    if report.isInterrupted {
      throw Failure.interrupted(after: report.decidedCount, of: job.count)
    }
    if report.changedCount > 0 {
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

  /// One certificate, or those of a batch.
  private func job(_ target: CertificateState?, _ opened: OpenRegistry) throws -> StateJob {
    guard let target else { throw ValidationError("--state says what it shall be") }
    let step = try StateStep(to: target, reason: reason)
    if let batch {
      return try BatchMembers(try CodeArgument.batch(batch), in: opened.vault).job(step)
    }
    guard let identifier else { throw ValidationError("name a certificate") }
    return StateJob(StateRequest(.identifier(try CodeArgument.identifier(identifier)), step))
  }
}
