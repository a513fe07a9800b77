extension RuleCode {
  /// When the rule is broken, in words.
  ///
  /// Spec: rules.md has the same text; a test compares the two.
  public var text: String {
    switch self {
    case .entryOrder:
      "`received` is earlier than that of the entry before"
    case .kindUnknown:
      "the kind has no rules yet"
    case .member:
      "a clear member is missing or of another form; no member at all in "
        + "`ledger.rekeyed`"
    case .memberUnknown:
      "a clear member that the kind does not have"
    case .digestCount:
      "`_sd` has another number of digests than kind and type fix"
    case .tagCount:
      "the entry has another number of tags than kind and type fix"
    case .tagTwice:
      "the entry has the same tag twice"
    case .departmentTag:
      "a department's tag is missing, wrong or out of order"
    case .signature:
      "the signature does not verify with the signer's identity"
    case .signerUnknown:
      "no identity with that `kid` was ever enrolled"
    case .signerUsage:
      "the identity is not one for acting"
    case .signerState:
      "the identity is retired, compromised, expired or not yet valid"
    case .signerRole:
      "the act is not this department's to do"
    case .issuerMismatch:
      "`iss` is not the URI of the identity's department in this registry"
    case .audience:
      "`aud` is not the origin of this ledger; a registry that admits itself"
    case .stale:
      "signed more than 600 s before it was received"
    case .early:
      "signed more than 60 s after it was received"
    case .numberTime:
      "the milliseconds of `jti` lie in another second than `iat`"
    case .occurred:
      "`occurred` is later than the signing"
    case .replayed:
      "an event with this issuer and number entered before"
    case .seenAhead:
      "`seen` names a larger tree than there was, or none"
    case .seenFork:
      "`seen` names a root that this ledger never had at that size"
    case .notOpened:
      "the ledger has no valid first entry"
    case .openedTwice:
      "`ledger.opened` anywhere but first"
    case .openedKeys:
      "the keys of the first entry form no hierarchy under the pinned root"
    case .rulesVersion:
      "a version of the rules that does not exist"
    case .ledgerKey:
      "no verifier key of the ledger's own name"
    case .departmentExists:
      "the department is enrolled already"
    case .departmentUnknown:
      "no such department"
    case .departmentRetired:
      "the department, or one that is named, was retired"
    case .departmentURI:
      "`uri` is not the department's URI"
    case .identityPath:
      "an identity does not lead to the root, or has another use"
    case .identityKnown:
      "an identity was enrolled before"
    case .identityUnknown:
      "no such identity of that department"
    case .identityState:
      "the identity is not in the state that the step needs"
    case .identityRequest:
      "the department's own request is false, for other keys, or missing while it has "
        + "an `act` in force"
    case .typeVersion:
      "not the version after the newest one"
    case .typeUnknown:
      "no such type and version, one of another material, or of a registry that is not "
        + "admitted for it"
    case .typeWithdrawn:
      "the type was withdrawn"
    case .typeIssuer:
      "the department, or the one named as issuer, is not among the type's issuers"
    case .typeDefinition:
      "issuers are repeated or malformed, or more copies than subjects"
    case .sequence:
      "the sequence does not grow"
    case .publishedSize:
      "a trust list or a run for a ledger larger than this one"
    case .runRange:
      "the run covers nothing new, or does not begin where [threads.md](threads.md) "
        + "says"
    case .stateStep:
      "no certificate can take this step"
    case .replacementAlone:
      "after a `certificate.replaced` comes no `certificate.issued` of the same "
        + "department and type, received with it"
    case .grantTerms:
      "a type or claim twice, a purpose that is no code, or a period that is empty, "
        + "longer than 3,653 days or over"
    case .grantUnknown:
      "no such grant was lodged in this ledger"
    case .grantRequester:
      "the grant is for another department"
    case .grantType:
      "the grant does not cover the type"
    case .grantClaims:
      "the grant does not cover a claim"
    case .grantPurpose:
      "the grant is for another purpose"
    case .grantPeriod:
      "received outside the period of the grant"
    case .grantFrequency:
      "the grant was used as often as it allows within the window"
    case .grantWithdrawn:
      "the grant was withdrawn"
    case .purpose:
      "a purpose, role or reason is no code"
    case .answerTime:
      "`answer_by` is not later than the request was received, or more than 366 days "
        + "later"
    case .shareProvider:
      "the provider is not an issuer of the type or one who answers for it, is the "
        + "requester itself, or is not the one of the release"
    case .shareRequester:
      "the requester is not the one of the request or dispute"
    case .shareClaims:
      "a claim twice, or one that was not asked for"
    case .shareBasis:
      "not exactly one of citation and grant, as the mode has it"
    case .dutyUnknown:
      "the type gives the department no duty for this purpose and citation"
    case .dutyClaims:
      "a claim outside the duty"
    case .requestUnknown:
      "no such request in this ledger"
    case .requestAnswered:
      "the request was answered before"
    case .receiver:
      "no identity in force by which the requester receives"
    case .releaseUnknown:
      "no such release in this ledger"
    case .releaseAcknowledged:
      "the release was acknowledged before"
    case .releaseUnacknowledged:
      "a dispute of what was not acknowledged"
    case .enclosed:
      "the bytes are not those of the release"
    case .disputeUnknown:
      "no such dispute in this ledger"
    case .disputeOpen:
      "a dispute about the release is open"
    case .disputeSettled:
      "the dispute was settled before"
    case .disclosureDigest:
      "the openings do not explain every digest exactly once"
    case .disclosureName:
      "a private member is missing, doubled, out of number or not of this kind"
    case .disclosureForm:
      "a private member has another form, a holder code is not good for its type, a "
        + "copy has no place of its own in a list of this department and type, the refused "
        + "act is another, or more is disclosed than was counted"
    case .threadCommitment:
      "the thread key is not the one that the actor signed, or two subjects share one"
    case .threadTag:
      "a private tag is not that of its thread and number, or a subject has none"
    case .identifierForm:
      "an identifier is malformed, names another type or issuer, or does not continue "
        + "its predecessor"
    case .identifierTaken:
      "another certificate has the identifier"
    case .exactState:
      "the step does not start or end at the certificate's real state"
    case .reasonMissing:
      "the state `other` without a reason"
    case .replacementPair:
      "a certificate has a predecessor, and the entry before is not its end by this "
        + "very certificate; or the entry before is such an end, and the certificate is "
        + "another"
    case .grantSignature:
      "grant or withdrawal is malformed, or not signed by the key that it shows"
    case .grantContent:
      "the holder signed other terms, for another ledger, or the withdrawal of another "
        + "grant"
    case .grantTaken:
      "the holder's grant was lodged before"
    case .grantHolder:
      "the key is not that of a copy of this person in use; a withdrawal by another "
        + "key; a withdrawal or request about another person"
    case .shareSubject:
      "not about the person of the request or release, or nothing of it is known"
    case .shareCase:
      "not in the case of the request or release, or nothing of it is known"
    case .shareCertificate:
      "no certificate, another than was asked for, of another type, issuer or person"
    case .shareState:
      "the certificate is not in force"
    case .useTaken:
      "the request was answered before, and the answer accepted"
    }
  }
}

extension RuleCode {
  /// What to do about it; nil where the event must be mended and signed anew.
  ///
  /// Spec: rules.md, "Remedies".
  public var remedy: String? {
    switch self {
    case .stale, .early: "set the clock and try again"
    case .seenFork:
      "stop: the registry shows different books, or was restored; keep both checkpoints"
    case .replayed: "the act entered already; ask for its receipt"
    case .signerState: "have the identity rotated"
    case .typeIssuer, .dutyUnknown, .dutyClaims: "ask the type's definer for a new version"
    case .grantUnknown, .grantRequester, .grantType, .grantClaims, .grantPurpose, .grantPeriod,
      .grantFrequency, .grantWithdrawn, .grantHolder:
      "ask the holder for a new grant"
    case .departmentRetired: "name the department that answers for it"
    case .requestAnswered: "see the answer, and ask again if needed"
    case .receiver: "enclose it anew, for the requester's identity in force"
    case .enclosed: "ask for the recorded bytes again"
    case .shareState: "refuse the request"
    case .useTaken: "make a new request"
    default: nil
    }
  }

  /// Text and remedy in one sentence.
  public var explanation: String { text + (remedy.map { ": \($0)" } ?? "") }
}
