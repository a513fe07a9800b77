import ArgumentParser
import Certificates
import Cryptography
import Encoding
import Foundation
import Registry
import Rules

/// `kanhe identity request`: a department's new keys, and what it asks the registry to certify.
struct IdentityRequestCommand: KanheCommand {
  static let repeatable = ["--use"]

  static let configuration = CommandConfiguration(
    commandName: "request",
    abstract: "Make keys for acting, sealing and opening, and requests for their identities.",
    discussion: """
      The keys stay in the folder of --keys, under the department's passphrase \
      (KANHE_PASSPHRASE_FILE); the requests go to the registry. No key that is there is touched. \
      When the department has an identity for acting already, its key signs the requests as well \
      (request.jws): only so it gets further identities.

      Examples:
        kanhe identity request --code 11440300KH0002054H --name 深圳市公安局 \\
          --out requests
        kanhe identity request --code 11440300KH0002054H --name 深圳市公安局 \\
          --use seal --keys police-keys --out next-seal
      """)

  @Option(help: "The department's unified social credit code.")
  var code: String

  @Option(help: "Its name as the registry has it.")
  var name: String

  @Option(help: ArgumentHelp("A new folder for the requests.", valueName: "dir"))
  var out: String

  @Option(
    help: ArgumentHelp(
      "The department's key folder; default $KANHE_KEYS, else keys/CODE.", valueName: "dir"))
  var keys: String?

  @Option(help: "Only for a use: act, seal or open; may be repeated.")
  var use: [IdentityUse] = []

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let department: NewDepartment
    do {
      department = try NewDepartment(code: code, name: name, level: "municipal")
    } catch {
      throw Failure(.usage, code: error.departmentFaultCode, "--\(error.description)")
    }
    let given = keys ?? ProcessInfo.processInfo.environment["KANHE_KEYS"]
    let folder = UserPath.absolute(given ?? "keys/\(code)")
    try OutputFile.requireEmptyFolder(out)
    try Passphrases.read(.department, confirming: true)
    let made = try DepartmentKeys(directory: folder, passphrases: Passphrases.provide).request(
      code: department.code, name: name,
      uses: IdentityUse.allCases.filter { use.isEmpty || use.contains($0) }, at: Timestamp.now())
    try OutputFile.emptyFolder(out)
    for (use, request) in made.requests {
      try BoundedFile.writeAtomically(path: "\(out)/\(use.rawValue).csr", bytes: request.pem)
    }
    if let token = made.token {
      try BoundedFile.writeAtomically(
        path: out + "/request.jws", bytes: Array((token + "\n").utf8))
    }
    let rows = made.requests.map { use, request -> JSONObject in
      [
        "file": .string("\(use.rawValue).csr"),
        "public_key_thumbprint": .string(request.publicKey.thumbprint.base64url),
        "use": .string(use.rawValue),
      ]
    }
    try console.result(
      [
        "code": .string(code), "keys": .string(folder), "out": .string(UserPath.absolute(out)),
        "requests": .array(rows.map(JSONValue.object)), "wrapped": .boolean(made.token != nil),
      ],
      text: {
        Table(objects: rows, columns: ["use", "file", "public_key_thumbprint"]).aligned
      })
    console.hint("hand over \(out), and read the thumbprints out to the registrar")
    return .yes
  }
}
