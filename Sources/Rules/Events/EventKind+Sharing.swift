// The kinds of sharing, use and evidence. Spec: event.md, "Kinds".
extension EventKind {
  var shareDefinition: EventShape {
    let subject = EventShape.PrivateMember.opened("subject_1", .subject)
    let certificate = EventShape.PrivateMember.optional("certificate", .knownCertificate)
    let text = EventShape.PrivateMember.optional("text", .prose(max: 4096))
    switch self {
    case .shareRequested:
      return share(
        [
          .department("provider"), .clear("material", .word(["certificate", "file"])),
          .clear("type", .typeCode), .clear("claims", .claimNames), .clear("purpose", .code),
          .clear("mode", .word(["duty", "grant"])), .optional("citation", .citation),
          .optional("grant", .event), .clear("officer_role", .code),
          .clear("answer_by", .seconds),
        ],
        [
          subject, certificate, .opened("case", .reference),
          .opened("officer", .object(["number": .text(max: 128)])), text,
        ])
    case .shareRefused:
      return share(
        [.clear("request", .event), .department("requester"), .clear("reason", .code)],
        [subject, certificate, .opened("case", .reference), text])
    case .shareReleased:
      return share(
        [
          .clear("request", .event), .department("requester"), .clear("claims", .claimNames),
          .clear("receiver", .digest), .clear("enclosed", .digest),
        ],
        [subject, certificate, .opened("case", .reference), .opened("content", .digest)])
    case .shareAcknowledged:
      return share(
        [.clear("release", .event), .department("provider"), .clear("enclosed", .digest)], [])
    case .shareDisputed:
      return share(
        [.clear("release", .event), .department("provider"), .department("issuer")],
        [.opened("claim", .text(max: 128)), .opened("reason", .prose(max: 4096))])
    default:
      return share(
        [
          .clear("dispute", .event), .department("requester"),
          .clear("outcome", .word(["corrected", "upheld"])),
        ],
        [.opened("reason", .prose(max: 4096)), .optional("successor", .otherCertificate)])
    }
  }

  private func share(
    _ members: [EventShape.Member], _ openings: [EventShape.PrivateMember]
  ) -> EventShape {
    EventShape(.department, members + [.occurred], openings, tags: .share)
  }

  var otherDefinition: EventShape {
    switch self {
    case .grantGiven, .grantWithdrawn: return grantDefinition
    case .useAccepted, .useRefused:
      return EventShape(
        .department,
        [
          .clear("type", .typeCode), .clear("version", .integer(1...1_000_000)),
          .clear("claims", .list(.text(max: 128), min: 0, max: 128)), .clear("purpose", .code),
          .clear("mode", .word(["counter", "online"])),
          .clear("codes", .list(.code, min: 0, max: 64)),
          .optional("registry", .text(max: 256)), .occurred,
        ], [.opened("presentation", .digest), .opened("request", .digest)], tags: .use)
    case .caseDecided:
      return share(
        [.clear("purpose", .code), .clear("outcome", .word(EventKind.outcomes))],
        [
          .opened("subject_1", .subject), .optional("certificate", .knownCertificate),
          .opened("case", .reference), .optional("text", .prose(max: 4096)),
        ])
    case .actRefused:
      return EventShape(
        .registrar,
        [
          .department("who"), .clear("number", .digest),
          .clear("kind_refused", .word(EventKind.allCases.map(\.rawValue))),
          .clear("codes", .list(.code, min: 1, max: 64)), .occurred,
        ], [.opened("refused", .jws(max: Event.byteCountMax))])
    default:
      return EventShape(
        .registrar,
        [
          .clear("to", .text(max: 256)), .department("department", isOptional: true),
          .clear("citation", .citation), .clear("count", .integer(1...1_000_000)), .occurred,
        ], [.opened("which", .list(.event, min: 1, max: 256)), .optional("subject_1", .subject)],
        tags: .subject)
    }
  }

  private var grantDefinition: EventShape {
    let terms: [EventShape.Member] = [
      .clear("types", .grantedTypes), .clear("claims", .claimNames), .clear("purpose", .code),
      .clear("period", .period), .optional("frequency", .frequency),
    ]
    let given = self == .grantGiven
    return EventShape(
      .department,
      [.department("requester")] + (given ? terms : [.clear("grant", .event)]) + [.occurred],
      [
        .opened("subject_1", .subject),
        .opened(given ? "grant" : "withdrawal", .jws(max: 32_768)),
      ], tags: .subject)
  }

  private static let outcomes = ["granted", "refused", "withdrawn", "closed"]
}
