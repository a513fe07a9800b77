// The kinds about certificates. Spec: event.md, "Kinds".
extension EventKind {
  var certificateDefinition: EventShape {
    let reason = MemberForm.prose(max: 4096)
    let state = EventShape.PrivateMember.opened("state", .word(CertificateState.names))
    let known = EventShape.PrivateMember.opened("certificate", .knownCertificate)
    switch self {
    case .certificateIssued:
      return issuerShape(
        [], [.opened("certificate", .certificate)], subjects: true, copies: true)
    case .certificateCopied:
      return issuerShape(
        [], [known, .optional("ended", .list(.digest, min: 1, max: 16))], subjects: true,
        copies: true)
    case .certificateReplaced:
      return issuerShape(
        EventKind.step,
        [known, state, .optional("reason", reason), .opened("successor", .otherCertificate)])
    case .certificateErased:
      return issuerShape(
        EventKind.step + [.clear("citation", .citation)], [known, .optional("reason", reason)])
    case .certificateAnnotated:
      return issuerShape(EventKind.step, [known, state, .opened("reason", reason)])
    default:
      return issuerShape(EventKind.step, [known, state, .optional("reason", reason)])
    }
  }

  private func issuerShape(
    _ members: [EventShape.Member], _ openings: [EventShape.PrivateMember],
    subjects: Bool = false, copies: Bool = false
  ) -> EventShape {
    EventShape(
      .issuer, EventKind.typeMembers + members + [.occurred], openings, subjects: subjects,
      copies: copies, tags: .subjectsAndCertificate)
  }

  private static let step: [EventShape.Member] = [
    .clear("from", .word(CoarseState.allCases.map(\.rawValue))),
    .clear("to", .word(CoarseState.allCases.map(\.rawValue))),
  ]
}

extension CertificateState {
  /// All raw values.
  static let names = allCases.map(\.rawValue)
}
