import Certificates
import Cryptography
import Ledger
import Rules

/// What the files given say of one another; nothing in it is believed yet.
public struct EvidencePool: Sendable {
  var trustLists: [SignedTrustList] = []
  var statusTokens: [StatusToken] = []
  var types: [TypeFile] = []
  var identities: [Identity] = []
  /// Requests that presentations may answer. Where there is one, a bare copy is no answer.
  var requests: [PresentationRequest] = []
  /// Receipts that stand alone, by the copies that they open.
  var receiptsByCopy: [Digest: Receipt] = [:]
  /// Entries of receipts: what a lone proof may be about.
  var entries: [Entry] = []
  /// Signed notes by the size of their checkpoints: two roots of one size are a forked ledger.
  var notes: [(checkpoint: Checkpoint, note: [UInt8])] = []

  /// The largest sequence of a trust list seen before, by SHA-256 of its root: for registries that
  /// are only admitted.
  public var sequencesSeen: [Digest: Int64] = [:]

  /// No evidence.
  public init() {}

  /// Adds what a file says.
  public mutating func add(_ file: KnownFile) {
    switch file.content {
    case .copy, .presentation, .malformed: break
    case .request(let request): requests.append(request)
    case .delivery(let delivery, _): add(delivery.receipt)
    case .bundle(let parts):
      add(parts.bundle.receipt)
      if let list = parts.trustList { trustLists.append(list) }
      if let token = parts.statusToken { statusTokens.append(token) }
      types += parts.types
    case .receipt(let receipt):
      add(receipt)
      for disclosure in receipt.disclosures where disclosure.name.hasPrefix("copy_") {
        guard let digest = disclosure.digestMember("digest") else { continue }
        receiptsByCopy[digest] = receipt
      }
    case .answer(let answer): add(note: answer.checkpoint)
    case .trustList(let list): trustLists.append(list)
    case .statusToken(let token): statusTokens.append(token)
    case .typeFile(let type): types.append(type)
    case .checkpoint(let note, let checkpoint): notes.append((checkpoint, note.bytes))
    case .proof(let proof): add(note: proof.checkpoint)
    case .identity(let first, let others): identities += [first] + others
    }
  }

  /// Whether a trust list names other registries, whose roots are evidence then.
  public var namesOtherRegistries: Bool {
    trustLists.contains { !$0.unverifiedList.admitted.isEmpty }
  }

  /// Adds an entry that a proof may be of.
  public mutating func add(_ entry: Entry) { entries.append(entry) }

  private mutating func add(_ receipt: Receipt) {
    entries.append(receipt.entry)
    add(note: receipt.proof.checkpoint)
  }

  private mutating func add(note bytes: [UInt8]) {
    if let checkpoint = EvidencePool.checkpoint(of: bytes) { notes.append((checkpoint, bytes)) }
  }

  /// What a note says; a broken one is reported where its own file is judged.
  static func checkpoint(of note: [UInt8]) -> Checkpoint? {
    do throws(LedgerError) {
      return try Checkpoint(parsing: try SignedNote(parsing: note).text)
    } catch {
      return nil
    }
  }

  /// The evidence for certificates under one root: of several trust lists the newest good one.
  func evidence(under anchor: Anchor, time: Int64, clock: Int64) -> CertificateVerifier.Evidence {
    var chosen = trustLists.first
    if trustLists.count > 1 {
      let good = trustLists.filter {
        $0.faults(
          under: anchor.paths, at: time, clock: clock, sequenceMin: anchor.sequenceMin
        ).isEmpty
      }
      chosen = good.max { $0.unverifiedList.sequence < $1.unverifiedList.sequence } ?? chosen
    }
    var types = types
    if types.count > 1, let list = chosen?.unverifiedList {
      // Of two files of one version the one that the list means comes first.
      let fitting = types.filter { list.type($0.code, version: $0.version)?.digest == $0.digest }
      types = fitting + types.filter { !fitting.contains($0) }
    }
    return CertificateVerifier.Evidence(
      trustList: chosen, types: types, statusTokens: statusTokens,
      sequenceMin: anchor.sequenceMin)
  }
}

/// A root that the verifier pinned; the only thing that is believed.
public struct Anchor: Sendable {
  /// The root.
  public let root: Identity
  /// The host that it was pinned for: it vouches for no other. Nil where it is not known; such a
  /// root must stand alone, or it could speak for the host of another.
  public var host: String? { paths.host }
  /// The largest sequence of a trust list seen before under this root.
  public let sequenceMin: Int64?
  /// Whether it was pinned before; else it was given with the question. Only words depend on it.
  public let isPinned: Bool
  let paths: PathValidator

  /// Believes in a root for a host; throws `invalidIdentity` for an identity that is none.
  public init(
    root: Identity, host: String?, sequenceMin: Int64? = nil, isPinned: Bool = false
  ) throws(CryptographyError) {
    self.root = root
    self.sequenceMin = sequenceMin
    self.isPinned = isPinned
    paths = try PathValidator(root: root, host: host)
  }
}

extension EventDisclosure {
  /// A member of the value that is a digest.
  func digestMember(_ name: String) -> Digest? {
    value[name]?.stringValue.flatMap(Digest.init(canonicalText:))
  }
}
