import Ledger
import Rules

/// An event that shall enter the ledger, with what it changes in the vault.
///
/// Example: a certificate with one subject names the threads `[.subject(s), .certificate(c)]` and
/// brings `insertCertificate`, `insertCopy` and `insertRecord`; the writer fills in the entry's
/// index and the numbers in threads, and writes everything or nothing.
public struct Proposal: Sendable {
  /// A private thread that the entry belongs to, by the id of its row.
  public enum Thread: Sendable, Hashable {
    /// A subject's thread; its handle comes from `Writer.subjects(_:)`.
    case subject(Int64)
    /// A certificate's thread; its handle comes from `newCertificate` or `certificate(_:)`.
    case certificate(Int64)
    /// A case's thread: the row of `HolderCode.ofCase(_:of:)`, by a handle from `subjects(_:)`.
    case `case`(Int64)
    /// The tag of a presentation that was taken: nobody's thread.
    case use(Tag)
    /// A random tag in the place of what is not there.
    case padding
  }

  /// The event with the state of its signature.
  public var signature: SignatureState
  /// All openings of its private members.
  public var disclosures: [EventDisclosure]
  /// The private tags' threads, in the order of the kind.
  public var threads: [Thread]
  /// What changes in the vault; the records' bytes are sealed already.
  public var changes: [VaultChange]
  /// The state of the certificate after the event; nil leaves it.
  public var state: CertificateState?
  /// Whether another certificate has the identifier.
  public var isIdentifierTaken: Bool
  /// What is known of the acts before it, for grants and sharing; the writer adds the case's place,
  /// and what the same batch brought.
  public var sharing = Openings.Sharing()
  /// Neighbours with the same number enter together or not at all.
  public var group: Int?

  /// The event.
  public var event: Event { signature.event }

  /// A proposal of an event that this process signed.
  public init(
    _ event: SignedEvent, threads: [Thread] = [], changes: [VaultChange] = [],
    state: CertificateState? = nil, isIdentifierTaken: Bool = false, group: Int? = nil
  ) {
    self.init(
      .verified(event.verified), disclosures: event.disclosures, threads: threads,
      changes: changes, state: state, isIdentifierTaken: isIdentifierTaken, group: group)
  }

  /// A proposal of an event from elsewhere; see `Writer.receive(_:)`.
  public init(
    _ signature: SignatureState, disclosures: [EventDisclosure], threads: [Thread] = [],
    changes: [VaultChange] = [], state: CertificateState? = nil, isIdentifierTaken: Bool = false,
    group: Int? = nil
  ) {
    self.signature = signature
    self.disclosures = disclosures
    self.threads = threads
    self.changes = changes
    self.state = state
    self.isIdentifierTaken = isIdentifierTaken
    self.group = group
  }
}

/// What became of a proposal.
public enum Outcome: Sendable {
  /// It entered.
  case entered(Entry)
  /// The very same event had entered before: the entry it has.
  case repeated(Entry)
  /// Rules were broken; nothing of it was kept but perhaps an `act.refused` entry.
  case refused([RuleCode])
  /// Another event of its group was refused.
  case withdrawn

  /// The entry, old or new.
  public var entry: Entry? {
    switch self {
    case .entered(let entry), .repeated(let entry): entry
    case .refused, .withdrawn: nil
    }
  }
}

/// What an append gives back; everything in it is durable.
public struct AppendResult: Sendable {
  /// One outcome for each proposal, in their order.
  public let outcomes: [Outcome]
  /// `act.refused` entries that were added.
  public let refusals: [Entry]
  /// The signed checkpoint over the durable ledger.
  public let checkpoint: VerifiedCheckpoint
}
