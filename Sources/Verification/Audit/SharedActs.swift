import Cryptography
import Encoding
import Ledger
import Rules

/// What an auditor keeps of copies, grants, requests and releases that he was shown, to hold later
/// acts against them.
///
/// In memory, about 110 bytes a copy that is bound to a holder's key, 100 a grant, 170 a release
/// and 50 a use; a request is forgotten when its answer was faultless.
struct SharedActs {
  struct Copy {
    let held: Openings.HeldCopy
    /// The mark of its certificate's thread.
    let certificate: UInt128
  }

  /// Whether a step of some certificate was not shown: its copies may be in use or not.
  var hasHiddenSteps = false
  private var copies: [Digest: Copy] = [:]
  /// By the number of the event that lodged them, and by their own.
  private var grants: [Digest: Openings.Given] = [:]
  private var lodged: Set<Digest> = []
  /// By the number of the request, the release or the dispute.
  private var acts: [Digest: Openings.Shared] = [:]
  /// Requests for presentations of which an answer was accepted.
  private var used: Set<Digest> = []

  /// What the judge needs to know of the acts before this one, and which rules cannot be judged
  /// because it was not shown.
  func known(
    to opening: EntryOpening, _ event: Event, hasHidden: Bool,
    _ finding: inout PrivateThreads.Finding
  ) -> Openings.Sharing {
    var sharing = Openings.Sharing()
    if let grant = SharedActs.grant(opening) {
      sharing.isGrantTaken = lodged.contains(grant.number)
    }
    if event.kind == .useAccepted, let request = SharedActs.digest(opening.value("request")) {
      sharing.isRequestUsed = used.contains(request)
    }
    if event.clear.contains("grant") {
      sharing.grant = SharedActs.named("grant", in: event).flatMap { grants[$0] }
      if sharing.grant == nil { finding.unjudged.formUnion([.grantHolder, .grantContent]) }
    }
    if let member = SharedActs.before(event) {
      sharing.answered = SharedActs.named(member, in: event).flatMap { acts[$0] }
      if sharing.answered == nil {
        finding.unjudged.formUnion([.shareSubject, .shareCase, .shareCertificate])
      }
    }
    return sharing
  }

  /// The copy that a grant names, if it is known and was not stopped.
  func copy(of opening: EntryOpening) -> Copy? {
    SharedActs.grant(opening).flatMap { copies[$0.copy] }
  }

  /// Takes up what a faultless entry opened.
  mutating func apply(_ opening: EntryOpening, _ event: Event) {
    let number = event.id.number
    switch event.kind {
    case .certificateIssued, .certificateCopied: addCopies(opening)
    case .grantGiven:
      grants[number] = Openings.Given(opening.disclosures)
      if let grant = SharedActs.grant(opening) { lodged.insert(grant.number) }
    case .useAccepted:
      if let request = SharedActs.digest(opening.value("request")) { used.insert(request) }
    case .shareRequested: acts[number] = Openings.Shared(opening.disclosures)
    case .shareRefused, .shareReleased:
      if let name = SharedActs.named("request", in: event) { acts[name] = nil }
      if event.kind == .shareReleased { acts[number] = Openings.Shared(opening.disclosures) }
    case .shareDisputed:
      acts[number] = SharedActs.named("release", in: event).flatMap { acts[$0] }
    case .shareSettled:
      if let name = SharedActs.named("dispute", in: event) { acts[name] = nil }
    default: break
    }
  }

  private mutating func addCopies(_ opening: EntryOpening) {
    guard let certificate = opening.certificate?.commitment.mark else { return }
    for (position, subject) in opening.subjects.enumerated() {
      guard let copy = opening.value("copy_\(position + 1)"),
        let digest = SharedActs.digest(copy["digest"]),
        let holder = SharedActs.digest(copy["holder"])
      else { continue }
      copies[digest] = Copy(
        held: Openings.HeldCopy(holder: holder, subject: subject.commitment),
        certificate: certificate)
    }
    for ended in opening.value("ended")?.arrayValue ?? [] {
      guard let digest = SharedActs.digest(ended), copies[digest]?.certificate == certificate
      else { continue }
      copies[digest] = nil
    }
  }

  /// The member that names the act which this one answers or continues.
  private static func before(_ event: Event) -> String? {
    switch event.kind {
    case .shareRefused, .shareReleased: "request"
    case .shareAcknowledged, .shareDisputed: "release"
    case .shareSettled: "dispute"
    default: nil
    }
  }

  private static func named(_ member: String, in event: Event) -> Digest? {
    digest(event.clear[member]?["jti"])
  }

  private static func digest(_ value: JSONValue?) -> Digest? {
    value?.stringValue.flatMap(Digest.init(canonicalText:))
  }

  private static func grant(_ opening: EntryOpening) -> Grant? {
    guard let text = opening.value("grant")?.stringValue else { return nil }
    do { return try Grant(parsing: text) } catch { return nil }
  }
}
