import ArgumentParser
import Encoding
import Wallet

/// `kanhe holder list`.
struct HolderList: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the copies, the grants signed, what was shown, and keys still without a copy.",
    discussion: """
      Whether a certificate is still in force only its registry knows: kanhe verify tells, of the \
      file named here. CSV has the copies only.

      Examples:
        kanhe holder list --wallet my
        kanhe holder list --wallet my --format json
      """)

  @OptionGroup var wallet: WalletOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let wallet = try wallet.open()
    let copies = try wallet.copies()
    let grants = try wallet.grants()
    let used = Set(copies.compactMap(\.key))
    let unused = try wallet.keys().filter { !used.contains($0) }
    let rows = copies.map { HolderShape.copy($0, in: wallet, grants: grants) }
    let grantRows = grants.map(HolderShape.grant)
    let keyRows = unused.map { key -> JSONObject in
      ["file": .string(wallet.proofPath(key)), "key": .string(key.base64url)]
    }
    let shown = try wallet.presentations().map(HolderShape.presentation)
      .sorted { ($0["shown_at"]?.stringValue ?? "") > ($1["shown_at"]?.stringValue ?? "") }
    let table = Table(objects: rows, columns: HolderShape.copyColumns)
    try console.result(
      [
        "copies": .array(rows.map(JSONValue.object)),
        "grants": .array(grantRows.map(JSONValue.object)),
        "shown": .array(shown.map(JSONValue.object)),
        "unused_keys": .array(keyRows.map(JSONValue.object)),
      ],
      text: {
        var text = table.aligned
        if !grantRows.isEmpty {
          text +=
            "\n"
            + Table(
              objects: grantRows, columns: ["grant", "requester", "purpose", "until", "state"]
            ).aligned
        }
        if !shown.isEmpty {
          text +=
            "\n"
            + Table(objects: shown.map(HolderList.row), columns: HolderList.shownColumns).aligned
        }
        if !keyRows.isEmpty {
          text +=
            "\n"
            + Table(header: ["key without a copy"], rows: unused.map { [$0.base64url] })
            .aligned
        }
        return text
      }, table: { table })
    if copies.isEmpty { console.note("no copy is in the wallet; take one with holder import") }
    return .yes
  }

  private static let shownColumns = ["shown to", "purpose", "claims", "shown_at", "file"]

  /// What was shown, for people: to whom, whether asked or not.
  private static func row(_ shown: JSONObject) -> JSONObject {
    var row = shown
    row["shown to"] = shown["asker"] ?? shown["audience"]
    row["claims"] = shown["claims"]?.arrayValue.map {
      .string($0.compactMap(\.stringValue).joined(separator: ", "))
    }
    return row
  }
}
