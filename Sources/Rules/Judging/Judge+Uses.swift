import Encoding

// Presentations that a department took. Spec: rules.md, "Codes"; presentation.md.
extension Judge {
  /// A use is of a type of this registry, or of one that it admits another registry for. What was
  /// taken, a duty of that version let the department ask for; why something was not taken, codes
  /// say.
  mutating func judgeUse(facts: inout FactOverlay) throws(RulesError) {
    requireCodes("purpose")
    require(Set(claims).count == claims.count, .shareClaims)
    let codes = (event.clear["codes"]?.arrayValue ?? []).compactMap(\.stringValue)
    let isAccepted = event.kind == .useAccepted
    require(codes.isEmpty == isAccepted && Set(codes).count == codes.count, .member)
    if let origin = event.text("registry") {
      let types = try facts.registry(origin)?.types ?? []
      require(types.contains(event.text("type") ?? ""), .typeUnknown)
      return
    }
    guard let type, type.material == "certificate" else {
      broken.insert(.typeUnknown)
      return
    }
    if isAccepted { judgeDuty(type, under: nil) }
  }
}
