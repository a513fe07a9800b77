/// Which of a registry's two databases a file is.
struct DatabaseKind: Sendable {
  /// The statements that make it; a file with anything else in it is not ours.
  let schema: [String]
  /// Whether it is for the owner's eyes, and overwrites what it deletes.
  let isPrivate: Bool
  /// The most bytes of a row: more than is ever stored, and little enough to be read whole.
  let rowBytesMax: Int32

  static let ledger = DatabaseKind(schema: Schema.ledger, isPrivate: false, rowBytesMax: 1 << 20)
  static let vault = DatabaseKind(schema: Schema.vault, isPrivate: true, rowBytesMax: 64 << 20)
}
