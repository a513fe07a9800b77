/// A rule of version 1, by its stable name.
///
/// Spec: rules.md has the same table; a test compares the two.
public enum RuleCode: String, Sendable, Hashable, CaseIterable, Comparable {
  // Form of the event and its entry.
  case entryOrder = "entry-order"
  case kindUnknown = "kind-unknown"
  case member = "member"
  case memberUnknown = "member-unknown"
  case digestCount = "digest-count"
  case tagCount = "tag-count"
  case tagTwice = "tag-twice"
  case departmentTag = "department-tag"
  // Who, where and when.
  case signature = "signature"
  case signerUnknown = "signer-unknown"
  case signerUsage = "signer-usage"
  case signerState = "signer-state"
  case signerRole = "signer-role"
  case issuerMismatch = "issuer-mismatch"
  case audience = "audience"
  case stale = "stale"
  case early = "early"
  case numberTime = "number-time"
  case occurred = "occurred"
  case replayed = "replayed"
  case seenAhead = "seen-ahead"
  case seenFork = "seen-fork"
  // The ledger itself.
  case notOpened = "not-opened"
  case openedTwice = "opened-twice"
  case openedKeys = "opened-keys"
  case rulesVersion = "rules-version"
  case ledgerKey = "ledger-key"
  // Departments and identities.
  case departmentExists = "department-exists"
  case departmentUnknown = "department-unknown"
  case departmentRetired = "department-retired"
  case departmentURI = "department-uri"
  case identityPath = "identity-path"
  case identityKnown = "identity-known"
  case identityUnknown = "identity-unknown"
  case identityState = "identity-state"
  case identityRequest = "identity-request"
  // Types and publications.
  case typeVersion = "type-version"
  case typeUnknown = "type-unknown"
  case typeWithdrawn = "type-withdrawn"
  case typeIssuer = "type-issuer"
  case typeDefinition = "type-definition"
  case sequence = "sequence"
  case publishedSize = "published-size"
  // Certificates.
  case stateStep = "state-step"
  case replacementAlone = "replacement-alone"
  // The disclosed layer.
  case disclosureDigest = "disclosure-digest"
  case disclosureName = "disclosure-name"
  case disclosureForm = "disclosure-form"
  case threadCommitment = "thread-commitment"
  case threadTag = "thread-tag"
  case identifierForm = "identifier-form"
  case identifierTaken = "identifier-taken"
  case exactState = "exact-state"
  case reasonMissing = "reason-missing"
  case replacementPair = "replacement-pair"

  /// Orders by name.
  public static func < (left: RuleCode, right: RuleCode) -> Bool {
    left.rawValue < right.rawValue
  }
}
