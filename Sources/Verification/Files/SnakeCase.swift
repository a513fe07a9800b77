/// `proofMismatch` → `proof_mismatch`, `invalidJSON` → `invalid_json`: codes on the outside are in
/// snake_case.
package enum SnakeCase {
  /// The name in snake_case; a run of capitals is one word.
  package static func text(_ name: String) -> String {
    var text = ""
    var isAfterCapital = true
    for scalar in name.unicodeScalars {
      let isCapital = ("A"..."Z").contains(scalar)
      if isCapital, !isAfterCapital { text += "_" }
      text += isCapital ? String(scalar).lowercased() : String(scalar)
      isAfterCapital = isCapital
    }
    return text
  }
}
