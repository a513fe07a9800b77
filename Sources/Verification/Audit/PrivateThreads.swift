import Cryptography
import Encoding
import Ledger
import Rules

/// What an auditor who is shown the private members keeps: how far each private thread has come,
/// every certificate's real state, and which identifiers are taken.
///
/// About 300 bytes a certificate in memory, its subject and identifier included. Names are cut to
/// 16 bytes of a SHA-256: nobody can make two that agree.
struct PrivateThreads {
  private struct Certificate {
    var count: UInt32
    /// Nil where an entry that may have changed it was not shown.
    var state: CertificateState?
    /// Of the subjects' keys and of the identifier at issue; nil where that was not shown.
    var subjects: UInt64?
    var identifier: UInt64?
  }

  /// What the audit adds to the judge's word, because it alone remembers.
  struct Finding {
    /// Rules broken besides those that the judge names.
    var codes: Set<RuleCode> = []
    /// Rules that could not be judged, because what they need was not shown.
    var unjudged: Set<RuleCode> = []
  }

  /// How far a thread's next tag is looked for: beyond, it counts as none of the thread's.
  private static let reach: UInt64 = 1000

  private var certificates: [UInt128: Certificate] = [:]
  private var subjects: [UInt128: UInt32] = [:]
  private var identifiers: Set<UInt128> = []
  /// Private tags on entries that were not shown: they may be a thread's missing numbers.
  private var hiddenTagCount: UInt64 = 0

  /// Notes an entry whose private members are not shown.
  mutating func hide(_ event: Event, tags: [Tag]) {
    let count = tags.count - RuleSet.departments(of: event).count
    hiddenTagCount += UInt64(max(0, count))
  }

  /// What the judge needs to know of a shown entry, and what the audit finds itself. The numbers
  /// in the threads are counted here and count on, whatever the judge says. `unreadCount`: the
  /// tags that entries which could not be read may have had.
  mutating func open(
    _ opening: EntryOpening, _ event: Event, tags: [Tag], unreadCount: UInt64,
    replaced: Openings.Replaced?
  ) -> (openings: Openings, finding: Finding) {
    var finding = Finding()
    let privateTags = Array(tags.dropFirst(RuleSet.departments(of: event).count))
    guard event.kind.shape.tags == .subjectsAndCertificate, let key = opening.certificate else {
      if event.kind.shape.tags != .none {
        finding.unjudged = [.threadTag, .threadCommitment, .exactState, .identifierTaken]
      }
      return (Openings(disclosures: opening.disclosures), finding)
    }
    let hiddenCount = hiddenTagCount + unreadCount
    var places: [Openings.Place] = []
    for (position, subject) in opening.subjects.enumerated() {
      let tag = position < privateTags.count - 1 ? privateTags[position] : nil
      let name = PrivateThreads.name(subject.commitment)
      let number = next(of: subject, after: UInt64(subjects[name] ?? 0), tag, hiddenCount)
      subjects[name] = UInt32(clamping: number.count)
      places.append(Openings.Place(key: subject, number: number.claimed))
    }
    let name = PrivateThreads.name(key.commitment)
    let known = certificates[name]
    let number = next(of: key, after: UInt64(known?.count ?? 0), privateTags.last, hiddenCount)
    certificates[name, default: Certificate(count: 0)].count = UInt32(clamping: number.count)
    let identifier = PrivateThreads.identifier(opening)
    compare(known, identifier, opening, event, &finding)
    // Between this entry and the last one shown another may have changed the state.
    let hasGap = number.claimed != UInt64(known?.count ?? 0) + 1
    if hasGap || known?.state == nil, event.kind != .certificateIssued {
      finding.unjudged.insert(.exactState)
    }
    let isNew = event.kind == .certificateIssued
    let isTaken = isNew && identifier.map { identifiers.contains(PrivateThreads.name($0)) } ?? false
    return (
      Openings(
        disclosures: opening.disclosures, subjects: places,
        certificate: Openings.Place(key: key, number: number.claimed),
        state: hasGap ? nil : known?.state, isIdentifierTaken: isTaken,
        replaced: replaced), finding
    )
  }

  /// Takes up what a faultless entry changed.
  mutating func apply(_ opening: EntryOpening, _ event: Event) {
    guard event.kind.shape.tags == .subjectsAndCertificate, let key = opening.certificate else {
      return
    }
    let name = PrivateThreads.name(key.commitment)
    if event.kind == .certificateIssued {
      let identifier = PrivateThreads.identifier(opening)
      certificates[name]?.state = .inForce
      certificates[name]?.subjects = PrivateThreads.mark(opening.subjects)
      certificates[name]?.identifier = identifier.map { $0.words.0 }
      if let identifier { identifiers.insert(PrivateThreads.name(identifier)) }
    } else if let text = opening.value("state")?.stringValue,
      let state = CertificateState(rawValue: text)
    {
      certificates[name]?.state = state
    }
  }

  /// A step is about the certificate, and has the subjects, that the thread began with.
  private func compare(
    _ known: Certificate?, _ identifier: Digest?, _ opening: EntryOpening, _ event: Event,
    _ finding: inout Finding
  ) {
    guard event.kind != .certificateIssued, let known else { return }
    if let first = known.identifier, let identifier, identifier.words.0 != first {
      finding.codes.insert(.threadCommitment)
    }
    if let first = known.subjects, first != PrivateThreads.mark(opening.subjects) {
      finding.codes.insert(.threadTag)
    }
  }

  /// The number that the entry must have, and how far the thread has come with it.
  ///
  /// A later number is no fault where tags that were not shown can be those between.
  private func next(
    of key: ThreadKey, after count: UInt64, _ tag: Tag?, _ hiddenCount: UInt64
  ) -> (claimed: UInt64, count: UInt64) {
    let expected = count + 1
    guard let tag, key.tag(expected) != tag else { return (expected, expected) }
    for number in (expected + 1)...(expected + PrivateThreads.reach) where key.tag(number) == tag {
      return (number - expected <= hiddenCount ? number : expected, number)
    }
    // A number given out twice: the thread has come no further.
    let first = count > PrivateThreads.reach ? count - PrivateThreads.reach : 1
    if count > 0, (first...count).contains(where: { key.tag($0) == tag }) {
      return (expected, count)
    }
    return (expected, expected)
  }

  private static func identifier(_ opening: EntryOpening) -> Digest? {
    guard let text = opening.value("certificate")?["identifier"]?.stringValue else { return nil }
    return SHA256.hash(text)
  }

  private static func name(_ digest: Digest) -> UInt128 {
    UInt128(digest.words.0) << 64 | UInt128(digest.words.1)
  }

  private static func mark(_ keys: [ThreadKey]) -> UInt64 {
    var hash = SHA256()
    for key in keys { hash.update(key.commitment) }
    return hash.finish().words.0
  }
}

extension EntryOpening {
  /// The value of a private member that is opened.
  func value(_ name: String) -> JSONValue? { disclosures.first { $0.name == name }?.value }
}
