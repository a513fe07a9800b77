extension CertificatesError.Code {
  // MARK: Disclosures

  /// A disclosure that is no array of two or three elements, or has the wrong number for its place.
  public static let disclosureArity = Self("disclosureArity")
  /// A disclosure whose salt is no text.
  public static let disclosureSalt = Self("disclosureSalt")
  /// A disclosed name that is no text, or is `_sd`, `_sd_alg` or `...`.
  public static let disclosureName = Self("disclosureName")
  /// A disclosed name that its object has already.
  public static let nameCollision = Self("nameCollision")
  /// The same disclosure twice.
  public static let duplicateDisclosure = Self("duplicateDisclosure")
  /// A disclosure that no digest refers to, or whose parent was not sent.
  public static let unreferencedDisclosure = Self("unreferencedDisclosure")
  /// The same digest twice, anywhere.
  public static let duplicateDigest = Self("duplicateDigest")
  /// `_sd` is no array of SHA-256 digests.
  public static let digestListInvalid = Self("digestListInvalid")
  /// `{"...":…}` with further members, with no digest, or outside an array.
  public static let elementDigestInvalid = Self("elementDigestInvalid")
  /// `_sd_alg` names no hash that we accept.
  public static let hashRefused = Self("hashRefused")
  /// `_sd_alg` below the top level.
  public static let hashNested = Self("hashNested")
  /// A claim that must be visible was selectively disclosable.
  public static let protectedClaimDisclosed = Self("protectedClaimDisclosed")
  /// Digests inside a claim that must be visible as a whole.
  public static let digestInProtectedClaim = Self("digestInProtectedClaim")
  /// More disclosures than the bound.
  public static let tooManyDisclosures = Self("tooManyDisclosures")
  /// More digests than the bound.
  public static let tooManyDigests = Self("tooManyDigests")
  /// A claim set that uses the mechanism's own names.
  public static let reservedName = Self("reservedName")

  // MARK: The combined form

  /// A JWT alone, without a single `~`.
  public static let bareToken = Self("bareToken")
  /// The last `~` is missing.
  public static let missingTilde = Self("missingTilde")
  /// Two `~` with nothing between.
  public static let emptyDisclosure = Self("emptyDisclosure")
  /// A key binding JWT where none is wanted.
  public static let keyBindingUnexpected = Self("keyBindingUnexpected")
  /// No key binding JWT where one is demanded.
  public static let keyBindingMissing = Self("keyBindingMissing")
}
