import ArgumentParser
import Certificates
import Encoding
import Registry

/// `kanhe type publish`: type files into the ledger and the public folder.
struct TypePublish: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish",
    abstract: "Publish type files: all that are new, or none.",
    discussion: """
      Signed by the department that defines the type (the first 18 characters of its code) or, \
      while that is not enrolled, by the registrar; needs the signer's and the ledger's \
      passphrase. The same file again makes no entry. All files are read and judged first, every \
      problem is listed with its path. Exit code 1: refused, nothing was published.

      Examples:
        kanhe type publish Examples/shenzhen/types/*.json --registry city
        kanhe type publish card.json --registry city --keys my-keys \\
          --format json
      """)

  @Argument(help: "Type files (JSON).")
  var files: [String]

  @OptionGroup var registry: RegistryOptions

  @OptionGroup var actor: ActorOptions

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    var types: [(path: String, type: TypeFile)] = []
    var refused: [Refusal] = []
    for path in files {
      let bytes = try BoundedFile.read(path: path, maximumBytes: TypeFile.byteCountMax)
      let problems = TypeFile.problems(in: bytes)
      refused += problems.map { Refusal(path, $0) }
      if problems.isEmpty { types.append((path, try TypeFile(parsing: bytes))) }
    }
    guard refused.isEmpty else { return try refuse(refused, console) }
    let registry = try registry.open(forWriting: true, actor: actor)
    let report: PublishReport
    do throws(RegistryError) {
      report = try registry.publish(types.map(\.type))
    } catch {
      guard error.code == .invalidType else { throw error }
      let file = types.first { $0.type.code.text == error.location }?.path ?? files[0]
      let refusal = Refusal(
        file: file, path: "version", code: "type_version", message: error.message)
      try registry.close()
      return try refuse([refusal], console)
    }
    try registry.close()
    try show(report, registry, console)
    return .yes
  }

  /// Why a file is not published.
  private struct Refusal {
    let file: String
    let path: String?
    let code: String
    let message: String

    init(file: String, path: String?, code: String, message: String) {
      self.file = file
      self.path = path
      self.code = code
      self.message = message
    }

    init(_ file: String, _ error: CertificatesError) {
      self.init(
        file: file, path: error.location, code: "\(error.code)", message: error.message)
    }

    var json: JSONValue {
      var object: JSONObject = [
        "code": .string(code), "file": .string(file), "message": .string(message),
      ]
      object["path"] = path.map { .string($0) }
      return .object(object)
    }
  }

  private func refuse(_ refused: [Refusal], _ console: Console) throws -> Failure.Status {
    let table = Table(
      header: ["file", "path", "code", "message"],
      rows: refused.map { [$0.file, $0.path ?? "", $0.code, $0.message] })
    try console.result(
      [
        "published": .array([]), "refused": .array(refused.map(\.json)), "unchanged": .integer(0),
      ], text: { table.aligned }, table: { table })
    console.warning("nothing was published: mend the files and try again")
    return .no
  }

  private func show(
    _ report: PublishReport, _ registry: OpenRegistry, _ console: Console
  ) throws {
    let names = ["code", "version", "name", "index", "digest"]
    let rows = report.published.map { file, index -> JSONObject in
      let path = registry.paths.type(file.code.text, version: file.version)
      return [
        "code": .string(file.code.text), "digest": .string(file.digest.base64url),
        "file": .string(UserPath.relative(path, to: registry.paths.directory)),
        "index": Shape.index(index), "name": .string(file.name(in: .chinese)),
        "uri": .string(
          RegistryNames.type(
            file.code, version: file.version, host: registry.settings.host)),
        "version": .integer(Int64(file.version)),
      ]
    }
    let table = Table(objects: rows, columns: names)
    try console.result(
      [
        "checkpoint": Shape.checkpoint(report.checkpoint),
        "published": .array(rows.map(JSONValue.object)), "refused": .array([]),
        "unchanged": .integer(Int64(report.unchangedCount)),
      ],
      text: {
        (rows.isEmpty ? "" : table.aligned)
          + "\(rows.count) published, \(report.unchangedCount) were before\n"
      }, table: { table })
    if !rows.isEmpty { console.hint("kanhe registry trust publishes the change") }
  }
}
