import ArgumentParser
import Encoding
import Ledger

/// `kanhe ledger checkpoint`: the newest stored signed note.
struct LedgerCheckpoint: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint",
    abstract: "Print the newest stored checkpoint, byte for byte.",
    discussion: """
      A checkpoint is the ledger's signed word on its size and root: keep it, and show that later \
      ledgers grew out of it with audit ledger --since.

      Examples:
        kanhe ledger checkpoint --registry city
        kanhe ledger checkpoint --from-dir export > checkpoint.txt
      """)

  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let (note, size) = try ledger.read(console) {
      (try $0.latestCheckpoint(), try $0.size())
    }
    guard let note else {
      throw Failure(.no, code: "no_checkpoint", "the ledger has no stored checkpoint yet")
    }
    let checkpoint = try Checkpoint(parsing: try SignedNote(parsing: note).text)
    let text = String(decoding: note, as: UTF8.self)
    try console.result(
      [
        "origin": .string(checkpoint.origin), "size": .integer(Int64(checkpoint.size.value)),
        "root": .string(checkpoint.root.base64url), "note": .string(text),
        "beyond": .integer(Int64(size.value) - Int64(checkpoint.size.value)),
      ], text: { text })
    return .yes
  }
}
