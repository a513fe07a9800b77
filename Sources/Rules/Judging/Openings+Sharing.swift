import Cryptography
import Encoding

extension Openings {
  /// What judges grants and sharing besides the openings of the entry itself: what is known of
  /// acts before it. The writer has it in the vault, an auditor in what he was shown.
  public struct Sharing: Sendable {
    /// The thread of the case.
    public var casePlace: Place?
    /// Of an answer: what the request opened. Of `share.acknowledged` and `share.disputed`: what
    /// the release opened; of `share.settled`, what the disputed release did.
    public var answered: Shared?
    /// Of `grant.withdrawn`, and of a request that rests on a grant: that grant.
    public var grant: Given?
    /// Of `grant.given`: the copy whose holder signed, if it is in use.
    public var copy: HeldCopy?
    /// Of `grant.given`: whether the holder's grant was lodged before.
    public var isGrantTaken = false
    /// Of `use.accepted`: whether another answer to its request was accepted before.
    public var isRequestUsed = false
    /// Whether the certificate that is opened has the subject that is opened.
    public var namesSubject = false

    /// Nothing: every rule that needs it is broken.
    public init() {}
  }

  /// What a request or release opened, as far as later acts are held against it.
  ///
  /// Digests are kept whole: the ledger's owner could look for two that agree in a part.
  public struct Shared: Sendable, Hashable {
    let subject: Digest
    let certificate: Digest?
    let casePlace: Digest
    /// Of the values: a thread might be named with another code or reference.
    let subjectValue: Digest
    let caseValue: Digest

    /// What a request or release opens; nil if it opens no subject and case.
    public init?(_ disclosures: [EventDisclosure]) {
      func value(_ name: String) -> JSONValue? { disclosures.first { $0.name == name }?.value }
      guard let subject = value("subject_1"), let subjectThread = Openings.thread(subject),
        let reference = value("case"), let caseThread = Openings.thread(reference)
      else { return nil }
      self.subject = subjectThread
      casePlace = caseThread
      certificate = value("certificate").flatMap(Openings.thread)
      subjectValue = SHA256.hash(subject.canonicalBytes())
      caseValue = SHA256.hash(reference.canonicalBytes())
    }
  }

  /// What a `grant.given` opened, as far as later acts are held against it.
  public struct Given: Sendable, Hashable {
    let number: Digest
    let holder: Digest
    let subject: Digest

    /// What a `grant.given` opens; nil if it opens no subject and grant.
    public init?(_ disclosures: [EventDisclosure]) {
      func value(_ name: String) -> JSONValue? { disclosures.first { $0.name == name }?.value }
      guard let subject = value("subject_1").flatMap(Openings.thread),
        let text = value("grant")?.stringValue
      else { return nil }
      do {
        let grant = try Grant(parsing: text)
        number = grant.number
        holder = grant.key.thumbprint
      } catch {
        return nil
      }
      self.subject = subject
    }

    /// Whether it is the same grant: whoever signed or lodged it, the number makes it so.
    package func isSameGrant(_ other: Given) -> Bool { number == other.number }
  }

  /// A copy that is bound to a holder's key.
  public struct HeldCopy: Sendable, Hashable {
    let holder: Digest
    let subject: Digest

    /// The copy of a subject: the RFC 7638 thumbprint of its holder's key, and the commitment to
    /// the subject's thread.
    public init(holder: Digest, subject: Digest) {
      self.holder = holder
      self.subject = subject
    }
  }

  /// The commitment to a thread in the value of a private member.
  static func thread(_ value: JSONValue) -> Digest? {
    value["thread"]?.stringValue.flatMap(Digest.init(canonicalText:))
  }
}

extension Digest {
  /// Its first 16 bytes: enough to tell apart what nobody can make alike, at half the memory.
  package var mark: UInt128 { UInt128(words.0) << 64 | UInt128(words.1) }
}
