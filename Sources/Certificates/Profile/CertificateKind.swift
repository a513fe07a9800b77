import Cryptography
import Encoding

/// What issuing needs to know of a type's version.
public struct CertificateKind: Sendable {
  /// The type's code.
  public let code: TypeCode
  /// The type's version.
  public let version: Int
  /// The type's name in Chinese; the claim `name`.
  public let name: String
  /// SHA-256 of the canonical metadata; what `vct#integrity` says.
  public let metadataDigest: Digest
  /// The most holders, 1–16; the holders' digests are padded to it.
  public let subjectCountMax: Int
  /// The names of the type's own claims, without those that every certificate has.
  public let ownNames: [String]
  /// What is signed besides, computed from the type's own claims.
  public let predicates: [TypeFile.Predicate]

  /// Makes a kind.
  public init(
    code: TypeCode, version: Int, name: String, metadataDigest: Digest, subjectCountMax: Int,
    ownNames: [String], predicates: [TypeFile.Predicate] = []
  ) {
    self.code = code
    self.version = version
    self.name = name
    self.metadataDigest = metadataDigest
    self.subjectCountMax = subjectCountMax
    self.ownNames = ownNames.filter { !CertificateProfile.standardNames.contains($0) }
    self.predicates = predicates
  }

  /// `sha256-` and standard base64, as in Subresource Integrity.
  public var integrity: String { "sha256-" + Base64.encode(metadataDigest.bytes) }

  /// To how many digests the top level is padded: every claim that a certificate of the type can
  /// have, rounded up to a multiple of four, so that the number tells nothing about one.
  public var digestCount: Int {
    (CertificateProfile.standardNames.count + ownNames.count + predicates.count + 3) / 4 * 4
  }
}
