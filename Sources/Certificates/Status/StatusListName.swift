import Encoding

/// The name of one of a registry's status lists: whose, of which type, ending when, which number.
///
/// Spec: status.md, "Names".
public struct StatusListName: Sendable, Hashable {
  /// The department that issues and signs.
  public let department: USCC
  /// The type.
  public let type: TypeCode
  /// The quarter of the last day of validity, `2036Q4`, or `open` for certificates without end.
  public let quarter: String
  /// The number among the lists of the same kind, from 1.
  public let number: Int

  /// Names a list. Throws `status_list_name`.
  public init(
    department: USCC, type: TypeCode, quarter: String, number: Int
  ) throws(CertificatesError) {
    guard Self.isQuarter(quarter), (1...1_000_000).contains(number) else {
      throw CertificatesError(
        .statusListName, "a quarter is written 2036Q4 or open, a list's number is 1 to 1,000,000")
    }
    self.department = department
    self.type = type
    self.quarter = quarter
    self.number = number
  }

  /// The quarter of a list for certificates that end on a day.
  public static func quarter(of lastDay: Day?) -> String {
    guard let lastDay else { return "open" }
    let year = String(lastDay.year)
    return String(repeating: "0", count: max(0, 4 - year.count)) + year + "Q\(lastDay.quarter)"
  }

  /// The list's URI under a registry's host.
  public func uri(host: String) -> String { "https://\(host)/\(path)" }

  /// The path of the URI: `status/<USCC>/<type>/<quarter>/<n>`. The token's file has `.jwt` more.
  public var path: String { "status/\(department)/\(type)/\(quarter)/\(number)" }

  /// Reads a URI of a list. Throws `status_list_name`.
  public static func parse(
    _ uri: String
  ) throws(CertificatesError) -> (host: String, name: StatusListName) {
    let parts = Array(uri.utf8).split(
      separator: UInt8(ascii: "/"), maxSplits: 8, omittingEmptySubsequences: false)
    func text(_ part: Int) -> String { String(decoding: parts[part], as: UTF8.self) }
    guard parts.count == 8, text(0) == "https:", parts[1].isEmpty, !parts[2].isEmpty,
      text(3) == "status", let number = Int(text(7)), String(number) == text(7)
    else {
      throw CertificatesError(
        .statusListName, "a list's name is https://<host>/status/<USCC>/<type>/<quarter>/<n>")
    }
    do {
      let name = try StatusListName(
        department: try USCC(ascii: parts[4]), type: try TypeCode(ascii: parts[5]),
        quarter: text(6), number: number)
      return (text(2), name)
    } catch {
      throw CertificatesError(.statusListName, error.message, cause: error)
    }
  }

  private static func isQuarter(_ text: String) -> Bool {
    if text == "open" { return true }
    let bytes = Array(text.utf8)
    return bytes.count == 6 && bytes[..<4].allSatisfy { (48...57).contains($0) }
      && bytes[4] == UInt8(ascii: "Q") && (49...52).contains(bytes[5])
  }
}
