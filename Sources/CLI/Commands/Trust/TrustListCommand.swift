import ArgumentParser
import Encoding

/// `kanhe trust list`: the pinned roots.
struct TrustListCommand: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the pinned roots.",
    discussion: """
      Examples:
        kanhe trust list
        kanhe trust list --format csv
      """)

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let pins = TrustPins()
    let all = try pins?.all() ?? []
    try console.result(
      ["pinned": .array(all.map { TrustRows.json($0, pins) })],
      text: {
        all.isEmpty ? "no root is pinned\n" : all.map { TrustRows.text($0) + "\n" }.joined()
      },
      table: { TrustRows.table(all, pins) })
    return .yes
  }
}

/// Pins as they are shown.
enum TrustRows {
  static func json(_ pin: TrustPin, _ pins: TrustPins?) -> JSONValue {
    var object: JSONObject = [
      "root_sha256": .string(pin.root.keyID), "pinned_at": .string("\(pin.pinnedAt)"),
    ]
    object["host"] = pin.host.map(JSONValue.string)
    object["name"] = pin.name.map(JSONValue.string)
    object["sequence"] = pin.sequence.map(JSONValue.integer)
    object["file"] = pins.map { .string($0.path(of: pin.root)) }
    return .object(object)
  }

  static func text(_ pin: TrustPin) -> String {
    let title = pin.name ?? pin.host ?? pin.root.commonName ?? "a registry"
    var line = "\(TerminalText.line(title)): root \(pin.root.keyID)"
    if let host = pin.host { line += ", host \(TerminalText.line(host))" }
    if let sequence = pin.sequence { line += ", trust list \(sequence)" }
    // As `openssl x509 -fingerprint -sha256` prints it.
    let bytes = pin.root.sha256.bytes.map { Hex.encode([$0]).uppercased() }
    return line + "\n  SHA-256 " + bytes.joined(separator: ":")
  }

  static func table(_ all: [TrustPin], _ pins: TrustPins?) -> Table {
    Table(
      header: ["host", "name", "root_sha256", "pinned_at", "sequence", "file"],
      rows: all.map { pin in
        [
          pin.host ?? "", pin.name ?? "", pin.root.keyID, "\(pin.pinnedAt)",
          pin.sequence.map { "\($0)" } ?? "", pins?.path(of: pin.root) ?? "",
        ]
      })
  }
}
