import ArgumentParser
import Cryptography
import Encoding
import Foundation
import Ledger
import Registry
import Rules

/// `kanhe department rotate`: further identities, asked for by the department itself.
struct DepartmentRotate: KanheCommand {
  static let repeatable = ["--use", "--retire"]

  static let configuration = CommandConfiguration(
    commandName: "rotate",
    abstract: "Give a department new identities and retire the old ones.",
    discussion: """
      --request takes the folder that identity request wrote: requests and request.jws, which the \
      department's identity in force signed. With --generate the keys are made where the old ones \
      lie. The identities named by --retire are retired, by default all in force of the same \
      uses; what they signed stays valid. Needs the registry's and the ledger's passphrase, with \
      --generate also the department's. Exit code 1: a rule said no.

      Examples:
        kanhe department rotate --code 11440300KH0002054H --request next \\
          --out answer --registry city
        kanhe department rotate --code 11440300KH0002054H --generate \\
          --use seal --registry city
      """)

  @Option(help: "The department's unified social credit code.")
  var code: String

  @Option(help: ArgumentHelp("The folder with the requests and request.jws.", valueName: "dir"))
  var request: String?

  @Flag(help: "Make the keys in the registry.")
  var generate = false

  @Option(help: "With --generate, only for a use: act, seal or open; may be repeated.")
  var use: [IdentityUse] = []

  // An id may begin with a hyphen.
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("An identity to retire; may be repeated.", valueName: "kid"))
  var retire: [String] = []

  @Option(help: ArgumentHelp("A new folder for the answer.", valueName: "dir"))
  var out: String?

  @OptionGroup var registry: RegistryOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (request == nil) == generate else {
      throw ValidationError("give either --request or --generate")
    }
    guard generate || use.isEmpty else {
      throw ValidationError("--use goes with --generate: a request says what it is for")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    _ = try CodeArgument.department(code, option: "--code")
    let retiring = retire.isEmpty ? nil : try retire.map { try KeyIDArgument.read($0) }
    let requests = try request.map { try RequestFiles.wrapped($0) }
    if let out { try OutputFile.requireEmptyFolder(out) }
    let registry = try registry.open(forWriting: true)
    let report = try Failure.answering(.unknownDepartment) {
      if let requests {
        return try registry.rotate(
          code, requests: requests.requests, token: requests.token, retiring: retiring)
      }
      let uses = IdentityUse.allCases.filter { use.isEmpty || use.contains($0) }
      return try registry.rotate(code, generating: uses, retiring: retiring)
    }
    if let out { try IdentityPackage.write(report.identities, to: out, registry) }
    try registry.close()
    var object = Shape.change(report.change, code: code, kind: .identityAdded)
    object["identities"] = .array(
      report.identities.map {
        [
          "id": .string($0.identity.keyID), "state": "active", "use": .string($0.use.rawValue),
        ]
      })
    object["retired"] = .array(report.retired.map { .string($0.base64url) })
    try console.result(
      .object(object),
      text: {
        let added = report.identities.map { [$0.use.rawValue, "active", $0.identity.keyID] }
        let retired = report.retired.map { ["", "retired", $0.base64url] }
        return Table(header: ["use", "state", "id"], rows: added + retired).aligned
      })
    console.hint("kanhe registry trust publishes the change")
    return .yes
  }
}

/// The id of an identity, as an argument.
enum KeyIDArgument {
  static func read(_ text: String) throws -> Digest {
    do {
      return try Digest(bytes: try Base64URL.decode(text))
    } catch {
      throw Failure(
        .usage, code: "key_id", "an identity's id has 43 characters of base64url",
        hint: "department show lists them")
    }
  }
}
