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
