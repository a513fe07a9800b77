/// What is said of a row with another number of fields than there are titles.
package enum FieldCount {
  /// The message with the likely causes.
  package static func message(_ count: Int, expected: Int) -> String {
    let cause =
      count > expected
      ? "a cell with a comma stands in quotes, and no comma ends the line"
      : "an empty cell still has its comma, and a cell with a line end stands in quotes"
    return "the row has \(Counted.text(count, "field")), the first line "
      + "\(Counted.text(expected, "title")): \(cause)"
  }

  /// The mark that separates the titles of a header in the place of the comma; nil unless it does.
  package static func separator(
    of header: [String], isTitle: (String) -> Bool
  ) -> String? {
    guard header.count == 1 else { return nil }
    let marks: [(Character, String)] = [
      (";", "semicolons"), ("\t", "tabs"), ("|", "bars"), ("；", "wide semicolons"),
      ("，", "wide commas"),
    ]
    for (mark, name) in marks
    where header[0].split(separator: mark).contains(where: { isTitle(String($0)) }) {
      return name
    }
    return nil
  }
}
