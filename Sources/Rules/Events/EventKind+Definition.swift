extension EventShape {
  init(
    _ signer: Signer, _ members: [Member], _ openings: [PrivateMember] = [],
    subjects: Bool = false, copies: Bool = false, tags: PrivateTags = .none, later: Bool = false
  ) {
    self.signer = signer
    self.members = members
    self.disclosures = Disclosures(members: openings, hasSubjects: subjects, hasCopies: copies)
    self.tags = tags
    self.isBuilt = !later
  }
}

extension EventShape.Member {
  /// A member that must be there.
  static func clear(_ name: String, _ form: MemberForm) -> EventShape.Member {
    EventShape.Member(name: name, form: form, isOptional: false, namesDepartment: false)
  }

  /// A member that may be absent.
  static func optional(_ name: String, _ form: MemberForm) -> EventShape.Member {
    EventShape.Member(name: name, form: form, isOptional: true, namesDepartment: false)
  }

  /// A department whose thread the entry belongs to.
  static func department(_ name: String, isOptional: Bool = false) -> EventShape.Member {
    EventShape.Member(
      name: name, form: .department, isOptional: isOptional, namesDepartment: true)
  }

  /// When the act really happened, if it waited for its signature: decisions/0008.
  static let occurred = EventShape.Member.optional("occurred", .seconds)
}

extension EventShape.PrivateMember {
  /// A private member that must be there.
  static func opened(_ name: String, _ form: MemberForm) -> EventShape.PrivateMember {
    EventShape.PrivateMember(name: name, form: form, isOptional: false)
  }

  /// A private member in whose place padding may stand.
  static func optional(_ name: String, _ form: MemberForm) -> EventShape.PrivateMember {
    EventShape.PrivateMember(name: name, form: form, isOptional: true)
  }
}

extension EventKind {
  /// The shape, built anew; ``shape`` looks it up.
  var definition: EventShape {
    switch self {
    case .ledgerOpened, .ledgerRuled, .ledgerRekeyed, .ledgerMapped, .ledgerStamped:
      ledgerDefinition
    case .departmentEnrolled, .departmentRetired, .identityAdded, .identityRevoked:
      departmentDefinition
    case .typePublished, .typeWithdrawn, .trustPublished, .statusPublished, .registryAdmitted:
      publicationDefinition
    case .certificateIssued, .certificateCopied, .certificateSuspended, .certificateReinstated,
      .certificateRevoked, .certificateReplaced, .certificateAnnotated, .certificateErased:
      certificateDefinition
    case .shareRequested, .shareRefused, .shareReleased, .shareAcknowledged, .shareDisputed,
      .shareSettled:
      shareDefinition
    case .grantGiven, .grantWithdrawn, .useAccepted, .useRefused, .caseDecided, .actRefused,
      .evidenceDisclosed:
      otherDefinition
    }
  }
}
