import Cryptography
import Encoding
import Ledger

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
  /// What judges grants and sharing.
  public let sharing: Sharing

  /// The openings of an entry.
  public init(
    disclosures: [EventDisclosure], subjects: [Place] = [], certificate: Place? = nil,
    state: CertificateState? = nil, isIdentifierTaken: Bool = false, replaced: Replaced? = nil,
    sharing: Sharing = Sharing()
  ) {
    self.disclosures = disclosures
    self.subjects = subjects
    self.certificate = certificate
    self.state = state
    self.isIdentifierTaken = isIdentifierTaken
    self.replaced = replaced
    self.sharing = sharing
  }
}
