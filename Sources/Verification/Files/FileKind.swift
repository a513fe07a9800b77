/// What kind of file was looked at. The raw value stands in the answer of `kanhe verify`.
///
/// Spec: cli/verify.md, "Kinds".
public enum FileKind: String, Sendable, Hashable, CaseIterable {
  /// A copy of a certificate: SD-JWT.
  case copy
  /// What a subject gets.
  case delivery
  /// What a holder shows in answer to a request: SD-JWT with a key binding.
  case presentation
  /// A department's signed request for a presentation.
  case request
  /// JSON Lines of deliveries.
  case deliveries
  /// A certificate with all evidence.
  case bundle
  /// An entry with its proof.
  case receipt
  /// All entries of one thread, with the proof that there are no others.
  case answer
  /// A registry's signed trust list.
  case trustList = "trust_list"
  /// A signed status list.
  case statusToken = "status_token"
  /// A type of the catalogue.
  case typeFile = "type_file"
  /// A ledger's signed size and root.
  case checkpoint
  /// A C2SP tlog-proof.
  case proof
  /// An X.509 identity, or several in one file.
  case identity
  /// Nothing that Kanhe makes.
  case unknown
}
