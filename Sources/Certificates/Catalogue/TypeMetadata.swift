/// A language in which a type has texts for people.
public enum TextLanguage: String, Sendable, CaseIterable {
  /// Chinese, `zh-CN`; every type has it.
  case chinese = "zh-CN"
  /// English, `en`; the canonical names stand in where it is absent.
  case english = "en"
}

/// The part of a type file that is SD-JWT VC Type Metadata: names and labels.
///
/// Spec: type-file.md, "Metadata".
public struct TypeMetadata: Sendable, Equatable {
  /// The name and description in one language.
  public struct Display: Sendable, Equatable {
    /// The language as in RFC 5646: `zh-CN`, `en`, …
    public let locale: String
    /// The type's name.
    public let name: String
    /// What it proves.
    public let description: String?
  }

  /// One step from the claims to a value.
  public enum PathStep: Sendable, Hashable {
    /// The member of that name.
    case member(String)
    /// Every element.
    case all
    /// The element at a place, counted from 0.
    case element(Int)
  }

  /// What is said about one claim.
  public struct Claim: Sendable, Equatable {
    /// Where the claim stands.
    public let path: [PathStep]
    /// The labels by language.
    public let labels: [String: String]
    /// Whether the issuer always gives it.
    public let isMandatory: Bool
  }

  /// The name of the type in metadata, mostly the Chinese one.
  public let name: String
  /// Names in other languages.
  public let displays: [Display]
  /// The claims that are described.
  public let claims: [Claim]

  /// The type's name in a language; where there is none, the metadata's own.
  public func name(in language: TextLanguage) -> String {
    displays.first { $0.locale == language.rawValue }?.name ?? name
  }

  /// The label of a claim in a language, if it has one.
  public func label(of path: [PathStep], in language: TextLanguage) -> String? {
    claims.first { $0.path == path }?.labels[language.rawValue]
  }
}
