import ArgumentParser
import Encoding
import Registry

extension StoredGrant.State: ExpressibleByArgument {}

/// `kanhe grant list`.
struct GrantList: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the grants that were lodged, newest first.",
    discussion: """
      Options are joined by and. Needs the ledger's passphrase, for the vault. A grant is live \
      until it is withdrawn or its period is over.

      Examples:
        kanhe grant list --registry city --state live
        kanhe grant list --registry city --holder li.json --format json
      """)

  @Option(help: ArgumentHelp("Only grants for this department.", valueName: "code"))
  var requester: String?

  @Option(
    help: ArgumentHelp(
      "Only grants of this person: a holder file, or - for standard input.", valueName: "file"))
  var holder: String?

  @Option(help: "Only live, withdrawn or ended ones.")
  var state: StoredGrant.State?

  @Option(parsing: .unconditional, help: "At most so many; 0 for all.")
  var limit = 100

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit is 0 or more") }
  }

  private static let columns = [
    "grant", "requester", "purpose", "from", "until", "state", "uses",
  ]

  func execute(_ console: Console) throws -> Failure.Status {
    var search = GrantSearch()
    search.requester = try requester.map {
      try CodeArgument.department($0, option: "--requester").text
    }
    search.holder = try holder.map { try PersonInput.holder($0) }
    search.state = state
    let opened = try registry.open(forWriting: false)
    let reader = try opened.matters()
    let now = Timestamp.now().seconds
    var uses = GrantUses(reader)
    var rows: [JSONObject] = []
    var hasMore = false
    try reader.forEachGrant(search, at: now) { grant throws(RegistryError) in
      hasMore = limit > 0 && rows.count == limit
      guard !hasMore else { return false }
      rows.append(GrantShape.stored(grant, uses: try uses.count(of: grant), at: now))
      return true
    }
    try opened.close()
    let table = Table(objects: rows, columns: Self.columns)
    let hint = "there are more: narrow it down, or give --limit 0"
    var object: JSONObject = ["grants": .array(rows.map(JSONValue.object))]
    object.tellMore(hasMore, hint)
    try console.result(.object(object), text: { table.aligned }, table: { table })
    if rows.isEmpty { console.note("no grant matches") }
    if hasMore { console.note(hint) }
    return .yes
  }
}
