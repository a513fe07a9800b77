import Encoding
import Foundation

/// The demonstration's steps, in order; each is a handful of commands.
struct DemoStory {
  let city: DemoCity
  let shell: DemoShell
  let count: Int
  private var sharing: DemoSharing
  private var grantedCount: Int64 = 0
  private(set) var steps: [JSONValue] = []
  private var issued: Int64 = 0
  private var entries: Int64 = 0
  private var tamperedIndex: Int64 = 0
  private let started = Date()

  init(city: DemoCity, shell: DemoShell, count: Int) {
    self.city = city
    self.shell = shell
    self.count = count
    sharing = DemoSharing(city: city, shell: shell, isWhole: count >= 1_000)
  }

  /// Tells all of it; throws at the first step that does not come out as told.
  mutating func tell() throws {
    try step("registry", "1 · A registry: root, authority, ledger key, registrar") {
      try $0.makeRegistry()
    }
    try step("catalogue", "2 · 76 departments and a dozen types of certificates") {
      try $0.enrol()
    }
    try step("issue", "3 · \(count) certificates, from one sheet for each type") {
      try $0.issue()
    }
    try step("change", "4 · One is revoked, some are suspended, one is replaced") {
      try $0.change()
    }
    try step("share", "5 · 76 units take each other's data instead of asking for paper") {
      try $0.share()
    }
    try step("grant", "6 · A holder allows more by signature, and takes one back") {
      try $0.grant()
    }
    try step("stray", "7 · What goes wrong: too much asked, curiosity, a doubt") {
      try $0.stray()
    }
    try step("verify", "8 · Anyone verifies off line, with the root alone") { try $0.verify() }
    try step("use", "9 · A guest shows that she is of age, and nothing else") { try $0.use() }
    try step("cities", "10 · A driver from another city shows her licence here") {
      let neighbour = DemoNeighbour(shell: $0.shell)
      try neighbour.found()
      try neighbour.visit()
    }
    try step("audit", "11 · An auditor takes the whole book to another machine") {
      try $0.audit()
    }
    try step("questions", "12 · Who took what, why: holder and auditor ask, and get all of it") {
      try $0.askQuestions()
    }
    try step("tamper", "13 · Someone changes one byte of the database") { try $0.tamper() }
  }

  private mutating func step(
    _ name: String, _ title: String, _ body: (inout DemoStory) throws -> Void
  ) throws {
    let start = Date()
    shell.tell(title)
    try body(&self)
    let milliseconds = Int64(Date().timeIntervalSince(start) * 1000)
    steps.append([
      "milliseconds": .integer(milliseconds), "name": .string(name), "result": "passed",
      "text": .string(title),
    ])
  }

  // MARK: Steps

  private mutating func makeRegistry() throws {
    try shell.run([
      "registry", "init", "city", "--name", city.name, "--host", city.host, "--origin",
      city.origin, "--code", city.code, "--test-keys",
    ])
  }

  private mutating func enrol() throws {
    // Short paths, and a kept folder that needs nothing else.
    try shell.place.makeFolder("types")
    for kind in city.kinds {
      try shell.place.take(kind.file, as: "types/\(kind.code).json")
    }
    try shell.place.take(city.directory + "/departments.csv", as: "departments.csv")
    try shell.run(["department", "add", "--csv", "departments.csv", "--generate"])
    try shell.run(["type", "publish"] + city.kinds.map { "types/\($0.code).json" })
  }

  private mutating func issue() throws {
    try shell.generate(
      city.directory + "/generate", [String(count), shell.place.path("sheets")])
    try shell.place.makeFolder("deliveries")
    for kind in city.kinds {
      shell.tell("  \(kind.name)")
      let sheet = "sheets/\(kind.code).csv"
      guard FileManager.default.fileExists(atPath: shell.place.path(sheet)) else { continue }
      try shell.run([
        "certificate", "issue", "--type", kind.code, "--csv", sheet, "--out",
        "deliveries/\(kind.code).jsonl", "--as", kind.issuer,
      ])
    }
    let status = try shell.ask(["registry", "status"])
    issued = status["certificates"]?.integerValue ?? 0
  }

  /// The driving licences change: one revoked, some suspended, one replaced.
  private mutating func change() throws {
    let kind = try licence()
    try takeDeliveries(of: kind)
    let revoked = try identifier(of: "revoked.json")
    try shell.run([
      "certificate", "revoke", revoked, "--state", "revoked", "--reason", "points used up",
      "--as", kind.issuer,
    ])
    let list = try shell.ask([
      "certificate", "list", "--type", kind.code, "--state", "in_force", "--limit", "8",
    ])
    let kept = try Set(["valid.json", "replaced.json"].map { try identifier(of: $0) })
    let others = (list["certificates"]?.arrayValue ?? [])
      .compactMap { $0["identifier"]?.stringValue }.filter { !kept.contains($0) }
    let rows = others.map { "\($0),under examination\n" }.joined()
    try shell.place.write("identifier,reason\n" + rows, to: "suspensions.csv")
    try shell.run([
      "certificate", "suspend", "--csv", "suspensions.csv", "--as", kind.issuer,
    ])
    let old = try identifier(of: "replaced.json")
    let shown = try shell.ask(["certificate", "show", old])
    guard case .object(var claims)? = shown["claims"] else {
      throw Failure(.no, code: "step_failed", "certificate show gave no claims")
    }
    for name in ["valid_from", "valid_until"] { claims[name] = shown[name] }
    claims["file_number"] = .string("440300999999")
    try shell.place.write(
      String(decoding: JSONValue.object(claims).canonicalBytes(), as: UTF8.self) + "\n",
      to: "corrected.json")
    try shell.run([
      "certificate", "replace", old, "--claims", "corrected.json", "--out", "replacement",
      "--as", kind.issuer,
    ])
  }

  private mutating func share() throws {
    try sharing.request()
    try sharing.answer()
    try sharing.receive()
  }

  private mutating func grant() throws {
    var grants = DemoGrants(sharing)
    try grants.makeWallet()
    try grants.use()
    try grants.withdraw()
    grantedCount = grants.requestCount
  }

  /// What went wrong closes the book: then it is published.
  private mutating func stray() throws {
    try sharing.stray()
    shell.tell("  The book is published: status lists, trust list, runs, entries.")
    for issuer in Set(city.kinds.map(\.issuer)).sorted() {
      try shell.run(["status", "publish", "--as", issuer], lines: 2)
    }
    try shell.run(["registry", "trust", "--out", "trust.jwt"], lines: 1)
    try shell.run(["ledger", "map"], lines: 2)
    try shell.run(["ledger", "export", "export"])
  }

  private mutating func verify() throws {
    let evidence = ["--evidence", "export", "--root", "city/public/root.pem"]
    try shell.run(["verify", "valid.json"] + evidence, lines: 30)
    try shell.run(["verify", "revoked.json"] + evidence, expecting: 1, lines: 30)
    try shell.run(
      ["verify", "deliveries/\(try licence().code).jsonl"] + evidence, expecting: 1, lines: 12)
  }

  private mutating func audit() throws {
    try shell.run(
      ["audit", "ledger", "--from", "export", "--root", "city/public/root.pem"], lines: 12)
    let checkpoint = try shell.ask(["ledger", "checkpoint"])
    entries = checkpoint["size"]?.integerValue ?? 0
  }

  private mutating func tamper() throws {
    tamperedIndex = entries / 2
    try FileManager.default.copyItem(
      atPath: shell.place.path("city"), toPath: shell.place.path("altered"))
    try DemoForgery.alter(
      database: shell.place.path("altered/ledger.sqlite"), entry: tamperedIndex)
    shell.tell("  (one letter of entry \(tamperedIndex) was altered in a copy, altered/)")
    let arguments = ["audit", "ledger", "--from", "altered", "--root", "city/public/root.pem"]
    try shell.run(arguments, expecting: 1, lines: 12)
    let report = try shell.ask(arguments, expecting: [1])
    let found = report["faults"]?.arrayValue?.contains {
      $0["index"]?.integerValue == tamperedIndex
    }
    guard found == true else {
      throw Failure(.no, code: "step_failed", "the audit did not name the altered entry")
    }
  }

  // MARK: Helpers

  private func licence() throws -> DemoCity.Kind {
    guard let kind = city.kinds.last else {
      throw Failure(.cannot, code: "sample_broken", "the sample city has no types")
    }
    return kind
  }

  /// Three licences' deliveries, as their holders have them.
  private func takeDeliveries(of kind: DemoCity.Kind) throws {
    var source = try FileByteSource(
      path: shell.place.path("deliveries/\(kind.code).jsonl"))
    var bytes: [UInt8] = []
    while bytes.count < 1 << 18, try source.read(into: &bytes, maximumCount: 1 << 18) > 0 {}
    let lines = bytes.split(separator: 0x0A, maxSplits: 3)
    guard lines.count > 3 else {
      throw Failure(.no, code: "step_failed", "the sheet of licences has too few rows")
    }
    for (name, line) in zip(["valid.json", "revoked.json", "replaced.json"], lines) {
      try BoundedFile.writeAtomically(
        path: shell.place.path(name), bytes: Array(line), mode: 0o600)
    }
  }

  private func identifier(of delivery: String) throws -> String {
    let kind = try licence()
    let report = try shell.ask(
      [
        "verify", delivery, "city/public/types/\(kind.code)/1.json", "--root",
        "city/public/root.pem",
      ], expecting: [2])
    guard
      let text = report["files"]?.arrayValue?.first?["certificate"]?["identifier"]?.stringValue
    else { throw Failure(.no, code: "step_failed", "verify showed no identifier") }
    return text
  }

  // MARK: Result

  func json(_ place: DemoPlace) -> JSONValue {
    var object: JSONObject = [
      "audit": "yes", "certificates": .integer(issued), "entries": .integer(entries),
      "milliseconds": .integer(Int64(Date().timeIntervalSince(started) * 1000)),
      "requests": .integer(sharing.requestCount + grantedCount),
      "steps": .array(steps), "tampered_audit": "no",
      "tampered_index": .integer(tamperedIndex),
    ]
    if place.isKept { object["registry"] = .string(place.path("city")) }
    return .object(object)
  }

  func ending(_ place: DemoPlace) -> String {
    let kind = city.kinds.last
    let seconds = Int(Date().timeIntervalSince(started).rounded(.up))
    let folder = place.isKept ? place.directory : "play"
    var lines = [
      "cd \(folder) && . ./environment", "kanhe registry status",
      "kanhe certificate list --limit 5",
      "kanhe type show \(kind?.code ?? "CODE") --csv-header --language zh",
      "kanhe audit department \(kind?.issuer ?? "CODE") --root city/public/root.pem",
      "kanhe ledger list --count 5",
    ]
    if !place.isKept { lines.insert("kanhe demo --count 500 --keep play", at: 0) }
    let commands = lines.map { "  \($0)\n" }.joined()
    return """

      \(Counted.text(issued, "certificate")), \
      \(Counted.text(sharing.requestCount + grantedCount, "request")), \
      \(Counted.entries(entries)), every step as told, in \(seconds) s.

      Try next\(place.isKept ? "" : " (this registry is gone; --keep leaves one)"):
      \(commands)
      """
  }
}
