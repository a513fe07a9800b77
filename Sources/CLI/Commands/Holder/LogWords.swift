import Certificates
import Cryptography
import Encoding
import Ledger
import Rules
import Verification
import Wallet

/// What an entry says, in a sentence for the person it is about.
///
/// Only what stands in the clear and what the person's own deliveries say: nobody else is named.
struct LogWords {
  private let report: PersonReport
  private let log: LogThreads
  private let grants: [WalletGrant]
  /// Whether one copy's certificate is asked about, of perhaps many.
  private let isLimited: Bool
  /// Where the events of the entries stand, by their names.
  private var places: [EventID: LeafIndex] = [:]
  /// What the person's certificates are called, by type.
  private var typeNames: [String: String] = [:]

  init(report: PersonReport, log: LogThreads, grants: [WalletGrant], isLimited: Bool) {
    self.isLimited = isLimited
    self.report = report
    self.log = log
    self.grants = grants
    for line in report.lines { places[line.entry.id] = line.entry.index }
    for copy in log.copies.flatMap(\.self) {
      typeNames[copy.type] = copy.certificate.claims["name"]?.stringValue
    }
  }

  // MARK: What it is about

  /// `you`, or `certificate` for an entry about one of the certificates that is not in the
  /// person's own thread: another of its holders is meant.
  func about(_ line: PersonReport.Line) -> String { isOwn(line) ? "you" : "certificate" }

  /// The certificates whose threads the entry is in.
  func identifiers(_ line: PersonReport.Line) -> [String] {
    Set(
      line.threads.filter { log.threads[$0].isCertificate }
        .compactMap { log.copies[$0].first?.certificate.identifier }
    ).sorted()
  }

  /// The entry whose act this one answers or rests on.
  func reference(of entry: ThreadEntry) -> LeafIndex? {
    for name in ["request", "release", "dispute", "grant"] {
      guard let value = entry.clear[name], let issuer = value["iss"]?.stringValue,
        let number = value["jti"]?.stringValue.flatMap(Digest.init(canonicalText:))
      else { continue }
      return places[EventID(issuer: issuer, number: number)]
    }
    return nil
  }

  /// The USCC in a department's URI; the URI where it has none.
  func code(_ uri: String) -> String { DepartmentURI(uri)?.code ?? uri }

  private func isOwn(_ line: PersonReport.Line) -> Bool {
    // A use is in no thread: only who showed something finds it.
    if line.threads.isEmpty { return true }
    // A delivery of a further copy brings no key of the person's own thread.
    return line.threads.contains { !log.threads[$0].isCertificate }
      || log.threads.allSatisfy(\.isCertificate)
  }

  // MARK: The sentence

  /// The sentence, without a full stop.
  func text(_ line: PersonReport.Line) -> String {
    let entry = line.entry
    let kind = entry.kind.rawValue
    let who = department(code(entry.issuer))
    if kind.hasPrefix("certificate.") { return certificate(line, who) }
    var text =
      switch entry.kind {
      case .grantGiven: grant(entry, who)
      case .grantWithdrawn: "\(who) lodged your withdrawal of the grant of \(named(entry))"
      case .shareRequested: request(entry, who)
      case .shareRefused:
        "\(who) refused what \(member(entry, "requester")) asked in \(named(entry)): "
          + word(entry, "reason")
      case .shareReleased:
        "\(who) gave \(member(entry, "requester")) what was asked in \(named(entry)): "
          + list(entry, "claims")
      case .shareAcknowledged:
        "\(who) confirms that it has what \(member(entry, "provider")) gave in \(named(entry))"
      case .shareDisputed:
        "\(who) disputes what \(member(entry, "provider")) gave in \(named(entry)); "
          + "\(member(entry, "issuer")) shall decide"
      case .shareSettled:
        "\(who) decided the dispute of \(named(entry)): \(word(entry, "outcome"))"
      case .caseDecided:
        "\(who) closed a case: \(word(entry, "outcome")), purpose \(word(entry, "purpose"))"
      case .useAccepted, .useRefused: use(entry, who)
      case .evidenceDisclosed:
        "\(who) disclosed evidence of \(entry.clear["count"]?.integerValue ?? 0) acts to "
          + "\(word(entry, "to")), under \(word(entry, "citation"))"
      default: "\(who): \(kind)"
      }
    if !isOwn(line) { text += " (about this certificate, asked of another of its holders)" }
    return text
  }

  private func certificate(_ line: PersonReport.Line, _ who: String) -> String {
    let entry = line.entry
    let type = typeName(entry.clear["type"]?.stringValue ?? "")
    let identifiers = identifiers(line)
    let what =
      identifiers.isEmpty
      ? "\(type), another than \(isLimited ? "the copy's" : "those of this wallet")"
      : "\(type) \(identifiers.joined(separator: ", "))"
    return switch entry.kind {
    case .certificateIssued: "\(who) issued \(what)"
    case .certificateCopied: "\(who) issued or stopped copies of \(what)"
    case .certificateSuspended: "\(who) suspended \(what)"
    case .certificateReinstated: "\(who) put \(what) in force again"
    case .certificateRevoked: "\(who) ended \(what)"
    case .certificateReplaced: "\(who) ended \(what) and issued another in its place"
    case .certificateAnnotated: "\(who) made a note about \(what)"
    case .certificateErased:
      "\(who) erased what it kept of \(what), under \(word(entry, "citation"))"
    default: "\(who): \(entry.kind.rawValue), \(what)"
    }
  }

  private func request(_ entry: ThreadEntry, _ who: String) -> String {
    let isFile = word(entry, "material") == "file"
    let basis =
      entry.clear["grant"] == nil
      ? "under \(word(entry, "citation"))" : "with your grant of \(named(entry))"
    return "\(who) asked \(member(entry, "provider")) for \(list(entry, "claims")) of "
      + (isFile ? "the file " : "") + typeName(word(entry, "type"))
      + ", purpose \(word(entry, "purpose")), \(basis); officer's role "
      + "\(word(entry, "officer_role")), to be answered before "
      + Shape.time(seconds: entry.clear["answer_by"]?.integerValue ?? 0)
  }

  private func use(_ entry: ThreadEntry, _ who: String) -> String {
    let claims = list(entry, "claims")
    let what =
      (claims.isEmpty ? "that you have one" : claims) + " of " + typeName(word(entry, "type"))
      + ", purpose \(word(entry, "purpose"))"
    return entry.kind == .useAccepted
      ? "\(who) took what you showed: \(what)"
      : "\(who) did not take what you showed: \(what); why: \(list(entry, "codes"))"
  }

  private func grant(_ entry: ThreadEntry, _ who: String) -> String {
    let clear = entry.clear
    let types = (clear["types"]?.arrayValue ?? []).compactMap(\.stringValue).map(typeName)
    var text = "\(who) lodged a grant of yours: \(member(entry, "requester")) may ask for "
    text += "\(list(entry, "claims")) of \(types.joined(separator: ", ")), purpose "
    text += "\(word(entry, "purpose")), from "
    text += Shape.time(seconds: clear["period"]?["from"]?.integerValue ?? 0) + " until before "
    text += Shape.time(seconds: clear["period"]?["until"]?.integerValue ?? 0)
    if let frequency = clear["frequency"] {
      text += ", " + Counted.text(frequency["times"]?.integerValue ?? 0, "time")
      text += " in " + Counted.text(frequency["days"]?.integerValue ?? 0, "day")
    }
    // The entry hides the grant's number: the terms tell whether it may be one of this wallet's.
    let isKnown = grants.contains { held in
      held.grant.terms.members.allSatisfy { clear[$0.name] == $0.value }
    }
    return text + (isKnown ? "" : "; no grant with these terms is in this wallet")
  }

  // MARK: Words

  private func department(_ code: String) -> String {
    guard let name = report.names[code] else { return code }
    return "\(name) (\(code))"
  }

  private func typeName(_ code: String) -> String {
    typeNames[code].map { "\($0) (\(code))" } ?? "the type \(code)"
  }

  private func member(_ entry: ThreadEntry, _ name: String) -> String {
    department(word(entry, name))
  }

  private func word(_ entry: ThreadEntry, _ name: String) -> String {
    entry.clear[name]?.stringValue ?? "?"
  }

  private func list(_ entry: ThreadEntry, _ name: String) -> String {
    (entry.clear[name]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
  }

  private func named(_ entry: ThreadEntry) -> String {
    reference(of: entry).map { "entry \($0)" } ?? "an entry that is not listed here"
  }
}
