/// `proofMismatch` → `proof_mismatch`, `invalidJSON` → `invalid_json`, `notARegistry` →
/// `not_a_registry`: codes on the outside are in snake_case.
package enum SnakeCase {
  /// The name in snake_case; a run of capitals is one word, but for its last before a small letter.
  package static func text(_ name: String) -> String {
    var text = ""
    let scalars = Array(name.unicodeScalars)
    func isCapital(_ index: Int) -> Bool {
      scalars.indices.contains(index) && ("A"..."Z").contains(scalars[index])
    }
    func isSmall(_ index: Int) -> Bool {
      scalars.indices.contains(index) && ("a"..."z").contains(scalars[index])
    }
    for (index, scalar) in scalars.enumerated() {
      guard isCapital(index) else {
        text.unicodeScalars.append(scalar)
        continue
      }
      if index > 0, !isCapital(index - 1) || isSmall(index + 1) { text += "_" }
      text += String(scalar).lowercased()
    }
    return text
  }
}
