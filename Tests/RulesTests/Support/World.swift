import Cryptography
import Encoding
import Ledger
import Rules

/// A small ledger at a fixed clock, judged entry by entry as a writer does. Its entries are real:
/// the cases in `spec/vectors/event` stand on them.
final class World {
  static let origin = "certificates.example/ledger"
  static let host = "certificates.example"
  static let registry = "11430000006122244L"
  static let police = "11330105002500287C"
  /// Retired; the police answer for it.
  static let archive = "11440300KH0002062C"
  /// Its only acting identity has run out.
  static let fire = "11440300KH00000165"
  /// Enrolled, and issuer of nothing.
  static let water = "11100000000013338W"
  /// Never enrolled.
  static let stranger = "11440300KH0002054H"
  static let type = police + "001"
  static let archiveType = archive + "001"
  static let withdrawnType = police + "002"
  static let fileType = police + "003"

  struct Actor {
    let code: String
    let key: P256PrivateKey
    let identity: Identity
    var uri: String { DepartmentURI(host: World.host, code: code).text }
    var id: JSONValue { .string(identity.sha256.base64url) }
  }

  let keys: WorldKeys
  private(set) var entries: [Entry] = []
  var now = Timestamp(seconds: 1_790_000_000)
  var facts = FactOverlay()
  private var tree = CompactRange()
  private var roots: [UInt64: Digest] = [:]
  private var ids: Set<EventID> = []
  /// What the settled ledger has of sharing, by the names of its acts.
  var affairs: [String: Affair] = [:]

  init(keys: WorldKeys? = nil) throws {
    self.keys = try keys ?? WorldKeys(now: now.seconds)
  }

  /// The tree that an actor sees now.
  var seen: SeenTree {
    entries.isEmpty ? .empty : SeenTree(size: tree.head.size, root: tree.head.root)
  }
  /// The tree before the last entry.
  var seenBefore: SeenTree {
    let size = tree.head.size.value - 1
    return SeenTree(size: TreeSize(size), root: roots[size, default: .zero])
  }
  var nextIndex: LeafIndex { LeafIndex(tree.head.size.value) }
  var last: Entry? { entries.last }

  /// Places an act where its author wants it: as the next entry.
  func candidate(_ act: Act) throws -> Candidate {
    let jwt = try act.jwt()
    let received = act.received ?? now
    let tags: [Ledger.Tag]
    if let given = act.tags {
      tags = given
    } else {
      let event = try Event(parsing: jwt)
      tags = try RuleSet.departmentTags(for: event, facts: &facts) + act.privateTags
    }
    return Candidate(
      entry: try Entry(
        event: jwt, index: nextIndex, previous: last?.leafHash ?? .zero, received: received,
        tags: tags),
      openings: act.openings.map { openings in
        Openings(
          disclosures: act.disclosures, subjects: openings.subjects,
          certificate: openings.certificate, state: openings.state,
          isIdentifierTaken: openings.isIdentifierTaken, replaced: openings.replaced,
          sharing: act.beside.sharing)
      }, beside: act.beside, pinnedRoot: act.pinnedRoot ?? keys.root.sha256,
      following: act.following.map {
        ($0.jwt, Timestamp(milliseconds: received.milliseconds + $0.delay))
      })
  }

  /// Places bytes that were signed before.
  func candidate(jwt: [UInt8], tags: [Ledger.Tag]) throws -> Candidate {
    Candidate(
      entry: try Entry(
        event: jwt, index: nextIndex, previous: last?.leafHash ?? .zero, received: now,
        tags: tags), openings: nil, pinnedRoot: keys.root.sha256)
  }

  /// Judges a candidate and forgets it.
  func judge(_ candidate: Candidate) throws -> Judgement {
    var after = facts
    return try judge(candidate, facts: &after)
  }

  private func judge(_ candidate: Candidate, facts: inout FactOverlay) throws -> Judgement {
    let event = try Event(parsing: candidate.entry.event)
    let context = EntryContext(
      index: candidate.entry.index, received: candidate.entry.received,
      previousReceived: last?.received, tags: candidate.entry.tags,
      following: try candidate.following.map { .event(try Event(parsing: $0.jwt), $0.received) }
        ?? .end, pinnedRoot: candidate.pinnedRoot, rootAt: { [roots] in roots[$0.value] },
      isReplayed: { [ids] in ids.contains($0) })
    var state = SignatureState.failed(event)
    if let signer = try RuleSet.signer(of: event, facts: &facts) {
      do { state = .verified(try event.verified(by: signer)) } catch { state = .failed(event) }
    }
    return try RuleSet.judge(state, in: context, facts: &facts, openings: candidate.openings)
  }

  struct Refused: Error { let codes: [RuleCode] }

  /// Judges an act and enters it; throws when a rule is broken.
  @discardableResult
  func enter(_ act: Act) throws -> Judgement {
    try enter(try candidate(act))
  }

  @discardableResult
  func enter(_ candidate: Candidate) throws -> Judgement {
    var after = facts
    let judgement = try judge(candidate, facts: &after)
    guard judgement.isFaultless else { throw Refused(codes: judgement.codes) }
    facts = after
    ids.insert(try Event(parsing: candidate.entry.event).id)
    entries.append(candidate.entry)
    tree.append(candidate.entry.leafHash)
    roots[tree.head.size.value] = tree.head.root
    return judgement
  }

  /// Reads a ledger that was written down, as an auditor would.
  static func replay(_ texts: [String], root: Identity) throws -> World {
    let world = try World()
    for text in texts {
      let entry = try Entry(parsing: Array(text.utf8))
      world.now = entry.received
      try world.enter(Candidate(entry: entry, openings: nil, pinnedRoot: root.sha256))
    }
    return world
  }

  /// The last entry's event once more, as it is or with its other signature.
  func repeated(malleated: Bool) throws -> Candidate {
    guard let event = last?.event else { throw Refused(codes: [.notOpened]) }
    let tags = try RuleSet.departmentTags(for: try Event(parsing: event), facts: &facts)
    return try candidate(jwt: malleated ? try Malleated.event(event) : event, tags: tags)
  }
}

/// An entry that might come next, with what a writer or an auditor can open of it.
struct Candidate {
  let entry: Entry
  let openings: Openings?
  var beside = Beside()
  let pinnedRoot: Digest
  /// The event after it.
  var following: (jwt: [UInt8], received: Timestamp)?
}
