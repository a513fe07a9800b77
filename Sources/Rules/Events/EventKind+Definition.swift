private let anySize: ClosedRange<Int64> = 0...9_007_199_254_740_991
private let year3000: ClosedRange<Int64> = 0...32_503_680_000
private let identityForm = MemberForm.object([
  "der": .base64(max: 8192), "use": .word(["act", "seal", "open"]),
])
private let eventReference = MemberForm.object(["iss": .text(max: 512), "jti": .digest])
private let claimNames = MemberForm.list(.text(max: 128), min: 1, max: 128)
private let coarse = MemberForm.word(CoarseState.allCases.map(\.rawValue))
private let dutyForm = MemberForm.object([
  "department": .department, "claims": claimNames, "purpose": .text(max: 64),
  "citation": .text(max: 512),
])
private let issuerList = MemberForm.list(.text(max: 18), min: 1, max: 256)

private func clear(_ name: String, _ form: MemberForm) -> EventShape.Member {
  EventShape.Member(name: name, form: form, isOptional: false, namesDepartment: false)
}

private func optional(_ name: String, _ form: MemberForm) -> EventShape.Member {
  EventShape.Member(name: name, form: form, isOptional: true, namesDepartment: false)
}

private func department(_ name: String) -> EventShape.Member {
  EventShape.Member(name: name, form: .department, isOptional: false, namesDepartment: true)
}

private let typeMembers = [clear("type", .typeCode), clear("version", .integer(1...999))]
private let stepMembers = typeMembers + [clear("from", coarse), clear("to", coarse)]
private let shareNames = ["subject_1"]

extension EventShape {
  fileprivate init(
    _ signer: Signer, _ members: [Member], required: [String] = [], optional: [String] = [],
    subjects: Bool = false, copies: Bool = false, tags: PrivateTags = .none, later: Bool = false
  ) {
    self.signer = signer
    self.members = members
    self.disclosures = Disclosures(
      required: required, optional: optional, hasSubjects: subjects, hasCopies: copies)
    self.tags = tags
    self.isBuilt = !later
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
    case .grantGiven, .grantWithdrawn, .useAccepted, .useRefused, .actRefused,
      .evidenceDisclosed:
      otherDefinition
    }
  }

  private var ledgerDefinition: EventShape {
    switch self {
    case .ledgerOpened:
      EventShape(
        .registrar,
        [
          clear("name", .text(max: 256)), clear("host", .text(max: 253)),
          clear("ledger_key", .text(max: 512)), clear("root", .base64(max: 8192)),
          clear("authority", .base64(max: 8192)), clear("list_signer", .base64(max: 8192)),
          clear("registrar", .base64(max: 8192)), clear("rules", .integer(1...1_000_000)),
          optional(
            "predecessor",
            .object(["origin": .text(max: 256), "size": .integer(anySize), "root": .digest])),
        ])
    case .ledgerRuled: EventShape(.registrar, [clear("rules", .integer(1...1_000_000))])
    case .ledgerRekeyed: EventShape(.registrar, [clear("ledger_key", .text(max: 512))])
    case .ledgerMapped:
      EventShape(
        .registrar,
        [clear("from", .integer(anySize)), clear("to", .integer(anySize)), clear("root", .digest)],
        later: true)
    default:
      EventShape(
        .registrar,
        [
          clear("size", .integer(anySize)), clear("root", .digest),
          clear("token", .base64(max: 32768)),
        ], later: true)
    }
  }

  private var departmentDefinition: EventShape {
    switch self {
    case .departmentEnrolled:
      EventShape(
        .registrar,
        [
          department("department"), clear("name", .text(max: 256)), clear("uri", .text(max: 512)),
          clear("level", .word(DepartmentLevel.allCases.map(\.rawValue))),
          clear("identities", .list(identityForm, min: 1, max: 16)),
        ])
    case .departmentRetired: EventShape(.registrar, [department("department")])
    case .identityAdded:
      EventShape(
        .registrar,
        [
          department("department"), clear("identities", .list(identityForm, min: 1, max: 16)),
          clear("retires", .list(.digest, min: 0, max: 16)), clear("request", .jws(max: 16384)),
        ])
    default:
      EventShape(
        .registrar,
        [department("department"), clear("identity", .digest), clear("since", .integer(year3000))])
    }
  }

  private var publicationDefinition: EventShape {
    switch self {
    case .typePublished:
      EventShape(
        .definer,
        typeMembers + [
          clear("digest", .digest), clear("material", .word(["certificate", "file"])),
          clear("issuers", issuerList), clear("subjects", .integer(1...16)),
          clear("copies", .integer(1...16)), clear("duties", .list(dutyForm, min: 0, max: 256)),
        ])
    case .typeWithdrawn: EventShape(.definer, typeMembers)
    case .trustPublished:
      EventShape(
        .registrar,
        [
          clear("sequence", .integer(1...9_007_199_254_740_991)), clear("size", .integer(anySize)),
          clear("digest", .digest),
        ])
    case .statusPublished:
      EventShape(
        .department,
        [
          clear("sequence", .integer(1...9_007_199_254_740_991)),
          clear("lists", .integer(0...1_000_000_000)), clear("root", .digest),
        ])
    default:
      EventShape(
        .registrar,
        [
          clear(
            "registry",
            .object([
              "origin": .text(max: 256), "name": .text(max: 256), "root": .base64(max: 8192),
            ]
            )),
          clear("types", .list(.typeCode, min: 0, max: 1024)),
        ])
    }
  }

  private var certificateDefinition: EventShape {
    switch self {
    case .certificateIssued:
      EventShape(
        .issuer, typeMembers, required: ["certificate"], subjects: true, copies: true,
        tags: .subjectsAndCertificate)
    case .certificateCopied:
      EventShape(
        .issuer, typeMembers, required: ["certificate"], copies: true, tags: .certificate)
    case .certificateReplaced:
      EventShape(
        .issuer, stepMembers, required: ["certificate", "state", "successor"],
        optional: ["reason"], tags: .subjectsAndCertificate)
    case .certificateErased:
      EventShape(
        .issuer, stepMembers + [clear("citation", .text(max: 512))], required: ["certificate"],
        optional: ["reason"], tags: .subjectsAndCertificate)
    default:
      EventShape(
        .issuer, stepMembers, required: ["certificate", "state"], optional: ["reason"],
        tags: .subjectsAndCertificate)
    }
  }

  private var shareDefinition: EventShape {
    let request = clear("request", eventReference)
    let release = clear("release", eventReference)
    let thread = ["certificate", "case"]
    switch self {
    case .shareRequested:
      return EventShape(
        .department,
        [
          department("provider"), clear("material", .word(["certificate", "file"])),
          clear("type", .typeCode), clear("claims", claimNames), clear("purpose", .text(max: 64)),
          clear("mode", .word(["duty", "grant"])), optional("citation", .text(max: 512)),
          optional("grant", eventReference), clear("officer_role", .text(max: 64)),
          clear("answer_by", .integer(year3000)),
        ], required: shareNames, optional: thread + ["officer", "text"], tags: .share, later: true)
    case .shareRefused:
      return EventShape(
        .department, [request, department("requester"), clear("reason", .text(max: 64))],
        required: shareNames, optional: thread + ["text"], tags: .share, later: true)
    case .shareReleased:
      return EventShape(
        .department,
        [
          request, department("requester"), clear("claims", claimNames), clear("receiver", .digest),
          clear("enclosed", .digest),
        ], required: shareNames + ["content"], optional: thread, tags: .share, later: true)
    case .shareAcknowledged:
      return EventShape(
        .department, [release, department("provider"), clear("enclosed", .digest)], tags: .share,
        later: true)
    case .shareDisputed:
      return EventShape(
        .department, [release, department("provider")], required: ["claim", "reason"],
        tags: .share, later: true)
    default:
      return EventShape(
        .department,
        [
          clear("dispute", eventReference), department("requester"),
          clear("outcome", .word(["corrected", "confirmed", "dismissed"])),
        ], required: ["reason"], tags: .share, later: true)
    }
  }

  private var otherDefinition: EventShape {
    switch self {
    case .grantGiven, .grantWithdrawn:
      let terms = [
        clear("types", .list(.typeCode, min: 1, max: 64)), clear("claims", claimNames),
        clear("purpose", .text(max: 64)),
        clear("period", .object(["from": .integer(year3000), "until": .integer(year3000)])),
        clear(
          "frequency", .object(["days": .integer(1...36_600), "times": .integer(1...1_000_000)])
        ),
      ]
      let given = self == .grantGiven
      return EventShape(
        .department,
        [department("requester")] + (given ? terms : [clear("grant", eventReference)]),
        required: ["subject_1", given ? "grant" : "withdrawal"], tags: .subject, later: true)
    case .useAccepted, .useRefused:
      let members = [
        clear("type", .typeCode), clear("claims", claimNames), clear("purpose", .text(max: 64)),
        clear("mode", .word(["counter", "online"])),
        clear("codes", .list(.text(max: 64), min: 0, max: 32)),
      ]
      return EventShape(
        .department, members, required: ["presentation"], tags: .use, later: true)
    case .actRefused:
      return EventShape(
        .registrar,
        [
          department("who"), clear("kind_refused", .word(EventKind.allCases.map(\.rawValue))),
          clear("codes", .list(.text(max: 64), min: 1, max: 32)),
        ], required: ["refused"])
    default:
      return EventShape(
        .registrar,
        [
          clear("to", .text(max: 256)), clear("citation", .text(max: 512)),
          clear("count", .integer(1...1_000_000)),
        ], required: ["which"], later: true)
    }
  }
}
