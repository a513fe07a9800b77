import Cryptography
import Encoding
import Ledger

/// What one layer of rules says of an entry.
public enum LayerVerdict: Sendable, Hashable {
  /// Every rule holds.
  case passed
  /// These rules are broken; never empty, in the order of their names.
  case failed([RuleCode])
  /// The openings were not given.
  case notShown
  /// The openings were lawfully erased.
  case erased

  init(_ broken: Set<RuleCode>) {
    self = broken.isEmpty ? .passed : .failed(broken.sorted())
  }

  /// The broken rules; empty unless failed.
  public var codes: [RuleCode] {
    if case .failed(let codes) = self { return codes }
    return []
  }
}

/// What the rules say of an entry, per layer.
public struct Judgement: Sendable, Hashable {
  /// Rules that need the ledger alone.
  public let publicLayer: LayerVerdict
  /// Rules that need the openings of private members.
  public let disclosedLayer: LayerVerdict

  /// Both layers' broken rules.
  public var codes: [RuleCode] { publicLayer.codes + disclosedLayer.codes }

  /// Whether no rule is broken as far as shown. A writer also demands that both layers passed.
  public var isFaultless: Bool { codes.isEmpty }
}

/// Where an event stands, or would stand, in the ledger.
public struct EntryContext {
  /// What comes after an entry.
  public enum Following {
    /// Nothing.
    case end
    /// An entry that cannot be read.
    case unread
    /// An event, and when it was received.
    case event(Event, Timestamp)
  }

  /// Its index.
  public let index: LeafIndex
  /// When the ledger received it.
  public let received: Timestamp
  /// When the entry before was received; nil for the first.
  public let previousReceived: Timestamp?
  /// The entry's tags.
  public let tags: [Tag]
  /// The entry after; looked at for `certificate.replaced` only.
  public let following: Following
  /// The tree's root at a size up to the index; nil if it cannot be known here.
  public let rootAt: (TreeSize) throws -> Digest?
  /// Whether another entry has this id; needed only within the window of freshness.
  public let isReplayed: (EventID) throws -> Bool
  /// The root that the verifier pinned; nil where nobody pinned one, as in the writer.
  public let pinnedRoot: Digest?

  /// A place in the ledger.
  public init(
    index: LeafIndex, received: Timestamp, previousReceived: Timestamp?, tags: [Tag],
    following: Following = .end, pinnedRoot: Digest? = nil,
    rootAt: @escaping (TreeSize) throws -> Digest?,
    isReplayed: @escaping (EventID) throws -> Bool
  ) {
    self.index = index
    self.received = received
    self.previousReceived = previousReceived
    self.tags = tags
    self.following = following
    self.pinnedRoot = pinnedRoot
    self.rootAt = rootAt
    self.isReplayed = isReplayed
  }
}

/// An event with what is known of its signature.
public enum SignatureState: Sendable {
  /// Checked with the identity that the facts give for its key id.
  case verified(VerifiedEvent)
  /// The check failed, or there was no identity to check with.
  case failed(Event)

  /// The event.
  public var event: Event {
    switch self {
    case .verified(let verified): verified.event
    case .failed(let event): event
    }
  }
}

/// The openings of an entry's private members and tags.
public struct Openings: Sendable {
  /// A private thread with the number of the entry in it.
  public struct Place: Sendable, Hashable {
    /// The thread's key.
    public let key: ThreadKey
    /// 1 for the first entry of the thread.
    public let number: UInt64

    /// A place in a thread.
    public init(key: ThreadKey, number: UInt64) {
      self.key = key
      self.number = number
    }

    /// The place of an entry whose tag is known, for readers that kept the key and not the number;
    /// nil if the thread's first `count` entries do not have the tag. Newest first.
    public init?(key: ThreadKey, finding tag: Tag, count: UInt64) {
      var number = count
      while number > 0, key.tag(number) != tag { number -= 1 }
      guard number > 0 else { return nil }
      self.init(key: key, number: number)
    }
  }

  /// A certificate that the entry before ended, and the one that it names in its place.
  public struct Replaced: Sendable, Hashable {
    /// The identifier of the certificate that ended.
    public let identifier: String
    /// The identifier of its successor.
    public let successor: String

    /// Joins two identifiers.
    public init(identifier: String, successor: String) {
      self.identifier = identifier
      self.successor = successor
    }

    /// What a `certificate.replaced` opens; nil if it does not open both.
    public init?(_ disclosures: [EventDisclosure]) {
      func identifier(_ name: String) -> String? {
        disclosures.first { $0.name == name }?.value["identifier"]?.stringValue
      }
      guard let old = identifier("certificate"), let new = identifier("successor") else {
        return nil
      }
      self.init(identifier: old, successor: new)
    }
  }

  /// All disclosures of the event, padding included.
  public let disclosures: [EventDisclosure]
  /// The subjects' threads in the order of `subject_1…`; nil where only commitments are known.
  public let subjects: [Place]
  /// The certificate's thread.
  public let certificate: Place?
  /// The certificate's state before this entry; nil if there is none.
  public let state: CertificateState?
  /// Whether another certificate has the identifier.
  public let isIdentifierTaken: Bool
  /// Of a `certificate.issued`: what the entry before opens, if that is a `certificate.replaced`
  /// of the same department and type.
  public let replaced: Replaced?

  /// The openings of an entry.
  public init(
    disclosures: [EventDisclosure], subjects: [Place] = [], certificate: Place? = nil,
    state: CertificateState? = nil, isIdentifierTaken: Bool = false, replaced: Replaced? = nil
  ) {
    self.disclosures = disclosures
    self.subjects = subjects
    self.certificate = certificate
    self.state = state
    self.isIdentifierTaken = isIdentifierTaken
    self.replaced = replaced
  }
}
