import Certificates
import Cryptography
import Encoding
import Verification

/// What `kanhe verify` does once its arguments were understood.
struct VerifyRun: Sendable {
  var files: [String] = []
  var roots: [String] = []
  /// Folders to take evidence from.
  var evidence: [String] = []
  /// The time to judge as of; nil for now.
  var time: Timestamp?
  /// The checks that need not be shown.
  var accepted: Set<Check.Name> = []
  /// Whom an answer without a request must be for; nil for anyone.
  var audience: String?

  func execute(_ console: Console) throws -> Failure.Status {
    let clock = Timestamp.now()
    let asked = time
    let time = asked ?? clock
    let anchors = try anchors()
    let inputs = files.map { VerifyInput(path: $0) }
    var pool = EvidencePool()
    for input in inputs {
      if case .file(let file) = input.content { pool.add(file) }
    }
    try VerifyEvidence.add(from: evidence, for: inputs, at: asked, to: &pool)
    let verifier = FileVerifier(
      anchors: anchors, pool: pool, time: time.seconds, clock: clock.seconds,
      audience: audience)
    var answer = VerifyAnswer(
      time: time, anchors: anchors, accepted: accepted)
    for input in inputs { try answer.add(input, verifier, console) }
    try console.result(answer.json, text: { answer.text })
    if answer.verdict == .cannotTell, answer.lacksEvidence {
      console.note(
        evidence.isEmpty
          ? "evidence is missing: an export has it; give its folder with --evidence DIR"
          : "evidence is missing: the folder of --evidence does not have all; get a new export")
    }
    switch answer.verdict {
    case .yes: return .yes
    case .no: return .no
    case .cannotTell: return .cannot
    }
  }

  /// The checks that a list such as `status,ledger` names; nil for any other word.
  static func accepted(_ list: String) -> Set<Check.Name>? {
    var names: Set<Check.Name> = []
    for word in list.split(separator: ",", omittingEmptySubsequences: false) {
      switch word {
      case "status": names.insert(.status)
      case "ledger": names.formUnion([.ledger, .receipt])
      case "request": names.formUnion([.request, .asker])
      default: return nil
      }
    }
    return names
  }

  /// The roots given, or else those pinned; of a pinned root also its host and the newest list
  /// seen.
  func anchors() throws -> [Anchor] {
    let pins = TrustPins()
    if roots.isEmpty {
      let all = try pins?.all() ?? []
      guard !all.isEmpty else {
        throw Failure(
          .usage, code: "root_missing", "it is not said which root to believe",
          hint: "give --root FILE, or pin one with kanhe trust pin")
      }
      if all.count > 1, let unknown = all.first(where: { $0.host == nil }) {
        throw Failure(
          .cannot, code: "host_unknown",
          "several roots are pinned, and the host of \(unknown.root.keyID) is not known",
          hint: "pin that root again with --list trust.jwt, or give --root FILE")
      }
      return try all.map {
        try RootFile.anchor(
          $0.root, host: $0.host, sequenceMin: $0.sequence, isPinned: true)
      }
    }
    return try roots.map { path in
      let root = try RootFile.read(path)
      let pin = try pins?.pin(of: root)
      return try RootFile.anchor(root, host: pin?.host, sequenceMin: pin?.sequence)
    }
  }
}

extension VerifyRun {
  /// Plain arguments of `verify`: files, and options each followed by its value.
  ///
  /// Looking up types at run time, as the general parser does, costs more than the whole
  /// verification. Anything else than plain arguments is nil, and left to that parser: help,
  /// `--option=value`, abbreviations and all that is wrong. Both must understand the same.
  static func plain(_ arguments: ArraySlice<String>) -> (VerifyRun, Console)? {
    guard arguments.first == "verify" else { return nil }
    var run = VerifyRun()
    var format: OutputFormat?
    var isQuiet = false
    var rest = arguments.dropFirst()
    while let argument = rest.popFirst() {
      if !argument.utf8.starts(with: "-".utf8) || argument == "-" {
        run.files.append(argument)
        continue
      }
      if argument == "--quiet" {
        guard !isQuiet else { return nil }
        isQuiet = true
        continue
      }
      guard let value = rest.popFirst(), !value.utf8.starts(with: "-".utf8) else { return nil }
      switch argument {
      case "--root": run.roots.append(value)
      case "--evidence": run.evidence.append(value)
      case "--at":
        guard run.time == nil, let time = time(value) else { return nil }
        run.time = time
      case "--accept-missing":
        guard run.accepted.isEmpty, let names = accepted(value), !names.contains(.request) else {
          return nil
        }
        run.accepted = names
      case "--format":
        guard format == nil, let known = OutputFormat(rawValue: value), known != .csv else {
          return nil
        }
        format = known
      default: return nil
      }
    }
    guard !run.files.isEmpty else { return nil }
    return (run, Console(format: format ?? .text, isQuiet: isQuiet))
  }

  private static func time(_ text: String) -> Timestamp? {
    do { return try Timestamp(parsing: text) } catch { return nil }
  }
}
