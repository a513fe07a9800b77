import ArgumentParser
import Encoding
import Foundation
import Registry
import Rules

/// `kanhe share list`: the desk.
struct ShareList: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List requests and how far they have come; newest first, no persons shown.",
    discussion: """
      With --as what that department asked for, with --incoming what it was asked for; also of a \
      retired one for which it answers; without --as all. Exit code 0, also when there is none.

      Examples:
        kanhe share list --incoming --open --as 11440300KH0002054H
        kanhe share list --purpose public-housing --from 2026-11-01 --format csv
      """)

  @Flag(help: "What the department was asked for.")
  var incoming = false

  @Flag(help: "Only what waits for an answer.")
  var open = false

  @Option(help: "Only this state: open, refused, released, acknowledged, disputed or settled.")
  var state: ShareState?

  @Option(help: ArgumentHelp("Only this type.", valueName: "code"))
  var type: String?

  @Option(help: "Only this purpose.")
  var purpose: String?

  @Option(help: "Only this mode, duty or grant.")
  var mode: ShareMode?

  @Option(help: ArgumentHelp("Asked from this day on (UTC).", valueName: "day"))
  var from: String?

  @Option(help: ArgumentHelp("Asked up to this day (UTC).", valueName: "day"))
  var to: String?

  @Option(parsing: .unconditional, help: "At most so many; 0 for all.")
  var limit = 100

  @OptionGroup var actor: ActorOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit is 0 or more") }
    guard !open || state == nil else {
      throw ValidationError("--open is --state open; give one of them")
    }
    _ = try DayRange(("--from", from), ("--to", to))
  }

  func execute(_ console: Console) throws -> Failure.Status {
    var search = ShareSearch()
    let days = try DayRange(("--from", from), ("--to", to))
    (search.from, search.through) = (days.from, days.through)
    if open { search.states = [.open] }
    if let state { search.states = [state] }
    search.type = try type.map { try CodeArgument.type($0, option: "--type").text }
    search.purpose = purpose
    search.mode = mode
    let code = try incoming || actor.isNamed ? actor.code() : nil
    let opened = try registry.open(forWriting: false)
    if let code {
      if incoming {
        search.providers = try opened.answered(by: code)
      } else {
        search.requesters = try opened.answered(by: code)
      }
    }
    let rows = ShareRows(console.format, limit: limit)
    let hint = "there are more: narrow it down, or give --limit 0"
    try opened.forEachShare(search) { share throws(RegistryError) in rows.add(share) }
    rows.finish(hint: hint)
    try opened.close()
    if rows.count == 0 { console.note("no request matches") }
    if rows.hasMore { console.note(hint) }
    return .yes
  }
}

/// Writes shares to standard output one by one: a desk may have millions.
final class ShareRows {
  private static let columns = [
    "request", "index", "received", "requester", "provider", "type", "claims", "purpose", "mode",
    "state", "answer_by",
  ]
  private static let writeBytes = 1 << 16

  private let format: OutputFormat
  private let limit: Int
  private var bytes: [UInt8]
  private(set) var count = 0
  /// Whether more was found than the limit lets through.
  private(set) var hasMore = false

  /// At most `limit` rows; 0 for all.
  init(_ format: OutputFormat, limit: Int) {
    self.format = format
    self.limit = limit
    bytes =
      switch format {
      case .json: Array("{\"requests\":[".utf8)
      case .csv: Array((Self.columns.joined(separator: ",") + "\n").utf8)
      case .text:
        Self.line(
          ["entry", "state", "received", "requester", "provider"], "purpose  claims")
      }
  }

  /// Writes a row; false when it is one too many.
  func add(_ share: Share) -> Bool {
    if limit > 0, count == limit {
      hasMore = true
      return false
    }
    let object = ShareJSON.object(share)
    switch format {
    case .json:
      if count > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes += TerminalText.json(JSONValue.object(object).canonicalBytes())
    case .csv: bytes += Table.csvRecord(Self.columns.map { Self.cell(object[$0]) })
    case .text:
      bytes += Self.line(
        [
          "\(share.index.value)", share.state.rawValue, share.entry.received.description,
          share.requester, share.provider,
        ],
        TerminalText.line("\(share.purpose)  \(share.claims.joined(separator: ","))"))
    }
    count += 1
    if bytes.count >= Self.writeBytes { flush() }
    return true
  }

  func finish(hint: String) {
    if format == .json { bytes += Shape.end(hasMore: hasMore, hint: hint) }
    flush()
  }

  /// A row for people; a list of millions cannot wait for its widest cell.
  private static func line(_ cells: [String], _ last: String) -> [UInt8] {
    let widths = [8, 12, 24, 18, 18]
    var text = ""
    for (cell, width) in zip(cells, widths) {
      text += cell.padding(toLength: max(width, cell.count), withPad: " ", startingAt: 0) + "  "
    }
    return Array((text + last + "\n").utf8)
  }

  private static func cell(_ value: JSONValue?) -> String {
    switch value {
    case .array(let values)?: values.compactMap(\.stringValue).joined(separator: " ")
    case .integer(let number)?: "\(number)"
    default: value?.stringValue ?? ""
    }
  }

  private func flush() {
    Console.write(bytes, to: STDOUT_FILENO)
    bytes.removeAll(keepingCapacity: true)
  }
}
