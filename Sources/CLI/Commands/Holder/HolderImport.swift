import ArgumentParser
import Certificates
import Encoding
import Foundation
import Verification
import Wallet

/// `kanhe holder import`: takes what issuing handed out.
struct HolderImport: TableCommand {
  static let repeatable = TrustOptions.repeatable

  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Check deliveries, and keep those that are this wallet's.",
    discussion: """
      A delivery is checked as verify does; what is false, or bound to a key that the wallet does \
      not have, is refused. What has expired or was revoked is kept all the same. Of JSON Lines \
      only the lines bound to a key of the wallet are taken, the others are passed over. A copy \
      that is there stays as it is, unless the new delivery shows all of it and more, or is proven \
      where the other is not, or the other's file is damaged. Exit code 0; 1: a file was refused.

      Examples:
        kanhe holder import li.json --wallet my --root root.pem
        kanhe holder import cards.jsonl --wallet my --root root.pem \\
          --evidence export
      """)

  @Argument(help: "Deliveries, or JSON Lines of them; - is standard input.")
  var files: [String]

  @OptionGroup var trust: TrustOptions

  @OptionGroup var wallet: WalletOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("name at least one delivery") }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    Interruption.watch()
    let wallet = try wallet.open()
    let anchors = try trust.anchors()
    let inputs = files.map { VerifyInput(path: $0) }
    var pool = EvidencePool()
    try VerifyEvidence.add(from: trust.evidence, for: inputs, to: &pool)
    let now = Timestamp.now().seconds
    let verifier = FileVerifier(anchors: anchors, pool: pool, time: now, clock: now, audience: nil)
    var report = ImportReport(wallet: wallet)
    for input in inputs { try report.take(input, by: verifier, console) }
    try console.result(report.json, text: { report.text }, table: { report.table })
    if try wallet.copies().hasSharedKey {
      console.note(
        "two copies have one key: whoever sees both can link them; ask for one with a new key"
      )
    }
    if report.lacksEvidence {
      console.note(
        "not everything could be checked; give --evidence DIR, or verify the copies later")
    }
    return report.status
  }
}

/// What became of each delivery.
private struct ImportReport {
  /// The most refusals of one run that are told; all are counted.
  private static let listedCountMax = 1_000
  private static let columns = ["file", "line", "outcome", "verdict", "code", "identifier", "copy"]

  let wallet: HolderWallet
  private var rows: [JSONObject] = []
  private var messages: [String] = []
  private var counts: [String: Int64] = [:]
  private(set) var lacksEvidence = false
  private var isUnreadable = false

  init(wallet: HolderWallet) { self.wallet = wallet }

  var status: Failure.Status {
    if isUnreadable { return .cannot }
    return counts["refused"] ?? 0 > 0 ? .no : .yes
  }

  var json: JSONValue {
    var object: JSONObject = ["deliveries": .array(rows.map(JSONValue.object))]
    for name in ["kept", "known", "passed_over", "refused"] {
      object[name] = .integer(counts[name] ?? 0)
    }
    object.tellMore(
      untoldCount > 0,
      "all are counted: holder list lists what was kept; import the other lines by themselves for "
        + "the rest")
    return .object(object)
  }

  /// How many are not listed.
  private var untoldCount: Int64 {
    ["kept", "known", "refused"].reduce(0) { $0 + (counts[$1] ?? 0) } - Int64(rows.count)
  }

  var table: Table { Table(objects: rows, columns: Self.columns) }

  var text: String {
    var text = ""
    for (row, message) in zip(rows, messages) {
      let line = row["line"]?.integerValue.map { ", line \($0)" } ?? ""
      text += TerminalText.line(row["file"]?.stringValue ?? "") + line + ": "
      text += TerminalText.line(message, maximumLength: 4_000) + "\n"
    }
    if untoldCount > 0 { text += "… and \(untoldCount) more\n" }
    let passed = counts["passed_over"] ?? 0
    return text + "\(counts["kept"] ?? 0) kept, \(counts["known"] ?? 0) known already, "
      + (passed > 0 ? "\(passed) of others passed over, " : "")
      + "\(counts["refused"] ?? 0) refused\n"
  }

  mutating func take(
    _ input: VerifyInput, by verifier: FileVerifier, _ console: Console
  ) throws {
    switch input.content {
    case .unreadable(let fault):
      isUnreadable = true
      note("refused", input.path, nil, ["code": .string(fault.code)], fault.message)
    case .file(let file):
      let taken = try wallet.take(file, by: verifier, isAlone: true)
      note(taken, input.path, line: nil)
    case .lines(let source, let beginning):
      var lines = DeliveryLines(source, beginning: beginning)
      while let line = try lines.next() {
        guard !Interruption.isRequested else {
          throw Failure(
            .interrupted, code: "interrupted",
            "interrupted at line \(lines.number); what was kept stays",
            hint: "run the same command again")
        }
        let taken = try wallet.take(
          KnownFile(recognising: line), by: verifier, isAlone: false)
        note(taken, input.path, line: lines.number)
      }
    }
  }

  private mutating func note(_ taken: HolderWallet.Taken, _ path: String, line: Int?) {
    switch taken {
    case .kept(let copy, let report, let isReplacing):
      let verdict = report.verdict(notDemanding: [])
      let open = report.checks.checks.filter { $0.result != .passed }
      lacksEvidence = lacksEvidence || open.contains { $0.result == .notShown }
      var members = name(copy)
      members["verdict"] = .string(verdict.rawValue)
      let doubt = open.map { "; \($0.name): \($0.text)" }.joined()
      if isReplacing { members["replaced"] = true }
      let place = isReplacing ? ", in place of a delivery that showed or proved less" : ""
      note("kept", path, line, members, "kept\(place)\(doubt)")
    case .known(let copy): note("known", path, line, name(copy), "known already")
    case .refused(let code, _) where line != nil && ["foreign_key", "unbound"].contains(code):
      // Among the lines of a job most are other people's.
      counts["passed_over", default: 0] += 1
    case .refused(let code, let message):
      note("refused", path, line, ["code": .string(code)], "refused: \(message)")
    }
  }

  private func name(_ copy: WalletCopy) -> JSONObject {
    var members: JSONObject = ["copy": .string(copy.digest.base64url)]
    if let identifier = copy.certificate.identifier { members["identifier"] = .string(identifier) }
    return members
  }

  private mutating func note(
    _ outcome: String, _ path: String, _ line: Int?, _ members: JSONObject, _ message: String
  ) {
    counts[outcome, default: 0] += 1
    guard rows.count < Self.listedCountMax else { return }
    var row = members
    row["file"] = .string(path)
    row["outcome"] = .string(outcome)
    if let line { row["line"] = .integer(Int64(line)) }
    if outcome == "refused" { row["message"] = .string(message) }
    rows.append(row)
    messages.append(message)
  }
}

extension [WalletCopy] {
  /// Whether two are bound to one key.
  fileprivate var hasSharedKey: Bool {
    let keys = compactMap { $0.certificate.holderKey?.thumbprint }
    return Set(keys).count < keys.count
  }
}
