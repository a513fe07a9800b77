/// A type file, and what is worked out of it once.
final class KnownType: Sendable {
  let file: TypeFile
  /// What its certificates have in common.
  let kind: CertificateKind
  /// What `vct#integrity` says of it.
  let integrity: String
  /// Whether the schema also rules `number`.
  let hasNumber: Bool

  init(_ file: TypeFile) {
    self.file = file
    kind = file.kind
    integrity = kind.integrity
    hasNumber = file.schema.propertyNames.contains("number")
  }
}
