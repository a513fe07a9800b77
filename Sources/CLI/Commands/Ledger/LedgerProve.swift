import ArgumentParser
import Encoding
import Ledger
import Verification

/// `kanhe ledger prove`: a C2SP tlog-proof of one entry.
struct LedgerProve: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove",
    abstract: "Prove that an entry stands in the newest stored checkpoint.",
    discussion: """
      Prints a C2SP tlog-proof: index, path and the signed checkpoint, verified before it is \
      printed. Exit code 1: the entry is beyond the newest checkpoint, or there is none.

      Examples:
        kanhe ledger prove 93 --registry city --out 93.tlog-proof
        kanhe ledger prove 93 --from-dir export
      """)

  @Argument(
    help: "The entry's index, or the jti of its event.", transform: EntryArgument.read)
  var entry: EntryArgument

  @Option(help: ArgumentHelp("Write the proof into a new file.", valueName: "file"))
  var out: String?

  @Flag(help: "Replace the file of --out.")
  var force = false

  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    try ledger.read(console) { try prove($0, console) }
    return .yes
  }

  private func prove(_ reader: some LedgerReader, _ console: Console) throws {
    let browser = try LedgerBrowser(reader)
    let index = try browser.index(of: entry)
    guard let proof = try browser.proof(of: index) else {
      throw Failure(
        .no, code: "beyond_checkpoint", "entry \(index) is beyond the newest stored checkpoint",
        hint: "any command that writes to the registry stores a newer one")
    }
    let head = try Checkpoint(parsing: try SignedNote(parsing: proof.checkpoint).text).head
    let text = String(decoding: proof.bytes, as: UTF8.self)
    if let out, out != "-" {
      try OutputFile.write(proof.bytes, to: out, force: force)
    }
    try console.result(
      [
        "index": .integer(Int64(index.value)), "size": .integer(Int64(head.size.value)),
        "root": .string(head.root.base64url), "proof": .string(text),
      ], text: { out == nil || out == "-" ? text : "" })
  }
}
