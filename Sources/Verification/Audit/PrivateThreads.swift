import Cryptography
import Encoding
import Ledger
import Rules

/// What an auditor who is shown the private members keeps: how far each private thread has come,
/// every certificate's real state, which identifiers are taken, and what acts of sharing opened.
///
/// About 300 bytes a certificate in memory, its subject and identifier included. Names are cut to
/// 16 bytes of a SHA-256: nobody can make two that agree.
struct PrivateThreads {
  struct Certificate {
    var count: UInt32
    /// Nil where an entry that may have changed it was not shown.
    var state: CertificateState?
    /// Of the first subject's key at issue; nil where that was not shown.
    var subject: UInt64?
    /// Of the other subjects' keys; hardly any certificate has them.
    var others: [UInt64] = []
    /// Of the identifier at issue; nil where that was not shown.
    var identifier: UInt64?

    /// Whether it names the subject with a thread's key; nil where that was not shown.
    func names(_ key: ThreadKey) -> Bool? {
      guard let subject else { return nil }
      let mark = key.commitment.words.0
      return subject == mark || others.contains(mark)
    }
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

  private(set) var certificates: [UInt128: Certificate] = [:]
  private var subjects: [UInt128: UInt32] = [:]
  private var cases: [UInt128: UInt32] = [:]
  private var identifiers: Set<UInt128> = []
  /// What acts of sharing opened.
  var shares = SharedActs()
  /// Private tags on entries that were not shown: they may be a thread's missing numbers.
  private var hiddenTagCount: UInt64 = 0

  /// Notes an entry whose private members are not shown.
  mutating func hide(_ event: Event, tags: [Tag], isErased: Bool) {
    let count = tags.count - RuleSet.departments(of: event).count
    hiddenTagCount += UInt64(max(0, count))
    // What was erased is a whole certificate: no other one changed by it.
    if !isErased, event.kind.shape.tags == .subjectsAndCertificate { shares.hasHiddenSteps = true }
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
    let hiddenCount = hiddenTagCount + unreadCount
    if event.kind.shape.tags == .subject || event.kind.shape.tags == .share {
      return openShared(opening, event, privateTags, hiddenCount: hiddenCount)
    }
    if event.kind.shape.tags == .use {
      // Its tag is nobody's thread: without the presentation it cannot be told from any other.
      let sharing = shares.known(to: opening, event, hasHidden: hiddenCount > 0, &finding)
      return (Openings(disclosures: opening.disclosures, sharing: sharing), finding)
    }
    guard event.kind.shape.tags == .subjectsAndCertificate, let key = opening.certificate else {
      if event.kind.shape.tags != .none {
        finding.unjudged = [.threadTag, .threadCommitment, .exactState, .identifierTaken]
      }
      return (Openings(disclosures: opening.disclosures), finding)
    }
    var places: [Openings.Place] = []
    for (position, subject) in opening.subjects.enumerated() {
      let tag = position < privateTags.count - 1 ? privateTags[position] : nil
      places.append(PrivateThreads.count(subject, tag, hiddenCount, in: &subjects))
    }
    let known = certificates[key.commitment.mark]
    let place = count(key, privateTags.last, hiddenCount)
    let identifier = PrivateThreads.identifier(opening)
    compare(known, identifier, opening, event, &finding)
    // Between this entry and the last one shown another may have changed the state.
    let hasGap = place.number != UInt64(known?.count ?? 0) + 1
    if hasGap || known?.state == nil, event.kind != .certificateIssued {
      finding.unjudged.insert(.exactState)
    }
    let isNew = event.kind == .certificateIssued
    let isTaken = isNew && identifier.map { identifiers.contains($0.mark) } ?? false
    return (
      Openings(
        disclosures: opening.disclosures, subjects: places,
        certificate: place,
        state: hasGap ? nil : known?.state, isIdentifierTaken: isTaken,
        replaced: replaced), finding
    )
  }

  /// An entry in the threads of a person, a certificate and a case, as far as it is in them.
  private mutating func openShared(
    _ opening: EntryOpening, _ event: Event, _ tags: [Tag], hiddenCount: UInt64
  ) -> (openings: Openings, finding: Finding) {
    var finding = Finding()
    func tag(_ position: Int) -> Tag? { position < tags.count ? tags[position] : nil }
    var sharing = shares.known(to: opening, event, hasHidden: hiddenCount > 0, &finding)
    let places = opening.subjects.enumerated().map { position, subject in
      PrivateThreads.count(subject, tag(position), hiddenCount, in: &subjects)
    }
    sharing.casePlace = opening.caseThread.map {
      PrivateThreads.count($0, tag(2), hiddenCount, in: &cases)
    }
    sharing.copy = heldCopy(opening, event, hasHidden: hiddenCount > 0, &finding)
    var certificate: Openings.Place?
    var state: CertificateState?
    if let key = opening.certificate {
      let known = certificates[key.commitment.mark]
      let place = count(key, tag(1), hiddenCount)
      let hasGap = place.number != UInt64(known?.count ?? 0) + 1
      state = hasGap ? nil : known?.state
      if state == nil, event.kind == .shareReleased { finding.unjudged.insert(.shareState) }
      if let identifier = PrivateThreads.identifier(opening), let first = known?.identifier,
        identifier.words.0 != first
      {
        finding.codes.insert(.threadCommitment)
      }
      if let names = opening.subjects.first.flatMap({ known?.names($0) }) {
        sharing.namesSubject = names
      } else if event.kind == .shareRequested || event.kind == .shareReleased {
        finding.unjudged.insert(.shareCertificate)
      }
      certificate = place
    }
    return (
      Openings(
        disclosures: opening.disclosures, subjects: places, certificate: certificate,
        state: state, sharing: sharing), finding
    )
  }

  /// The copy that a grant names, if it is in use.
  private func heldCopy(
    _ opening: EntryOpening, _ event: Event, hasHidden: Bool, _ finding: inout Finding
  ) -> Openings.HeldCopy? {
    guard event.kind == .grantGiven, let copy = shares.copy(of: opening) else {
      if event.kind == .grantGiven, hasHidden { finding.unjudged.insert(.grantHolder) }
      return nil
    }
    guard !shares.hasHiddenSteps, let state = certificates[copy.certificate]?.state else {
      finding.unjudged.insert(.grantHolder)
      return copy.held
    }
    return state == .inForce ? copy.held : nil
  }

  /// Takes up what a faultless entry changed.
  mutating func apply(_ opening: EntryOpening, _ event: Event) {
    shares.apply(opening, event)
    guard event.kind.shape.tags == .subjectsAndCertificate, let key = opening.certificate else {
      return
    }
    let name = key.commitment.mark
    if event.kind == .certificateIssued {
      let identifier = PrivateThreads.identifier(opening)
      let marks = opening.subjects.map(\.commitment.words.0)
      certificates[name]?.state = .inForce
      certificates[name]?.subject = marks.first
      certificates[name]?.others = Array(marks.dropFirst())
      certificates[name]?.identifier = identifier.map { $0.words.0 }
      if let identifier { identifiers.insert(identifier.mark) }
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
    let marks = opening.subjects.map(\.commitment.words.0)
    if let first = known.subject, [first] + known.others != marks {
      finding.codes.insert(.threadTag)
    }
  }

  /// Counts an entry in a thread; the number that it must have.
  private static func count(
    _ key: ThreadKey, _ tag: Tag?, _ hiddenCount: UInt64, in counts: inout [UInt128: UInt32]
  ) -> Openings.Place {
    let name = key.commitment.mark
    let number = next(of: key, after: UInt64(counts[name] ?? 0), tag, hiddenCount)
    counts[name] = UInt32(clamping: number.count)
    return Openings.Place(key: key, number: number.claimed)
  }

  /// The same for the thread of a certificate.
  private mutating func count(
    _ key: ThreadKey, _ tag: Tag?, _ hiddenCount: UInt64
  ) -> Openings.Place {
    let name = key.commitment.mark
    let number = PrivateThreads.next(
      of: key, after: UInt64(certificates[name]?.count ?? 0), tag, hiddenCount)
    certificates[name, default: Certificate(count: 0)].count = UInt32(clamping: number.count)
    return Openings.Place(key: key, number: number.claimed)
  }

  /// The number that the entry must have, and how far the thread has come with it.
  ///
  /// A later number is no fault where tags that were not shown can be those between.
  private static func next(
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
}

extension EntryOpening {
  /// The value of a private member that is opened.
  func value(_ name: String) -> JSONValue? { disclosures.first { $0.name == name }?.value }
}
