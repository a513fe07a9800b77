import Encoding

/// A citizen number: 17 digits and a check character (GB 11643-1999).
///
/// Personal data: it has no description, so that it cannot reach a log by accident.
public struct CitizenID: Sendable, Hashable {
  /// The 18 characters.
  public let text: String

  /// Checks a number. Throws `code_form`, `birth_date` or `check_character`.
  ///
  /// The region is not checked: districts come and go. A small x is refused; registers write X.
  public init(_ text: some StringProtocol) throws(CertificatesError) {
    let bytes = Array(text.utf8)
    guard bytes.count == 18, let check = CheckCharacter.citizen(bytes[..<17]) else {
      throw CertificatesError(
        .codeForm, "a citizen number has 17 digits and a check character")
    }
    func number(_ range: Range<Int>) -> Int {
      bytes[range].reduce(0) { $0 * 10 + Int($1) - 48 }
    }
    do {
      _ = try Day(year: number(6..<10), month: number(10..<12), day: number(12..<14))
    } catch {
      throw CertificatesError(
        .birthDate, "the seventh to fourteenth digits are no day of the calendar", cause: error)
    }
    guard check == bytes[17] else {
      throw CertificatesError(
        .checkCharacter, "the last character does not fit the number; one was mistyped")
    }
    self.text = String(text)
  }
}
