/// What an event of one kind holds: who may sign it, its clear members, disclosures and tags.
///
/// Spec: event.md, "Kinds"; a test compares the table there with this one.
public struct EventShape: Sendable {
  /// Who may sign.
  public enum Signer: String, Sendable {
    /// The registry's own department.
    case registrar
    /// Any enrolled department; the kind's own rules say which.
    case department
    /// A department that the type version lists as an issuer.
    case issuer
    /// The department that defines the type, or the registrar while it is not enrolled.
    case definer
  }

  /// A clear member.
  public struct Member: Sendable {
    /// The member's name.
    public let name: String
    /// What its value looks like.
    public let form: MemberForm
    /// Whether it may be absent.
    public let isOptional: Bool
    /// Whether its value is a USCC whose department thread gets a tag.
    public let namesDepartment: Bool
  }

  /// A private member, opened by a disclosure.
  public struct PrivateMember: Sendable {
    /// The disclosure's name.
    public let name: String
    /// What its value looks like.
    public let form: MemberForm
    /// Whether padding may stand in its place.
    public let isOptional: Bool
  }

  /// The private members; `copies` and `subjects` of the type fix how many there are.
  public struct Disclosures: Sendable {
    /// Members with a name of their own, in the order of the spec.
    public let members: [PrivateMember]
    /// Whether `subject_1…` follow, one place per subject that the type allows.
    public let hasSubjects: Bool
    /// Whether `copy_1…` follow, one place per copy that the type allows.
    public let hasCopies: Bool

    /// How many digests `_sd` has; 0 means that there is no `_sd`.
    public func count(subjects: Int, copies: Int) -> Int {
      members.count + (hasSubjects ? subjects : 0) + (hasCopies ? copies : 0)
    }

    /// The form of a private member's value; nil if the kind has none of this name.
    public func form(of name: String, subjects: Int, copies: Int) -> MemberForm? {
      if let member = members.first(where: { $0.name == name }) { return member.form }
      if hasSubjects, let number = Disclosures.number(name, after: "subject_"), number <= subjects {
        return .subject
      }
      if hasCopies, let number = Disclosures.number(name, after: "copy_"), number <= copies {
        return .copy
      }
      return nil
    }

    /// The number after a prefix, in its one spelling: 1, 2, … 16.
    static func number(_ name: String, after prefix: String) -> Int? {
      let (name, prefix) = (name.utf8Span.span, prefix.utf8Span.span)
      let digits = name.count - prefix.count
      guard digits == 1 || digits == 2 else { return nil }
      for index in prefix.indices where name[index] != prefix[index] { return nil }
      var number = 0
      for index in prefix.count..<name.count {
        guard (0x30...0x39).contains(name[index]) else { return nil }
        number = number * 10 + Int(name[index] - 0x30)
      }
      // One spelling: no zero before.
      return number < (digits == 1 ? 1 : 10) ? nil : number
    }
  }

  /// The private tags of an entry, after its department tags.
  public enum PrivateTags: String, Sendable {
    /// None.
    case none
    /// One per subject that the type allows, then the certificate's.
    case subjectsAndCertificate
    /// One subject's.
    case subject
    /// Subject, certificate, case.
    case share
    /// The use tag.
    case use

    /// How many there are.
    public func count(subjects: Int) -> Int {
      switch self {
      case .none: 0
      case .subject, .use: 1
      case .subjectsAndCertificate: subjects + 1
      case .share: 3
      }
    }
  }

  /// Who may sign.
  public let signer: Signer
  /// The clear members besides those of every event, in the order of the spec.
  public let members: [Member]
  /// The private members.
  public let disclosures: Disclosures
  /// The private tags.
  public let tags: PrivateTags
  /// Whether rules for the kind exist; the others are refused as `kind-unknown`.
  public let isBuilt: Bool
}

extension EventKind {
  /// What an event of this kind holds.
  public var shape: EventShape { EventKind.shapes[rawValue, default: definition] }

  private static let shapes = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.definition) })
}
