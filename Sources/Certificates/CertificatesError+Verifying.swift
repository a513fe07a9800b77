extension CertificatesError.Code {
  // MARK: Visible claims

  /// A time that is no whole number of seconds between 1970 and 9999.
  public static let numericDate = Self("numeric_date")
  /// `cnf` with anything but a `jwk`.
  public static let confirmationRefused = Self("confirmation_refused")
  /// `status` that is no reference to a status list.
  public static let statusReference = Self("status_reference")

  // MARK: Issuer and trust

  /// An identity in the path had expired when the object was signed.
  public static let identityExpired = Self("identity_expired")
  /// An identity in the path was not valid yet when the object was signed.
  public static let identityNotYetValid = Self("identity_not_yet_valid")
  /// The path does not lead to the pinned root.
  public static let foreignRoot = Self("foreign_root")
  /// A registry speaks for another's host: that of root, trust list and object are not one.
  public static let foreignHost = Self("foreign_host")
  /// The registry is admitted, and not for the type.
  public static let typeNotAdmitted = Self("type_not_admitted")
  /// The authority's identity is not in `x5c`, or the root issued the leaf.
  public static let missingAuthority = Self("missing_authority")
  /// The identity's key usage is not that of its task.
  public static let wrongUsage = Self("wrong_usage")
  /// The identity's extended key usage is not that of its task.
  public static let wrongExtendedUsage = Self("wrong_extended_usage")
  /// `iss` is not the URI of the signing identity.
  public static let uriMismatch = Self("uri_mismatch")
  /// The authority may not issue for this name.
  public static let nameConstraint = Self("name_constraint")
  /// Too many authorities in the path.
  public static let pathLength = Self("path_length")
  /// A key or algorithm other than P-256 with SHA-256 in the path.
  public static let weakKey = Self("weak_key")
  /// The signature of an identity in the path is wrong.
  public static let badIdentitySignature = Self("bad_identity_signature")
  /// Somebody issued an identity who is no authority.
  public static let notAuthority = Self("not_authority")
  /// An identity with a critical extension that we do not know.
  public static let criticalExtension = Self("critical_extension")
  /// An identity in `x5c` cannot be read, or the root stands in it.
  public static let identityInvalid = Self("identity_invalid")
  /// The trust list does not have the department.
  public static let issuerUnknown = Self("issuer_unknown")
  /// The trust list does not have the identity for sealing under this department.
  public static let identityUnknown = Self("identity_unknown")
  /// The certificate says it was signed before the identity was in use, or after it was retired.
  public static let identityNotInUse = Self("identity_not_in_use")
  /// The key was in foreign hands when the certificate was signed.
  public static let identityCompromised = Self("identity_compromised")
  /// The key was compromised later; nothing proves that the certificate is older.
  public static let timeNotProven = Self("time_not_proven")
  /// The trust list does not let this department issue this type.
  public static let issuerNotAuthorised = Self("issuer_not_authorised")
  /// The trust list does not have the type's version.
  public static let typeUnknown = Self("type_unknown")
  /// No trust list was given.
  public static let trustListMissing = Self("trust_list_missing")
  /// The trust list expired.
  public static let trustListExpired = Self("trust_list_expired")
  /// The trust list is dated in the future.
  public static let trustListFuture = Self("trust_list_future")
  /// The trust list is older than one that was seen before.
  public static let lowerSequence = Self("lower_sequence")

  // MARK: Type

  /// No type file was given for the certificate's type and version.
  public static let typeFileNotGiven = Self("type_file_not_given")
  /// The type file given is not the one the trust list names.
  public static let typeDigest = Self("type_digest")
  /// `vct#integrity` does not belong to the type file.
  public static let typeIntegrity = Self("type_integrity")
  /// The identifier or `type_code` names another type.
  public static let typeMismatch = Self("type_mismatch")
  /// The identifier or `issuing_authority` names another issuer.
  public static let identifierIssuer = Self("identifier_issuer")

  // MARK: Time and status

  /// The certificate's last day is over.
  public static let expired = Self("expired")
  /// The certificate's first day is not reached.
  public static let notYetValid = Self("not_yet_valid")
  /// The certificate is dated in the future.
  public static let issuedInFuture = Self("issued_in_future")
  /// `valid_from` or `valid_until` contradicts `nbf` or `exp`.
  public static let periodMismatch = Self("period_mismatch")
  /// No status token was given.
  public static let statusMissing = Self("status_missing")
  /// The status token is not of the certificate's issuer.
  public static let statusSigner = Self("status_signer")
  /// The status token is of another list.
  public static let statusURI = Self("status_uri")
  /// The status token is too old.
  public static let statusExpired = Self("status_expired")
  /// The status token is dated in the future.
  public static let statusFuture = Self("status_future")
  /// The index lies outside the list.
  public static let statusIndex = Self("status_index")
  /// The list says suspended.
  public static let suspended = Self("suspended")
  /// The list says ended: revoked, cancelled, replaced or otherwise.
  public static let ended = Self("ended")
  /// The list has a value that we do not use.
  public static let statusValue = Self("status_value")
}
