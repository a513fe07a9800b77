import ArgumentParser
import Cryptography
import Encoding
import Registry
import Rules

/// `kanhe department revoke`: a key that is in foreign hands.
struct DepartmentRevoke: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Declare the key of an identity compromised since a time.",
    discussion: """
      --since is the last moment when the key was known to be safe. From then on only what the \
      ledger proves to be older counts. Rotate first: a department without an identity for acting \
      cannot ask for new ones, so its last one is revoked only with --force. Needs the registry's \
      and the ledger's passphrase. Exit code 1: no such department, or a rule said no.

      Examples:
        kanhe department revoke --code 11440300KH0002054H \\
          --identity mV2zSgQZtcHg_6-tMFktdiJH-9VZ_-s0FPKLVWgc-UU \\
          --since 2026-11-20T08:00:00Z --registry city
      """)

  @Option(help: "The department's unified social credit code.")
  var code: String

  // An id may begin with a hyphen.
  @Option(parsing: .unconditional, help: ArgumentHelp("The id of the identity.", valueName: "kid"))
  var identity: String

  @Option(help: "A time (RFC 3339, UTC) or a day.")
  var since: String

  @Flag(help: "Revoke it though the department can act no more.")
  var force = false

  @OptionGroup var registry: RegistryOptions

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    _ = try CodeArgument.department(code, option: "--code")
    let keyID = try KeyIDArgument.read(identity)
    let time = try TimeArgument.read(since, option: "--since")
    let registry = try registry.open(forWriting: true)
    let change = try Failure.answering(.unknownDepartment) {
      let acting = try registry.department(code).identities.filter {
        $0.fact.use == .act && $0.fact.state == .active
      }
      if !force, acting.map(\.identity.sha256) == [keyID] {
        throw Failure(
          .no, code: "last_acting", "it is the department's last identity for acting",
          hint: "rotate first, or give --force: the department can then act no more")
      }
      return try registry.revoke(keyID, of: code, since: time.seconds)
    }
    try registry.close()
    var object = Shape.change(change, code: code, kind: .identityRevoked)
    object["identities"] = [
      [
        "id": .string(keyID.base64url),
        "since": .string(Shape.time(seconds: time.seconds)), "state": "compromised",
      ]
    ]
    try console.result(
      .object(object), text: { "\(identity) revoked, entry \(change.entry.index)\n" })
    console.hint("kanhe registry trust publishes the change")
    return .yes
  }
}

/// A time as an argument.
enum TimeArgument {
  /// A time of RFC 3339 in UTC, or a day, which means its beginning.
  static func read(_ text: String, option: String) throws -> Timestamp {
    do {
      return text.utf8.count == 10
        ? Timestamp(try Day(parsing: text)) : try Timestamp(parsing: text)
    } catch {
      throw Failure(
        .usage, code: "time", "\(option): a time is like 2026-11-24T08:30:00Z, or a day")
    }
  }
}
