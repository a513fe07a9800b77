import ArgumentParser
import Cryptography
import Encoding
import Ledger
import Registry
import Rules

/// `kanhe department add`: one department by its requests, or many whose keys are made here.
struct DepartmentAdd: TableCommand {
  static let repeatable = ["--csr"]

  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Enrol a department and issue its identities.",
    discussion: """
      With --csr the department made its own keys; with --generate they are made in the registry \
      under the department's passphrase (KANHE_PASSPHRASE_FILE): the operator could then sign as \
      the department. --csv FILE --generate enrols many (columns code,name,level); rows enrolled \
      before are passed over, and one bad row keeps all out. Needs the registry's and the ledger's \
      passphrase. Exit code 1: refused, with the reason.

      Examples:
        kanhe department add --code 11440300KH0002054H --name 深圳市公安局 \\
          --level municipal --csr requests --out answer --registry city
        kanhe department add --csv departments.csv --generate --registry city
      """)

  @Option(help: "The department's unified social credit code.")
  var code: String?

  @Option(help: "Its name as ledger and trust list give it.")
  var name: String?

  @Option(help: "direct, municipal, district or enterprise.")
  var level: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Its three requests, or their folder.", valueName: "file"))
  var csr: [String] = []

  @Flag(help: "Make its keys in the registry.")
  var generate = false

  @Option(help: ArgumentHelp("Many departments: a CSV file or -.", valueName: "file"))
  var csv: String?

  @Option(help: ArgumentHelp("A new folder for the answer to one department.", valueName: "dir"))
  var out: String?

  @OptionGroup var registry: RegistryOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard csr.isEmpty == generate else {
      throw ValidationError("give either --csr or --generate")
    }
    let isOne = code != nil && name != nil && level != nil
    if csv != nil {
      guard generate, code == nil, name == nil, level == nil, out == nil else {
        throw ValidationError("--csv goes with --generate, and not with --code, --name or --out")
      }
    } else if !isOne {
      throw ValidationError("give --code, --name and --level, or --csv")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    if let csv { return try addMany(csv, console) }
    let department: NewDepartment
    do {
      department = try NewDepartment(code: code ?? "", name: name ?? "", level: level ?? "")
    } catch {
      throw Failure(.usage, code: error.departmentFaultCode, "--\(error.description)")
    }
    let requests = generate ? nil : try RequestFiles.read(csr)
    if let out { try OutputFile.requireEmptyFolder(out) }
    let registry = try registry.open(forWriting: true)
    if try registry.enrolmentState(department) == .other {
      throw Failure(
        .no, code: "already_enrolled",
        "the code is enrolled with another name or level, or was retired")
    }
    let report: EnrolmentReport
    if let requests {
      report = try registry.enrol(department, requests: requests)
    } else {
      try prepareKeys(console)
      report = try registry.enrol([department])
    }
    if let out, let enrolled = report.enrolled.first {
      try IdentityPackage.write(enrolled.identities, to: out, registry)
    }
    try registry.close()
    try show(report, [], console)
    return .yes
  }

  private func addMany(_ path: String, _ console: Console) throws -> Failure.Status {
    let registry = try registry.open(forWriting: true)
    let sheet = try DepartmentSheet(path: path, registry: registry)
    guard sheet.faults.isEmpty else {
      try registry.close()
      try show(nil, sheet.faults, console)
      return .no
    }
    try prepareKeys(console)
    let progress = Progress("departments", console: console)
    let report = try registry.enrol(sheet.departments) {
      progress.update(done: $0, total: sheet.departments.count)
    }
    progress.finish()
    try registry.close()
    try show(report, [], console)
    return .yes
  }

  private func prepareKeys(_ console: Console) throws {
    // The passphrase of new keys is asked for twice.
    try Passphrases.read(.department, confirming: true)
    console.warning(
      "the keys lie in the registry: whoever has them and the passphrase can sign as the department"
    )
  }

  private func show(
    _ report: EnrolmentReport?, _ faults: [SheetFault], _ console: Console
  ) throws {
    var object: JSONObject = [
      "added": .array((report?.enrolled ?? []).map(Self.json)),
      "refused": .array(faults.map(\.json)),
      "skipped": .integer(Int64(report?.skippedCount ?? 0)),
    ]
    object["checkpoint"] = report.map { Shape.checkpoint($0.checkpoint) }
    try console.result(
      .object(object),
      text: { faults.isEmpty ? Self.text(report) : SheetFault.table(faults).aligned },
      table: { faults.isEmpty ? Self.table(report) : SheetFault.table(faults) })
    if !faults.isEmpty { console.warning("nothing was enrolled: mend the rows and try again") }
    if let report, report.newCount > 0 {
      console.hint("kanhe registry trust publishes the change")
    }
  }

  private static func json(_ enrolled: EnrolledDepartment) -> JSONValue {
    [
      "code": .string(enrolled.code),
      "identities": .array(
        enrolled.identities.map {
          ["id": .string($0.identity.keyID), "use": .string($0.use.rawValue)]
        }), "index": Shape.index(enrolled.entry.index), "level": .string(enrolled.level.rawValue),
      "name": .string(enrolled.name), "uri": .string(enrolled.uri),
    ]
  }

  private static func table(_ report: EnrolmentReport?) -> Table {
    Table(
      header: ["code", "index", "act", "seal", "open"],
      rows: (report?.enrolled ?? []).map { enrolled in
        [enrolled.code, enrolled.entry.index.description]
          + enrolled.identities.map(\.identity.keyID)
      })
  }

  private static func text(_ report: EnrolmentReport?) -> String {
    guard let report else { return "" }
    let list = report.enrolled.isEmpty ? "" : table(report).aligned
    return list + "\(report.newCount) enrolled, \(report.skippedCount) were before\n"
  }
}
