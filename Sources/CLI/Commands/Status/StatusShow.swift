import ArgumentParser
import Certificates
import Encoding
import Foundation
import Registry

/// `kanhe status show`: what a status token says.
struct StatusShow: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Read a status token: a file, or the URI of a list of this registry.",
    discussion: """
      Needs no passphrase and checks no signature: `kanhe verify` does. Exit code 0; 1: the index \
      lies outside the list; 2: the token cannot be read.

      Examples:
        kanhe status show \\
          public/status/11440300KH0002054H/11440300KH0002054H001/2036Q4/1.jwt
        kanhe status show https://zs.example/status/…/2036Q4/1 --index 7 \\
          --registry city
      """)

  @Argument(help: ArgumentHelp("A token's file, - or the URI of its list.", valueName: "file|uri"))
  var source: String

  @Option(parsing: .unconditional, help: "Show the state at this index too.")
  var index: Int?

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let index, index < 0 { throw ValidationError("--index is 0 or more") }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let token = try StatusToken(parsing: try bytes())
    let value = index.flatMap(token.value)
    guard index == nil || value != nil else {
      throw Failure(
        .no, code: "status_index", "the list has \(token.list.count) entries, counted from 0")
    }
    let json = StatusShow.json(token, index, value)
    try console.result(json, text: { StatusShow.text(token, index, value) })
    return .yes
  }

  private func bytes() throws -> [UInt8] {
    let most = JWSForm.statusToken.byteCountMax
    guard source.hasPrefix("https://") else {
      return StatusShow.trimmed(try InputFile.read(source, maximumBytes: most + 2))
    }
    let name = try StatusListName.parse(source).name
    let directory = RegistryPaths(directory: try registry.registryDirectory())
    do throws(EncodingError) {
      return try BoundedFile.readRegular(
        path: "\(directory.published)/\(name.path).jwt", maximumBytes: most)
    } catch {
      guard error.code == .fileNotFound else { throw error }
      throw Failure(
        .cannot, code: "not_found", "this registry has published no token of the list",
        hint: "kanhe status publish signs the lists of a department")
    }
  }

  /// A file made by an editor or `echo` ends with a line feed.
  private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    bytes.last == 0x0A ? bytes.dropLast() : bytes
  }

  private static func json(_ token: StatusToken, _ index: Int?, _ value: UInt8?) -> JSONValue {
    let counts = token.list.counts()
    var object: JSONObject = [
      "uri": .string(token.uri), "bits": .integer(Int64(token.list.width.rawValue)),
      "size": .integer(Int64(token.list.count)),
      "issued_at": .string(Timestamp(seconds: token.issuedAt).description),
      "counts": [
        "valid": count(counts, StatusList.valid), "ended": count(counts, StatusList.ended),
        "suspended": count(counts, StatusList.suspended),
        "other": .integer(Int64(counts.dropFirst(3).reduce(0, +))),
      ],
    ]
    if let end = token.expiresAt {
      object["expires_at"] = .string(Timestamp(seconds: end).description)
    }
    if let seconds = token.refreshAfter { object["ttl_seconds"] = .integer(seconds) }
    if let index, let value {
      object["index"] = .integer(Int64(index))
      object["value"] = .integer(Int64(value))
      object["state"] = .string(state(value))
    }
    return .object(object)
  }

  private static func text(_ token: StatusToken, _ index: Int?, _ value: UInt8?) -> String {
    let counts = token.list.counts()
    // Nobody's signature was checked: the URI may be anyone's words.
    var text = "\(TerminalText.line(token.uri))\n"
    text += "signed   \(Timestamp(seconds: token.issuedAt))\n"
    if let end = token.expiresAt { text += "expires  \(Timestamp(seconds: end))\n" }
    text += "entries  \(token.list.count)\n"
    for (value, number) in counts.enumerated() where number > 0 {
      text += "\(state(UInt8(value)).padding(toLength: 9, withPad: " ", startingAt: 0))\(number)\n"
    }
    if let index, let value { text += "index \(index): \(state(value))\n" }
    return text
  }

  private static func count(_ counts: [Int], _ state: UInt8) -> JSONValue {
    let position = Int(state)
    return .integer(Int64(position < counts.count ? counts[position] : 0))
  }

  private static func state(_ value: UInt8) -> String {
    switch value {
    case StatusList.valid: "valid"
    case StatusList.ended: "ended"
    case StatusList.suspended: "suspended"
    default: "other"
    }
  }
}
