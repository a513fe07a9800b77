import ArgumentParser
import Encoding
import Registry
import Rules

/// `kanhe department disclose`: what a department's own acts opened, for an auditor.
struct DepartmentDisclose: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "disclose",
    abstract: "Hand what a department's own acts opened to an auditor, and record it.",
    discussion: """
      Writes one line for each act that the department signed and that has private members, for \
      kanhe audit --disclosures. The file names persons by their codes and links their entries: \
      it is made for its owner's eyes alone. That it is handed over, to whom and under which law \
      is first entered in each person's thread. Needs the department's, the registry's and the \
      ledger's passphrase. JSON Lines.

      Examples:
        kanhe department disclose --as 11440300KH0002062C --registry city \\
          --to "Audit Bureau" --citation "Audit Law, art. 31" --out acts.jsonl
        kanhe audit shares --from export --root root.pem \\
          --disclosures acts.jsonl --report
      """)

  @Option(help: ArgumentHelp("The new file.", valueName: "file"))
  var out: String

  @Flag(help: "Replace a file that is there.")
  var force = false

  @Option(help: ArgumentHelp("Acts received on or after this day (UTC).", valueName: "day"))
  var fromDay: String?

  @Option(help: ArgumentHelp("Acts received on or before this day (UTC).", valueName: "day"))
  var toDay: String?

  @OptionGroup var evidence: EvidenceOptions
  @OptionGroup var actor: ActorOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { _ = try days() }

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try CodeArgument.department(try actor.code(), option: "--as").text
    let receiver = try evidence.receiver()
    let days = try days()
    Interruption.watch()
    try OutputFile.requireFree(out, force: force)
    let opened = try registry.open(forWriting: true, actor: actor)
    // Who has the department's key may hand over what it did, and nobody else.
    _ = try opened.signer(code, use: .act)
    let counts = try DisclosureFile(
      registry: opened, receiver: receiver,
      isChosen: { event, entry in
        event.issuerCode == code && days.contains(entry.received.day)
      }
    ).write(to: out, console)
    try opened.close()
    var object = counts.json(out)
    object["code"] = .string(code)
    try console.result(.object(object), text: { counts.text(out) })
    return counts.damaged == 0 ? .yes : .cannot
  }

  private func days() throws -> DayRange {
    try DayRange(("--from-day", fromDay), ("--to-day", toDay))
  }
}
