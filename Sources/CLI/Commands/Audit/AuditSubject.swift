import ArgumentParser
import Encoding
import Ledger
import Registry
import Rules
import Verification

/// `kanhe audit subject`: all that happened about one person.
struct AuditSubject: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "subject",
    abstract: "List every entry about a person, each with its proof.",
    discussion: """
      By a delivery, which has the key of its subject's thread: who issued, asked, released and \
      decided what, for which purpose, under which law. Finds the entries by their tags, streaming \
      the whole ledger and trusting no index. A number left out or a failed proof is a no. With \
      --prove an answer is written that kanhe verify checks offline; it holds the thread's key.

      By a holder file, in the registry with its vault: then to whom and under which law the \
      person's entries are shown is first entered in the person's thread, signed with the \
      registry's passphrase.

      Examples:
        kanhe audit subject li.json --from export --root root.pem
        kanhe audit subject - --from export --root root.pem \\
          --prove answer.json < li.json
        kanhe audit subject holder.json --registry city \\
          --to "Audit Bureau" --citation "Audit Law, art. 31"
      """)

  @Argument(
    help: ArgumentHelp(
      "A delivery or a holder file; - for standard input.", valueName: "file"))
  var subject: String

  @OptionGroup var evidence: EvidenceOptions
  @OptionGroup var audit: AuditOptions
  @OptionGroup var proof: ProveOptions
  @OptionGroup var output: OutputOptions

  /// Whose thread is asked for.
  private struct Question {
    var key: ThreadKey
    /// The entry that the asker has, with its number.
    var known: (number: UInt64, entry: Entry)?
    /// Where the registry's vault gave the key: the person's row, and who asks.
    var look: (person: Int64, receiver: EvidenceReceiver)?
  }

  func execute(_ console: Console) throws -> Failure.Status {
    Interruption.watch()
    let bytes = try InputFile.read(subject, maximumBytes: Delivery.byteCountMax)
    let isHolder = AuditSubject.isHolder(bytes)
    let delivered = isHolder ? nil : try self.delivered(bytes)
    let receiver = isHolder ? try evidence.receiver() : nil
    let source = try audit.open(console, records: isHolder)
    let question = try delivered ?? stored(bytes, receiver, source)
    let report = try run(source.reader, question, source, console)
    let recorded = try record(report, question, source)
    try source.close()
    try proof.write(report)
    var object = report.json(withMembers: true)
    if let recorded { object["recorded"] = .integer(Int64(recorded)) }
    try console.result(
      .object(object), text: { report.text }, table: { report.table })
    return AuditShape.status(report.verdict)
  }

  /// A holder file is an object with the type of a code; anything else is read as a delivery.
  private static func isHolder(_ bytes: [UInt8]) -> Bool {
    do {
      let value = try JSONValue(parsing: bytes, maximumBytes: Delivery.byteCountMax)
      return value["code_type"] != nil || value["code"] != nil
    } catch {
      return false
    }
  }

  private func delivered(_ bytes: [UInt8]) throws -> Question {
    guard !evidence.isGiven else {
      throw Failure(
        .usage, code: "not_recorded", "who holds the delivery needs nobody's leave",
        hint: "leave out --to, --citation and --to-department")
    }
    let delivery = try Delivery(parsing: bytes)
    let place = delivery.subjectThread
    return Question(key: place.key, known: (place.number, delivery.receipt.entry))
  }

  private func stored(
    _ bytes: [UInt8], _ receiver: EvidenceReceiver?, _ source: AuditSource
  ) throws -> Question {
    let holder = try PersonInput.holder(bytes: bytes)
    guard let registry = source.registry, let receiver else {
      throw Failure(
        .usage, code: "no_vault", "an export does not know persons",
        hint: "give a delivery, which has the key of its subject's thread")
    }
    guard let person = try registry.person(holder) else {
      throw Failure(.no, code: "no_such_person", "this registry has no entry about the person")
    }
    return Question(key: person.key, look: (person.id, receiver))
  }

  private func run(
    _ reader: some LedgerReader, _ question: Question, _ source: AuditSource, _ console: Console
  ) throws -> ThreadReport {
    try AuditThread(
      audit: try ThreadAudit(
        reader: reader, root: source.root, thread: .subject(question.key),
        known: question.known.map { .init(number: $0.number, entry: $0.entry) },
        runs: source.runs, isAnswerWanted: proof.isWanted)
    ).run(console)
  }

  /// Before anything is shown: the person finds the look in the own thread.
  private func record(
    _ report: ThreadReport, _ question: Question, _ source: AuditSource
  ) throws -> Int? {
    guard let look = question.look, let registry = source.registry else { return nil }
    let evidence = PersonEvidence(person: look.person, events: report.entries.map(\.id))
    return try registry.recordEvidence([evidence], to: look.receiver).count
  }
}
