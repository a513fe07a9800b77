/// What an event states. The raw value stands in the event's member `kind`.
///
/// Spec: event.md, "Kinds". What each kind holds: ``shape``.
public enum EventKind: String, Sendable, Hashable, CaseIterable {
  case ledgerOpened = "ledger.opened"
  case ledgerRuled = "ledger.ruled"
  case ledgerRekeyed = "ledger.rekeyed"
  case ledgerMapped = "ledger.mapped"
  case ledgerStamped = "ledger.stamped"
  case departmentEnrolled = "department.enrolled"
  case departmentRetired = "department.retired"
  case identityAdded = "identity.added"
  case identityRevoked = "identity.revoked"
  case typePublished = "type.published"
  case typeWithdrawn = "type.withdrawn"
  case trustPublished = "trust.published"
  case statusPublished = "status.published"
  case registryAdmitted = "registry.admitted"
  case certificateIssued = "certificate.issued"
  case certificateCopied = "certificate.copied"
  case certificateSuspended = "certificate.suspended"
  case certificateReinstated = "certificate.reinstated"
  case certificateRevoked = "certificate.revoked"
  case certificateReplaced = "certificate.replaced"
  case certificateAnnotated = "certificate.annotated"
  case certificateErased = "certificate.erased"
  case grantGiven = "grant.given"
  case grantWithdrawn = "grant.withdrawn"
  case shareRequested = "share.requested"
  case shareRefused = "share.refused"
  case shareReleased = "share.released"
  case shareAcknowledged = "share.acknowledged"
  case shareDisputed = "share.disputed"
  case shareSettled = "share.settled"
  case useAccepted = "use.accepted"
  case useRefused = "use.refused"
  case caseDecided = "case.decided"
  case actRefused = "act.refused"
  case evidenceDisclosed = "evidence.disclosed"

  /// Whether the event changes the state of an existing certificate.
  public var isCertificateStep: Bool {
    switch self {
    case .certificateSuspended, .certificateReinstated, .certificateRevoked,
      .certificateReplaced, .certificateAnnotated, .certificateErased:
      true
    default: false
    }
  }
}
