import ArgumentParser
import Encoding
import Foundation
import Registry

/// `kanhe registry check`: the start-up checks, or every row.
struct RegistryCheck: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a registry's files without changing anything.",
    discussion: """
      Runs the start-up checks; with --full it reads every row of ledger and vault, holds it \
      against the entries, and compares the public files, for which it needs the ledger's \
      passphrase. Signatures are checked by audit ledger. Run it while nothing is appended. Exit \
      code 0: all passed; 1: a check failed; 2: a check could not be made.

      Examples:
        kanhe registry check --registry city
        kanhe registry check --registry city --full --format json
      """)

  @Flag(help: "Read every row of ledger and vault.")
  var full = false

  @OptionGroup var registry: RegistryOptions

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let registry = try registry.open(forWriting: false)
    var checks = StartUpCheck.allCases.map { $0.result(registry.reasons) }
    var hasMore = false
    if full {
      let (lines, isCut) = try fullChecks(registry, console)
      checks += lines
      hasMore = isCut
    }
    try registry.close()
    let isFailed = checks.contains { !$0.findings.isEmpty }
    let isOpen = checks.contains { $0.isDemanded && !$0.wasMade }
    let verdict = isFailed ? "no" : isOpen ? "cannot_tell" : "yes"
    var object: JSONObject = [
      "checks": .array(checks.map(\.json)), "full": .boolean(full), "verdict": .string(verdict),
    ]
    object.tellMore(hasMore, Self.moreHint)
    try console.result(
      .object(object),
      text: { checks.map(\.text).joined() + (hasMore ? "… and more: \(Self.moreHint)\n" : "") })
    return isFailed ? .no : isOpen ? .cannot : .yes
  }

  private static let moreHint = "these are the first findings; mend them and check again"

  /// The checks, and whether more was found than they list.
  private func fullChecks(
    _ registry: OpenRegistry, _ console: Console
  ) throws -> ([CheckLine], Bool) {
    let report: CheckReport
    do throws(RegistryError) {
      report = try registry.fullCheck(cipher: try Self.cipher(registry, console))
    } catch {
      let name = error.code == .damagedVault ? "certificates" : "chain"
      guard [.damagedLedger, .damagedVault].contains(error.code) else { throw error }
      return ([CheckLine(name, findings: [error.description])], false)
    }
    var lines = CheckReport.Name.allCases.map { name in
      CheckLine(name.rawValue, findings: report.findings[name])
    }
    lines.append(CheckLine("public_files", findings: try registry.publicFileFaults()))
    return (lines, report.findingCount > report.findings.values.reduce(0) { $0 + $1.count })
  }

  /// The vault's cipher; nil, with a warning, when nobody gives the passphrase.
  private static func cipher(
    _ registry: OpenRegistry, _ console: Console
  ) throws(RegistryError) -> VaultCipher? {
    do throws(RegistryError) {
      return try registry.openCipher()
    } catch {
      guard error.code == .passphraseMissing else { throw error }
      console.warning("without the ledger's passphrase the vault's contents cannot be checked")
      return nil
    }
  }
}

/// One check with what it found.
private struct CheckLine {
  let name: String
  let findings: [String]
  /// Whether it could be made.
  let wasMade: Bool
  /// Whether the answer depends on it.
  let isDemanded: Bool
  /// What to do about a finding, where that is known.
  let remedy: String?

  /// A check of `--full`; nil findings: it could not be made.
  init(_ name: String, findings: [String]?) {
    self.init(name, findings ?? [], wasMade: findings != nil, isDemanded: true)
  }

  init(
    _ name: String, _ findings: [String], wasMade: Bool, isDemanded: Bool, remedy: String? = nil
  ) {
    self.name = name
    self.findings = findings
    self.wasMade = wasMade
    self.isDemanded = isDemanded
    self.remedy = remedy
  }

  private var result: String {
    wasMade ? findings.isEmpty ? "passed" : "failed" : "not_shown"
  }

  var json: JSONValue {
    var object: JSONObject = [
      "demanded": .boolean(isDemanded), "name": .string(name), "result": .string(result),
    ]
    if let first = findings.first {
      object["text"] = .string(first)
      object["findings"] = .array(findings.map { .string($0) })
    }
    object["remedy"] = remedy.map { .string($0) }
    return .object(object)
  }

  var text: String {
    let title = name.padding(toLength: 14, withPad: " ", startingAt: 0)
    var text = "\(title) \(result.replacing("_", with: " "))\n"
    for finding in findings { text += "  \(finding)\n" }
    if let remedy { text += "  remedy: \(remedy)\n" }
    return text
  }
}

/// What is looked at whenever a registry is opened: registry-on-disk.md, "Start-up".
private enum StartUpCheck: String, CaseIterable {
  case instance
  case highWater = "high_water"
  case rightEdge = "right_edge"
  case lastBundle = "last_bundle"
  case checkpoint
  case clock
  case log = "wal"
  case vault

  private var codes: Set<ReadOnlyReason.Code> {
    switch self {
    case .instance: [.otherInstance, .copied]
    case .highWater: [.stateMissing, .smallerThanHighWater, .otherTree, .largerCheckpointSeen]
    case .rightEdge: [.treeMismatch]
    case .lastBundle: [.chainMismatch]
    case .checkpoint: [.checkpointMismatch, .checkpointForeign]
    case .clock: [.clockBehind, .clockAhead]
    case .log: [.walNotRecovered]
    case .vault: [.vaultDamaged]
    }
  }

  /// What only a command that writes looks at, because looking takes up or takes back something.
  private var needsWriting: Bool { self == .log || self == .vault }

  func result(_ reasons: [ReadOnlyReason]) -> CheckLine {
    let found = reasons.filter { codes.contains($0.code) }
    return CheckLine(
      rawValue, found.map { "\($0.code.rawValue): \($0.text)" },
      wasMade: !needsWriting || !found.isEmpty, isDemanded: !needsWriting,
      remedy: found.first?.remedy
        ?? (needsWriting ? "none needed: the next command that writes looks at it" : nil))
  }
}
