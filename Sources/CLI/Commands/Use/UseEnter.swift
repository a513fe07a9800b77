import ArgumentParser
import Encoding
import Registry

/// `kanhe use enter`: records what counters off line took.
struct UseEnter: TableCommand {
  static let repeatable = ["--evidence"]

  static let configuration = CommandConfiguration(
    commandName: "enter",
    abstract: "Record the uses that a counter off line kept with use check --queue.",
    discussion: """
      Each is judged again, with what was in force when the counter judged it, and entered with \
      that time, oldest first: accepted, or refused with the codes of what failed. The folder is \
      only read. What was entered is known again and passed over, so the same command goes on \
      after any end. Delete the folder when all is entered: it holds what applicants showed. Exit \
      code 0: all accepted or known; 1: one was refused; 2: one could not be judged.

      Examples:
        kanhe use enter today --as 11440300KH0002169P
        kanhe use enter today --evidence north --as 11440300KH0002169P \\
          --format json
      """)

  @Argument(help: ArgumentHelp("The folder that the counter filled.", valueName: "dir"))
  var queue: String

  @OptionGroup var how: UseMode

  @Option(
    help: ArgumentHelp(
      "An export or public folder with newer evidence than the registry's own, or of a registry "
        + "that it admits.", valueName: "dir"))
  var evidence: [String] = []

  @OptionGroup var actor: ActorOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try actor.code()
    let waiting = try UseQueue(directory: queue).waiting()
    if waiting.isEmpty { console.note("nothing waits in \(queue)") }
    let opened = try registry.open(forWriting: true, actor: actor)
    Interruption.watch()
    var report = EnteredUses()
    let end = Result {
      let recorder = try UseRecorder(
        opened, at: try registry.registryDirectory(), adding: evidence, by: code, mode: how.mode)
      let progress = Progress("use", console: console)
      defer { progress.finish() }
      for (number, one) in waiting.enumerated() where !Interruption.isRequested {
        report.add(one, try UseEnter.enter(one, by: recorder))
        progress.update(done: number + 1, total: waiting.count)
      }
    }
    try opened.close()
    // Also where it ended early: what was entered is told.
    try console.result(report.json, text: { report.text }, table: { report.table })
    try end.get()
    guard report.count == waiting.count else {
      throw Failure.interrupted(after: report.count, of: waiting.count)
    }
    if report.status != .cannot {
      console.hint("all is entered: delete \(queue), it holds what applicants showed")
    }
    return report.status
  }

  /// Enters one; what is wrong with it alone does not stop the others.
  private static func enter(
    _ one: UseQueue.Waiting, by recorder: UseRecorder
  ) throws -> EnteredUses.Outcome {
    do {
      let asked = try RequestFile(in: one)
      let shown = try ShownAnswer(in: one)
      let queued = QueuedUse(name: one.name, request: asked.request, answer: shown.token)
      if let known = try recorder.opened.entered(queued) {
        return .known(known.index, codes: known.codes)
      }
      do {
        let recorded = try recorder.record(
          shown, to: asked, at: one.time, clock: Timestamp.now(),
          waited: (queued, isRefused: !one.isAccepted)
        ).recorded
        return .entered(
          recorded.entry.index, codes: recorded.codes, earlier: recorded.earlier)
      } catch {
        // The same command elsewhere may have been faster.
        guard let known = try recorder.opened.entered(queued) else { throw error }
        return .known(known.index, codes: known.codes)
      }
    } catch let failure as Failure where [.no, .cannot, .usage].contains(failure.status) {
      return .failed(failure)
    } catch let error as RegistryError where error.code == .refused {
      return .failed(Failure(explaining: error))
    }
  }
}
