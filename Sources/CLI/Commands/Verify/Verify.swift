import ArgumentParser
import Certificates
import Cryptography
import Encoding
import Foundation
import Verification

/// `kanhe verify`: any file that Kanhe makes, from files alone.
struct Verify: KanheCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check certificates and all other files that Kanhe makes.",
    discussion: """
      Files are known by their content: copy, delivery, bundle, receipt, trust list, status token, \
      type file, checkpoint, proof, identity, JSON Lines of deliveries. Several files are evidence \
      for one another. Needs no registry and no network, and changes nothing. Exit code 0: yes; \
      1: no; 2: cannot tell.

      Examples:
        kanhe verify li.json trust.jwt type.json 1.jwt --root root.pem
        kanhe verify cards.jsonl trust.jwt type.json --root root.pem --accept-missing status
        kanhe verify li.json trust.jwt --root root.pem --at 2027-01-01T00:00:00Z --format json
      """)

  @Argument(help: "Files to check; - is standard input.")
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "A registry's root identity, PEM or DER: the only anchor. Default: the pinned roots.",
      valueName: "file"))
  var root: [String] = []

  @Option(help: ArgumentHelp("Judge as of a time such as 2026-11-24T08:30:00Z; default now."))
  var at: String?

  @Option(
    help: ArgumentHelp(
      "Checks that need not be shown: status, ledger, or both with a comma.", valueName: "list"))
  var acceptMissing: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("Name at least one file.") }
    _ = try accepted()
    guard output.format != .csv else {
      throw ValidationError("The answer is no table; use --format text or json.")
    }
    if let at {
      do { _ = try Timestamp(parsing: at) } catch {
        throw ValidationError("--at: \(error.message).")
      }
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let clock = Timestamp.now()
    let time = try at.map { try Timestamp(parsing: $0) } ?? clock
    let anchors = try Verify.anchors(root)
    var pool = EvidencePool()
    let inputs = files.map(VerifyInput.init(path:))
    for input in inputs {
      if case .file(let file) = input.content { pool.add(file) }
    }
    let verifier = FileVerifier(
      anchors: anchors, pool: pool, time: time.seconds, clock: clock.seconds)
    var answer = VerifyAnswer(
      time: time, anchors: anchors.map(\.root.sha256), accepted: try accepted())
    for input in inputs { try answer.add(input, verifier, console) }
    try console.result(answer.json, text: { answer.text })
    switch answer.verdict {
    case .yes: return .yes
    case .no: return .no
    case .cannotTell: return .cannot
    }
  }

  /// The checks that need not be shown.
  private func accepted() throws -> Set<Check.Name> {
    var names: Set<Check.Name> = []
    for word in (acceptMissing ?? "").split(separator: ",") {
      switch word {
      case "status": names.insert(.status)
      case "ledger": names.formUnion([.ledger, .receipt])
      default:
        throw ValidationError("--accept-missing takes status and ledger, not \(word).")
      }
    }
    return names
  }

  /// The roots given, or else those pinned; of a pinned root also the newest list seen.
  private static func anchors(_ paths: [String]) throws -> [Anchor] {
    let pins = TrustPins()
    if paths.isEmpty {
      let all = try pins?.all() ?? []
      guard !all.isEmpty else {
        throw Failure(
          .usage, code: "root_missing", "it is not said which root to believe",
          hint: "give --root FILE, or pin one with kanhe trust pin")
      }
      return try all.map { try RootFile.anchor($0.root, sequenceMin: $0.sequence) }
    }
    return try paths.map { path in
      let root = try RootFile.read(path)
      return try RootFile.anchor(root, sequenceMin: try pins?.pin(of: root)?.sequence)
    }
  }
}
