extension CertificatesError.Code {
  // MARK: Disclosures

  /// A disclosure that is no array of two or three elements, or has the wrong number for its place.
  public static let disclosureArity = Self("disclosure_arity")
  /// A disclosure whose salt is no text.
  public static let disclosureSalt = Self("disclosure_salt")
  /// A disclosed name that is no text, or is `_sd`, `_sd_alg` or `...`.
  public static let disclosureName = Self("disclosure_name")
  /// A disclosed name that its object has already.
  public static let nameCollision = Self("name_collision")
  /// The same disclosure twice.
  public static let duplicateDisclosure = Self("duplicate_disclosure")
  /// A disclosure that no digest refers to, or whose parent was not sent.
  public static let unreferencedDisclosure = Self("unreferenced_disclosure")
  /// The same digest twice, anywhere.
  public static let duplicateDigest = Self("duplicate_digest")
  /// `_sd` is no array of SHA-256 digests.
  public static let digestListInvalid = Self("digest_list_invalid")
  /// `{"...":…}` with further members, with no digest, or outside an array.
  public static let elementDigestInvalid = Self("element_digest_invalid")
  /// `_sd_alg` names no hash that we accept.
  public static let hashRefused = Self("hash_refused")
  /// `_sd_alg` below the top level.
  public static let hashNested = Self("hash_nested")
  /// A claim that must be visible was selectively disclosable.
  public static let protectedClaimDisclosed = Self("protected_claim_disclosed")
  /// Digests inside a claim that must be visible as a whole.
  public static let digestInProtectedClaim = Self("digest_in_protected_claim")
  /// More disclosures than the bound.
  public static let tooManyDisclosures = Self("too_many_disclosures")
  /// More digests than the bound.
  public static let tooManyDigests = Self("too_many_digests")
  /// A claim set that uses the mechanism's own names.
  public static let reservedName = Self("reserved_name")

  // MARK: The combined form

  /// A JWT alone, without a single `~`.
  public static let bareToken = Self("bare_token")
  /// The last `~` is missing.
  public static let missingTilde = Self("missing_tilde")
  /// Two `~` with nothing between.
  public static let emptyDisclosure = Self("empty_disclosure")
  /// A key binding JWT where none is wanted.
  public static let keyBindingUnexpected = Self("key_binding_unexpected")
  /// No key binding JWT where one is demanded.
  public static let keyBindingMissing = Self("key_binding_missing")
}
