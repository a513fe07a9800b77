import ArgumentParser
import Certificates
import Encoding
import Registry
import Rules

/// Options of suspending, reinstating and revoking.
struct StateOptions: ParsableArguments {
  @Argument(help: "The certificate's identifier.")
  var identifier: String?

  @Option(help: "Why; kept as a disclosure. It must not name persons.")
  var reason: String?

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var actor: ActorOptions

  /// The job that was asked for.
  private func job(to target: CertificateState) throws -> StateJob {
    guard let identifier else {
      throw ValidationError("name a certificate by its identifier")
    }
    if let fault = StateStep.objection(to: target, reason: reason) {
      throw ValidationError("\(fault.path): \(fault.message)")
    }
    return StateJob(
      StateRequest(
        .identifier(try CertificateIdentifier(identifier)),
        try StateStep(to: target, reason: reason)))
  }

  /// Does it and renders what became of it.
  func run(to target: CertificateState, _ console: Console) throws -> Failure.Status {
    let job = try job(to: target)
    let code = try actor.code()
    let opened = try registry.open(forWriting: true, actor: actor)
    let signer = try opened.signer(code, use: .act)
    Interruption.watch()
    let progress = Progress(target.rawValue, console: console)
    let report = try job.run(
      in: opened, by: signer, progress: { progress.update(done: $0, total: $1) },
      isInterrupted: { Interruption.isRequested })
    progress.finish()
    try opened.close()
    try console.result(
      StateResult.json(report), text: { StateResult.text(report) },
      table: { StateResult.table(report) })
    if report.isInterrupted {
      throw Failure(
        .interrupted, code: "interrupted",
        "interrupted after \(report.decidedCount) of \(job.count); these are durable",
        hint: "run the same command again: what is done is passed over")
    }
    if report.changedCount > 0 {
      console.hint("kanhe status publish --as \(code) tells everyone")
    }
    return report.refusedCount == 0 ? .yes : .no
  }
}
