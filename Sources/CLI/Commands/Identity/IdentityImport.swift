import ArgumentParser
import Cryptography
import Encoding
import Foundation
import Registry
import Rules

/// `kanhe identity import`: installs what the registry handed out.
struct IdentityImport: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Install the identities that the registry returned.",
    discussion: """
      Each identity must lead to the root and belong to a key in the folder; nothing is installed \
      otherwise. Compare the root's SHA-256 with the published one by another channel. Needs no \
      passphrase. Exit code 1: an identity does not fit, with the reason.

      Examples:
        kanhe identity import answer --keys police-keys
        kanhe identity import answer --keys police-keys --format json
      """)

  @Argument(help: "The folder that department add --out or rotate --out wrote, or its files.")
  var files: [String]

  @Option(
    help: ArgumentHelp("The department's key folder; default $KANHE_KEYS.", valueName: "dir"))
  var keys: String?

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let environment = ProcessInfo.processInfo.environment
    guard let folder = keys ?? environment["KANHE_KEYS"], !folder.isEmpty else {
      throw Failure(
        .usage, code: "keys_missing", "it is not said where the department's keys lie",
        hint: "give --keys DIR or set KANHE_KEYS")
    }
    let received = try IdentityFiles.received(files)
    let now = Timestamp.now()
    let department = DepartmentKeys(
      directory: UserPath.absolute(folder), passphrases: OpenOptions.noPassphrase)
    let faults = try department.faults(of: received, at: now)
    guard faults.isEmpty else {
      try refuse(faults, console)
      return .no
    }
    try department.install(received)
    try show(received, console)
    console.hint("compare the root's SHA-256 with the published one by another channel")
    return .yes
  }

  private func refuse(_ faults: [IdentityFault], _ console: Console) throws {
    let rows = faults.map { fault -> JSONObject in
      var row: JSONObject = [
        "code": .string(fault.code.rawValue), "message": .string(fault.message),
      ]
      row["id"] = fault.keyID.map { .string($0) }
      return row
    }
    let table = Table(objects: rows, columns: ["code", "id", "message"])
    try console.result(
      ["identities": .array([]), "refused": .array(rows.map(JSONValue.object))],
      text: { table.aligned }, table: { table })
  }

  private func show(_ received: ReceivedIdentities, _ console: Console) throws {
    let rows = received.leaves.map { leaf -> JSONObject in
      [
        "file": .string("\(leaf.keyID).pem"), "id": .string(leaf.keyID),
        "not_after": .string(Shape.time(seconds: leaf.notAfter)),
        "not_before": .string(Shape.time(seconds: leaf.notBefore)),
        "use": .string(IdentityUse(of: leaf)?.rawValue ?? ""),
      ]
    }
    let uri = received.leaves.first?.uris.first.flatMap(DepartmentURI.init)
    try console.result(
      [
        "code": .string(uri?.code ?? ""), "host": .string(uri?.host ?? ""),
        "identities": .array(rows.map(JSONValue.object)), "origin": .string(received.origin),
        "root_sha256": .string(received.root.keyID),
      ],
      text: {
        Table(objects: rows, columns: ["use", "not_after", "id"]).aligned
          + "\ndepartment   \(uri?.code ?? "")\nledger       \(received.origin)\n"
          + "root SHA-256 \(received.root.keyID)\n"
      })
  }
}
