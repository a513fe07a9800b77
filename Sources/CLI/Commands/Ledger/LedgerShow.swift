import ArgumentParser
import Encoding
import Foundation
import Ledger
import Rules
import Verification

/// `kanhe ledger show`: one entry, read or as its bytes.
struct LedgerShow: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one entry, by index or by the number of its event.",
    discussion: """
      Nothing private stands in an entry; disclosures are in the vault and in receipts.

      Examples:
        kanhe ledger show 93 --registry city
        (printf '\\0'; kanhe ledger show 93 --raw --from-dir export) | sha256sum
      """)

  @Argument(
    help: "The entry's index, or the jti of its event.", transform: EntryArgument.read)
  var entry: EntryArgument

  @Flag(help: "The entry's bytes alone, without a newline.")
  var raw = false

  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    try ledger.read(console) { try show($0, console) }
    return .yes
  }

  private func show(_ reader: some LedgerReader, _ console: Console) throws {
    let browser = try LedgerBrowser(reader)
    let index = try browser.index(of: entry)
    guard let bytes = try browser.bytes(at: index) else { return }
    if raw {
      Console.write(bytes, to: STDOUT_FILENO)
      return
    }
    let entry = try Entry(parsing: bytes)
    let event = try Event(parsing: entry.event)
    try console.result(
      EntryJSON.whole(entry, event), text: { LedgerShow.text(entry, event) })
  }

  private static func text(_ entry: Entry, _ event: Event) -> String {
    var lines = [
      "entry      \(entry.index)", "received   \(entry.received)",
      "kind       \(event.kind.rawValue)", "issuer     \(TerminalText.line(event.issuer))",
      "event      \(event.id.number.base64url)", "identity   \(event.keyID.base64url)",
      "seen       \(event.seen.size) \(event.seen.root.base64url)",
    ]
    for member in event.clear {
      let value = TerminalText.json(member.value.canonicalBytes())
      lines.append("  \(TerminalText.line(member.name)): \(String(decoding: value, as: UTF8.self))")
    }
    lines.append("digests    \(event.digests.count)")
    lines += entry.tags.map { "tag        \($0)" }
    lines.append("previous   \(entry.previous.base64url)")
    lines.append("leaf hash  \(entry.leafHash.base64url)")
    return lines.joined(separator: "\n") + "\n"
  }
}
