/// Numbers with their nouns, for messages.
package enum Counted {
  /// `1 row`, `2 rows`, `0 entries`; `plural` where it is not the noun with an s.
  package static func text(
    _ count: some BinaryInteger, _ noun: String, plural: String? = nil
  ) -> String {
    "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
  }

  /// `1 entry`, `2 entries`.
  package static func entries(_ count: some BinaryInteger) -> String {
    text(count, "entry", plural: "entries")
  }
}
