// Forms that several kinds share. Spec: event.md, "Forms".
extension MemberForm {
  /// The largest integer that JSON carries exactly.
  package static let size = MemberForm.integer(0...9_007_199_254_740_991)
  /// Grows with each publication.
  static let sequence = MemberForm.integer(1...9_007_199_254_740_991)
  /// Seconds since 1970, up to the year 3000.
  package static let seconds = MemberForm.integer(0...32_503_680_000)
  /// A display name: 200 characters, four bytes each at most.
  static let name = MemberForm.text(max: 800)
  /// A law with its article.
  static let citation = MemberForm.text(max: 512)
  /// A purpose, role or reason code.
  static let code = MemberForm.text(max: 64)
  /// Another event of this ledger, by its id.
  package static let event = MemberForm.object(["iss": .text(max: 512), "jti": .digest])
  /// Names of claims.
  package static let claimNames = MemberForm.list(.text(max: 128), min: 1, max: 128)
  /// A certificate's identifier; the judge reads it.
  private static let identifier = MemberForm.text(max: 200)
  /// An identity in DER.
  package static let der = MemberForm.base64(max: 8192)
  /// Identities with their uses.
  package static let identities = MemberForm.list(
    .object(["der": .der, "use": .word(IdentityUse.allCases.map(\.rawValue))]), min: 1, max: 16)
  /// A row of a type's duties.
  package static let duty = MemberForm.object([
    "department": .department, "claims": .claimNames, "purpose": .code, "citation": .citation,
  ])
  /// The types that a grant covers.
  static let grantedTypes = MemberForm.list(.typeCode, min: 1, max: 64)
  /// When a grant holds.
  static let period = MemberForm.object(["from": .seconds, "until": .seconds])
  /// How often a grant may be used.
  static let frequency = MemberForm.object([
    "days": .integer(1...36_600), "times": .integer(1...1_000_000),
  ])

  // MARK: Private members

  /// A certificate with its thread; `previous` where it replaces another.
  package static let certificate = MemberForm.object([
    "identifier": .identifier, "thread": .digest, "previous?": .identifier,
  ])
  /// A certificate that an event is about.
  package static let knownCertificate = MemberForm.object([
    "identifier": .identifier, "thread": .digest,
  ])
  /// A certificate that an event only names.
  static let otherCertificate = MemberForm.object(["identifier": .identifier])
  /// A holder code with its type and thread; the judge checks the code.
  package static let subject = MemberForm.object([
    "code": .text(max: 256), "code_type": .text(max: 3), "thread": .digest,
  ])
  /// A copy: digest of the issuer JWT, thumbprint of the holder's key, place in a status list.
  package static let copy = MemberForm.object([
    "digest": .digest, "holder?": .digest,
    "status": .object(["idx": .integer(0...1_048_575), "uri": .text(max: 512)]),
  ])
  /// A case reference with its thread.
  package static let reference = MemberForm.object([
    "reference": .text(max: 128), "thread": .digest,
  ])
}
