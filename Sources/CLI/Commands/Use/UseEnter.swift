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
    let opened = try registry.open(forWriting: true, actor: actor)
    Interruption.watch()
    let recorder = try UseRecorder(
      opened, at: try registry.registryDirectory(), adding: evidence, by: code, mode: how.mode)
    let progress = Progress("use", console: console)
    var report = EnteredUses()
    for (number, one) in waiting.enumerated() where !Interruption.isRequested {
      report.add(try UseEnter.enter(one, by: recorder))
      progress.update(done: number + 1, total: waiting.count)
    }
    progress.finish()
    try opened.close()
    try console.result(report.json, text: { report.text }, table: { report.table })
    guard report.count == waiting.count else {
      throw Failure(
        .interrupted, code: "interrupted",
        "interrupted after \(report.count) of \(waiting.count); what was done is durable",
        hint: "run the same command again: what is done is passed over",
        details: [
          "done": .integer(Int64(report.count)), "rows": .integer(Int64(waiting.count)),
        ])
    }
    return report.status
  }

  /// Enters one; what is wrong with it alone does not stop the others.
  private static func enter(
    _ one: UseQueue.Waiting, by recorder: UseRecorder
  ) throws -> EnteredUses.One {
    do {
      let asked = try RequestFile(one.requestPath)
      let shown = try ShownAnswer(one.answerPath)
      let queued = QueuedUse(name: one.name, answer: shown.token)
      if let index = try recorder.entry(of: queued) { return .init(one, .known(index)) }
      let recorded = try recorder.record(
        shown, to: asked, at: one.time, clock: Timestamp.now(), queued: queued
      ).recorded
      return .init(one, .entered(recorded.entry.index.value, codes: recorded.codes))
    } catch let failure as Failure where [.no, .cannot, .usage].contains(failure.status) {
      return .init(one, .failed(failure))
    } catch let error as RegistryError where error.code == .refused {
      return .init(one, .failed(Failure(explaining: error)))
    }
  }
}
