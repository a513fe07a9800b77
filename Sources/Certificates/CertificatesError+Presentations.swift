extension CertificatesError.Code {
  // MARK: Requests

  /// A part of DCQL, of OpenID4VP or of the purpose that we do not take; the place names it.
  public static let queryUnsupported = Self("query_unsupported")
  /// A query that DCQL does not allow, or with more parts than the bounds.
  public static let queryInvalid = Self("query_invalid")
  /// `client_id` is not the digest of the identity that signed the request.
  public static let clientMismatch = Self("client_mismatch")
  /// `transaction_data` is not one statement of purpose in its only form.
  public static let purposeInvalid = Self("purpose_invalid")
  /// The request's life is over, or longer than a day.
  public static let requestExpired = Self("request_expired")
  /// The request is dated in the future.
  public static let requestInFuture = Self("request_in_future")
  /// No request was given.
  public static let requestMissing = Self("request_missing")
  /// The type gives the asking department no duty for the purpose.
  public static let purposeNotAllowed = Self("purpose_not_allowed")
  /// A claim that no duty of the asking department has for the purpose.
  public static let claimNotAllowed = Self("claim_not_allowed")

  // MARK: Presentations

  /// The copy is bound to no key: it can be verified, and never presented.
  public static let notPresentable = Self("not_presentable")
  /// The key binding was made before the request, in the future, or too long ago.
  public static let keyBindingTime = Self("key_binding_time")
  /// `sd_hash` is of another selection or copy.
  public static let selectionMismatch = Self("selection_mismatch")
  /// `nonce` is not that of the request.
  public static let nonceMismatch = Self("nonce_mismatch")
  /// `aud` is not the `client_id` of the request.
  public static let audienceMismatch = Self("audience_mismatch")
  /// The purpose that the holder signed is absent, or not that of the request.
  public static let purposeMismatch = Self("purpose_mismatch")
  /// A certificate of another type or version than asked for.
  public static let typeNotAsked = Self("type_not_asked")
  /// A claim that was asked for is not there.
  public static let claimMissing = Self("claim_missing")
  /// A claim has none of the values asked for.
  public static let claimValue = Self("claim_value")
  /// More is disclosed than was asked for.
  public static let claimNotAsked = Self("claim_not_asked")
}
