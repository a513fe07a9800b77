import ArgumentParser
import Encoding
import Ledger
import Rules
import Verification

/// `kanhe ledger list`: entries in order, by kind and department.
struct LedgerList: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List entries: the last 20, or as chosen.",
    discussion: """
      Examples:
        kanhe ledger list --registry city --kind certificate.revoked
        kanhe ledger list --from-dir export --from 0 --count 100 --format csv
      """)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Begin with this entry instead of the last.", valueName: "index"))
  var from: UInt64?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("At most so many entries.", valueName: "n"))
  var count = 20

  @Option(help: "Only this kind, or all kinds with this first part, such as certificate.")
  var kind: String?

  @Option(
    help: ArgumentHelp(
      "Only entries that this department signed or that name it.",
      valueName: "code"))
  var department: String?

  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...1_000_000).contains(count) else {
      throw ValidationError("--count is 1 to 1000000")
    }
    if let kind {
      let isKnown = EventKind.allCases.contains {
        $0.rawValue == kind || $0.rawValue.hasPrefix(kind + ".")
      }
      guard isKnown else { throw ValidationError("there is no kind of event named \(kind)") }
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    _ = try department.map { try CodeArgument.department($0, option: "--department") }
    try ledger.read(console) { try list($0, console) }
    return .yes
  }

  private func list(_ reader: some LedgerReader, _ console: Console) throws {
    let browser = try LedgerBrowser(reader)
    // One more than is listed tells whether there are more.
    let found = try browser.lines(
      from: from.map { LeafIndex($0) }, count: count + 1,
      where: LedgerBrowser.Filter(kind: kind, department: department))
    let hasMore = found.count > count
    let lines = from == nil ? found.suffix(count) : found.prefix(count)
    let next = lines.last.map { $0.entry.index.value + 1 } ?? 0
    let hint =
      from == nil
      ? "there are more before: give --from or a larger --count"
      : "there are more: go on with --from \(next)"
    let entries = lines.map { line -> JSONValue in
      var object = EntryJSON.reference(line.entry, line.event)
      object.append("tags", .integer(Int64(line.entry.tags.count)))
      object.append("members", .object(line.event.clear))
      return .object(object)
    }
    let table = Table(
      header: ["index", "received", "kind", "issuer", "event"],
      rows: lines.map {
        [
          "\($0.entry.index)", "\($0.entry.received)", $0.event.kind.rawValue,
          $0.event.issuerCode ?? $0.event.issuer, $0.event.id.number.base64url,
        ]
      })
    var object: JSONObject = ["entries": .array(entries), "size": Shape.size(browser.size)]
    object.tellMore(hasMore, hint)
    try console.result(.object(object), text: { table.aligned }, table: { table })
    if hasMore { console.note(hint) }
    if lines.isEmpty { console.note("no entry matches") }
  }
}
