import ArgumentParser
import Encoding
import Ledger
import Registry
import Rules

/// `kanhe ledger map`: publishes runs.
struct LedgerMap: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "map",
    abstract: "Publish the runs up to now: the proof that a thread has no further entry.",
    discussion: """
      Sorts the tags of all entries since the last run, and enters the root over them. Reads \
      beside whoever appends, and holds their lock for the one entry only. Nothing is entered \
      when there is nothing new but publications. Killed at any moment, the same command goes \
      on. Needs the registrar's key. With --due, for a timer: only whole blocks of 65,536 \
      entries.

      Examples:
        kanhe ledger map --registry city
        kanhe ledger map --due --registry city --quiet
      """)

  @Flag(help: "Publish only whole blocks of 65,536 entries.")
  var due = false

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    Interruption.watch()
    let opened = try registry.open(forWriting: true)
    let publisher = try RunPublisher(opened, isStopped: { Interruption.isRequested })
    let report = try publisher.publish(due ? .wholeBlocks : .now)
    try opened.close()
    guard report.isComplete else {
      throw Failure(
        .interrupted, code: "interrupted", "interrupted; the files of the runs are not whole",
        hint: "give the same command again")
    }
    try console.result(.object(LedgerMap.json(report)), text: { LedgerMap.text(report) })
    return .yes
  }

  private static func json(_ report: RunPublisher.Report) -> JSONObject {
    var object: JSONObject = [
      "published": .boolean(report.index != nil), "covered": Shape.size(report.covered),
      "size": Shape.size(report.size), "runs": .array(report.runs.map(run)),
    ]
    if let index = report.index { object["index"] = .integer(Int64(index.value)) }
    if let checkpoint = report.checkpoint { object["checkpoint"] = Shape.checkpoint(checkpoint) }
    return object
  }

  private static func run(_ run: RunFact) -> JSONValue {
    [
      "from": Shape.size(run.range.from), "to": Shape.size(run.range.to),
      "root": .string(run.root.base64url), "index": .integer(Int64(run.entry)),
    ]
  }

  private static func text(_ report: RunPublisher.Report) -> String {
    var text = ""
    if let index = report.index, let run = report.runs.last {
      text = "published the run \(run.range), entered as \(index)\n"
    } else {
      text = "nothing to publish\n"
    }
    return text + "\(Counted.text(report.runs.count, "run")) in force, "
      + "over the first \(Counted.entries(report.covered.value))\n"
  }
}
