import ArgumentParser
import Encoding
import Registry

/// `kanhe audit disclosures`: what an auditor needs to judge the private members.
struct AuditDisclosures: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "disclosures",
    abstract: "Write the openings of private members, for an auditor.",
    discussion: """
      Reads the vault with the ledger's passphrase and writes one line for each entry that has \
      private members. The file names persons by their codes and links their entries: it is made \
      for its owner's eyes alone, and belongs to those whom the law entitles. That it is handed \
      over, to whom and under which law is first entered in each person's thread, signed with the \
      registry's passphrase. Prefer kanhe department disclose: each department for itself. \
      JSON Lines.

      Examples:
        kanhe audit disclosures --registry city --out openings.jsonl \\
          --to "Audit Bureau" --citation "Audit Law, art. 31"
        kanhe audit ledger --from export --root root.pem \\
          --disclosures openings.jsonl
      """)

  @Option(help: ArgumentHelp("The new file.", valueName: "file"))
  var out: String

  @Flag(help: "Replace a file that is there.")
  var force = false

  @OptionGroup var evidence: EvidenceOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let receiver = try evidence.receiver()
    Interruption.watch()
    try OutputFile.requireFree(out, force: force)
    let opened = try registry.open(forWriting: true)
    for reason in opened.reasons { console.warning(reason.description) }
    let counts = try DisclosureFile(
      registry: opened, receiver: receiver, isChosen: { _, _ in true }
    ).write(to: out, console)
    try opened.close()
    try console.result(.object(counts.json(out)), text: { counts.text(out) })
    return counts.damaged == 0 ? .yes : .cannot
  }
}
