/// What drawing a code throws.
///
/// Two errors are equal when their codes are.
public struct CodesError: Error, Sendable, Equatable {
  /// What went wrong, for a program.
  public enum Code: Sendable, Hashable {
    /// The text does not fit into the largest code allowed.
    case textTooLong
    /// libqrencode or libpng failed: there is no memory left.
    case libraryFailed
  }

  /// What went wrong.
  public let code: Code
  /// What went wrong and the remedy.
  public let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// Compares the codes only.
  public static func == (left: CodesError, right: CodesError) -> Bool { left.code == right.code }
}
