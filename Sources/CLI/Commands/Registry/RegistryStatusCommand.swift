import ArgumentParser
import Encoding
import Ledger
import Registry
import Rules

/// `kanhe registry status`: how a registry stands; needs no passphrase and changes nothing.
struct RegistryStatusCommand: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show how a registry stands, and why it is read only if it is.",
    discussion: """
      Needs no passphrase and changes nothing. Exit code 0: writable; 1: read only, with the \
      reason and the way out; 2: no registry.

      Examples:
        kanhe registry status --registry city
        kanhe registry status --registry city --count --format json
      """)

  @Flag(help: "Count certificates and copies by state; reads all of the vault's index.")
  var count = false

  @OptionGroup var registry: RegistryOptions

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let registry = try registry.open(forWriting: false)
    let status = try registry.status()
    let counts = count ? try registry.countCertificates() : nil
    try registry.close()
    let object = Self.object(registry, status, counts)
    try console.result(.object(object), text: { Self.text(object, status) })
    return status.reasons.isEmpty ? .yes : .no
  }

  private static func object(
    _ registry: OpenRegistry, _ status: RegistryStatus, _ counts: CertificateCounts?
  ) -> JSONObject {
    let settings = registry.settings
    var object: JSONObject = [
      "beyond": .integer(Int64(clamping: status.beyondCount)),
      "certificates": .integer(status.certificateCount), "code": .string(settings.code),
      "departments": .integer(Int64(status.departmentCount)),
      "format": .integer(RegistrySettings.formatVersion), "host": .string(settings.host),
      "instance": .string(Base64URL.encode(settings.instance)),
      "keys": .string(settings.keys.rawValue),
      "mode": status.reasons.isEmpty ? "writable" : "read_only",
      "name": .string(settings.name), "origin": .string(settings.origin),
      "registry": .string(UserPath.absolute(registry.paths.directory)),
      "root": .string(status.head.root.base64url), "rules": .integer(status.rules),
      "size": Shape.size(status.head.size),
      "state": .string(UserPath.absolute(registry.paths.resolve(settings.state))),
      "trust_sequence": .integer(status.trustSequence),
      "types": .integer(Int64(status.typeCount)),
    ]
    if let checkpoint = status.checkpoint { object["checkpoint"] = Shape.checkpoint(checkpoint) }
    if let time = status.lastReceived { object["last_received"] = .string(time.description) }
    let reasons = status.reasons.map { reason -> JSONValue in
      [
        "code": .string(reason.code.rawValue), "remedy": .string(reason.remedy),
        "text": .string(reason.text),
      ]
    }
    if let first = reasons.first {
      object["reason"] = first
      object["reasons"] = .array(reasons)
    }
    if let counts {
      object["copies"] = .integer(counts.copies)
      object["states"] = .object(
        JSONObject(
          CoarseState.allCases.map { ($0.rawValue, .integer(counts.states[$0] ?? 0)) }))
    }
    return object
  }

  private static func text(_ object: JSONObject, _ status: RegistryStatus) -> String {
    var table = Table(header: ["registry", object["registry"]?.stringValue ?? ""])
    for name in [
      "name", "code", "host", "origin", "keys", "mode", "size", "beyond", "last_received",
      "departments", "types", "certificates", "copies", "trust_sequence", "state",
    ] {
      guard let value = object[name] else { continue }
      let text = value.stringValue ?? value.integerValue.map(String.init) ?? ""
      table.rows.append([name.replacing("_", with: " "), text])
    }
    for state in CoarseState.allCases {
      if let number = object["states"]?[state.rawValue]?.integerValue {
        table.rows.append([state.rawValue, String(number)])
      }
    }
    var text = table.aligned
    for reason in status.reasons { text += "read only: \(reason)\n" }
    return text
  }
}
