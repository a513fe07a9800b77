/// One column of a type's sheet.
public struct SheetColumn: Sendable, Equatable {
  /// What the cells are.
  public enum Format: String, Sendable {
    /// Any text.
    case text
    /// A day, best as YYYY-MM-DD.
    case day
    /// A whole number.
    case integer
    /// `true`, `false`, `是` or `否`.
    case boolean
    /// A number.
    case number
  }

  /// The canonical, English title.
  public let name: String
  /// The title in Chinese.
  public let label: String
  /// The title in English words; the name where the type has none.
  public let labelEnglish: String
  /// Whether the column has to be there.
  public let isMandatory: Bool
  /// What the cells are.
  public let format: Format
}
