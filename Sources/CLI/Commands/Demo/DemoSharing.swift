import Encoding
import Foundation

/// What the city's units share in the demonstration: hundreds of cases under duties, some under a
/// holder's grants, and what goes wrong in a few.
struct DemoSharing {
  /// Requests of one department for one purpose.
  private struct Sheet {
    let path: String
    let type: String
    let department: String
    let purpose: String

    /// Who defines a type issues it here.
    var provider: String { String(type.prefix(18)) }
  }

  static let snoop = (department: "91440300KH000413XQ", role: "editor", purpose: "press-card")
  private static let licence = "11440300KH0002417D001"

  let city: DemoCity
  let shell: DemoShell
  /// Whether all units ask; else every tenth, and those whose stories are told.
  let isWhole: Bool
  private(set) var requestCount: Int64 = 0
  private(set) var refusedCount: Int64 = 0
  private var sheets: [Sheet] = []
  private var providers: [String] = []
  private var requesters: [String] = []

  init(city: DemoCity, shell: DemoShell, isWhole: Bool) {
    self.city = city
    self.shell = shell
    self.isWhole = isWhole
  }

  // MARK: Under duties

  /// Every unit asks for what its duties allow, a sheet for each.
  mutating func request() throws {
    try shell.generate(
      city.directory + "/cases", [shell.place.path("sheets"), shell.place.path("cases")])
    sheets = try FileManager.default.contentsOfDirectory(atPath: shell.place.path("cases")).sorted()
      .map { name in
        let parts = name.split(separator: ".").map(String.init)
        return Sheet(
          path: "cases/\(name)", type: parts[0], department: parts[1], purpose: parts[2])
      }
    if !isWhole {
      sheets = sheets.enumerated().filter {
        $0.offset % 10 == 0 || $0.element.department == DemoSharing.snoop.department
          || $0.element.type == DemoSharing.licence
      }.map(\.element)
    }
    providers = Set(sheets.map(\.provider)).sorted()
    requesters = Set(sheets.map(\.department)).sorted()
    for (place, sheet) in sheets.enumerated() {
      let arguments = [
        "share", "request", "--csv", sheet.path, "--type", sheet.type, "--to", sheet.provider,
        "--purpose", sheet.purpose, "--officer-role", "case-officer", "--as", sheet.department,
      ]
      requestCount += try act(arguments, isShown: place == 0)
    }
    shell.note("the same for \(sheets.count - 1) sheets more: \(requestCount) requests in all")
  }

  /// Every provider answers: it releases what it can, and refuses what nobody has.
  mutating func answer() throws {
    var released: Int64 = 0
    for provider in providers { released += try release(of: provider, isShown: released == 0) }
    shell.note("the same at \(providers.count - 1) other desks: \(released) releases in all")
    for provider in providers {
      let arguments = ["share", "refuse", "--open", "--as", provider]
      refusedCount += try act(arguments, isShown: refusedCount == 0)
    }
    shell.note("\(refusedCount) refused: there is no certificate, or it is not in force")
  }

  /// Every requester opens what it got, says so, and decides.
  mutating func receive() throws {
    for (place, requester) in requesters.enumerated() {
      try receive(requester, isShown: place == 0)
    }
    shell.note("the same at \(requesters.count - 1) other units")
  }

  // MARK: What goes wrong

  /// A request beyond the duty, an officer who is only curious, and a value that is contested.
  mutating func stray() throws {
    let snoop = DemoSharing.snoop
    guard let sheet = sheets.first(where: { $0.department == snoop.department }) else {
      throw Failure(.no, code: "step_failed", "the sample city has no requests to stray from")
    }
    let rows = String(
      decoding: try BoundedFile.read(
        path: shell.place.path(sheet.path), maximumBytes: 1 << 20), as: UTF8.self)
    let persons = rows.split(whereSeparator: \.isNewline).dropFirst().map {
      $0.split(separator: ",")[0]
    }
    shell.tell("  An officer asks for more than the law gives:")
    let own: JSONObject = [
      "case": "2026-0", "code": .string(String(persons[0])), "code_type": "111", "officer": "7",
    ]
    try shell.place.write(
      String(decoding: JSONValue.object(own).canonicalBytes(), as: UTF8.self) + "\n",
      to: "person.json")
    try shell.run(
      [
        "share", "request", "--holder", "person.json", "--type", sheet.type, "--purpose",
        sheet.purpose, "--claims", "holders,address", "--officer-role", "case-officer", "--as",
        sheet.department,
      ], expecting: 1)
    shell.tell("  Another looks up neighbours: a purpose that is true, for cases that are none.")
    let lines = persons.enumerated().map { "\($0.element),111,none-\($0.offset),4711\n" }
    try shell.place.write(
      "holder_code,holder_code_type,case,officer\n" + lines.joined(), to: "neighbours.csv")
    requestCount += try act(
      [
        "share", "request", "--csv", "neighbours.csv", "--type", sheet.type, "--purpose",
        snoop.purpose, "--officer-role", snoop.role, "--as", snoop.department,
      ], isShown: true)
    _ = try release(of: sheet.provider, isShown: false)
    _ = try acknowledge(snoop.department, isShown: false)
    try dispute()
    shell.tell("  The audit bureau asks a department for what it did; each look is recorded:")
    try shell.run([
      "department", "disclose", "--out", "disclosed.jsonl", "--to", "深圳市审计局",
      "--to-department", "11440300KH0002206X", "--citation", "《审计法》第三十四条", "--as",
      snoop.department,
    ])
  }

  /// A driving licence's class is contested, and upheld.
  private mutating func dispute() throws {
    guard let sheet = sheets.first(where: { $0.type == DemoSharing.licence }) else { return }
    let list = try shell.ask([
      "share", "list", "--type", sheet.type, "--state", "acknowledged", "--limit", "1", "--as",
      sheet.department,
    ])
    guard let request = list["requests"]?.arrayValue?.first?["request"]?.stringValue else {
      return
    }
    let share = try shell.ask(["share", "show", request])
    let history = share["history"]?.arrayValue ?? []
    func event(_ kind: String, in history: [JSONValue]) throws -> String {
      guard
        let event = history.last(where: { $0["kind"]?.stringValue == kind })?["event"]?.stringValue
      else { throw Failure(.no, code: "step_failed", "share show gave no \(kind)") }
      return event
    }
    shell.tell("  A receiver thinks that a value is wrong; the issuer looks again:")
    try shell.place.write("the licence that was shown says otherwise\n", to: "doubt.txt")
    try shell.run([
      "share", "dispute", try event("share.released", in: history), "--claim", "classes",
      "--reason-file", "doubt.txt", "--as", sheet.department,
    ])
    let after = try shell.ask(["share", "show", request])
    try shell.place.write(
      "the file was looked at; the licence shown is an older one\n", to: "answer.txt")
    try shell.run([
      "share", "settle", try event("share.disputed", in: after["history"]?.arrayValue ?? []),
      "--outcome", "upheld", "--reason-file", "answer.txt", "--as", sheet.provider,
    ])
  }

  // MARK: Helpers

  /// Opens what a requester got, says so, and decides in the cases.
  func receive(_ requester: String, isShown: Bool) throws {
    guard try acknowledge(requester, isShown: isShown) > 0 else { return }
    let list = try shell.ask([
      "share", "list", "--state", "acknowledged", "--limit", "0", "--as", requester,
    ])
    let requests = (list["requests"]?.arrayValue ?? []).compactMap { $0["request"]?.stringValue }
    _ = try act(
      ["share", "decide"] + requests + ["--outcome", "granted", "--as", requester],
      isShown: isShown)
  }

  /// Releases what is open at a desk, to a folder for each requester.
  func release(of provider: String, isShown: Bool) throws -> Int64 {
    let list = try shell.ask([
      "share", "list", "--incoming", "--open", "--limit", "0", "--as", provider,
    ])
    var open: [String: [String]] = [:]
    for request in list["requests"]?.arrayValue ?? [] {
      guard let name = request["request"]?.stringValue,
        let requester = request["requester"]?.stringValue
      else { continue }
      open[requester, default: []].append(name)
    }
    var count: Int64 = 0
    for (requester, requests) in open.sorted(by: { $0.key < $1.key }) {
      count += try act(
        ["share", "release"] + requests.sorted() + [
          "--out", "handed/\(requester)", "--as", provider,
        ],
        expecting: [0, 1], isShown: isShown && count == 0)
    }
    return count
  }

  private func acknowledge(_ requester: String, isShown: Bool) throws -> Int64 {
    guard FileManager.default.fileExists(atPath: shell.place.path("handed/\(requester)")) else {
      return 0
    }
    return try act(
      [
        "share", "acknowledge", "handed/\(requester)", "--out", "received/\(requester)", "--as",
        requester,
      ], isShown: isShown)
  }

  /// Runs a command that acts, seen or unseen, and returns how much it did.
  func act(
    _ arguments: [String], expecting statuses: Set<Int32> = [0], isShown: Bool
  ) throws -> Int64 {
    guard isShown else {
      return try shell.ask(arguments, expecting: statuses)["done_rows"]?.integerValue ?? 0
    }
    let lines = try shell.run(arguments, expecting: statuses).output.split(separator: "\n")
    return Int64(lines.count { $0.contains("  entry ") && !$0.hasPrefix("already") })
  }
}
