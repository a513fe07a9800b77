import Cryptography
import Encoding

/// How long identities last. All begin at 00:00Z of the day before they are made.
public enum IdentityTerms {
  /// Years of a root.
  public static let rootYears = 30
  /// Years of an authority and of a list signer.
  public static let authorityYears = 20
  /// Years of a department's identities.
  public static let departmentYears = 5

  /// The first and last second of validity; never beyond `latest`.
  static func validity(
    from now: Timestamp, years: Int, latest: Int64 = .max
  ) -> (first: Int64, last: Int64) {
    let first = now.startOfDay.adding(days: -1)
    // 365.25 days a year: no calendar case can make an identity outlast its authority by itself.
    let last = first.adding(days: years * 1461 / 4)
    return (first.seconds, min(last.seconds - 1, latest))
  }

  /// A common name of at most 64 characters, as X.509 has it; the full name stands in the ledger.
  static func commonName(_ name: String) -> String {
    var text = ""
    for character in name {
      guard text.unicodeScalars.count + character.unicodeScalars.count <= 64 else { break }
      text.append(character)
    }
    return text
  }
}
