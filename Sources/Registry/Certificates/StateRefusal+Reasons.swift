import Rules

// The refusals that are known before anything is signed, and those of the rules.
extension StateRefusal {
  static func notFound(_ line: Int?) -> StateRefusal {
    StateRefusal(
      line: line, column: "identifier", code: "not_found",
      "this registry issued no certificate with the identifier; look for a digit mistyped")
  }

  static func notIssuer(_ line: Int?) -> StateRefusal {
    StateRefusal(
      line: line, column: "identifier", code: "not_issuer",
      "only the department that issued a certificate changes its state")
  }

  static func erased(_ line: Int?) -> StateRefusal {
    StateRefusal(
      line: line, column: "identifier", code: "erased",
      "the certificate's content was erased; nothing more can be stated about it")
  }

  static func stateStep(
    _ line: Int?, from state: CertificateState, to target: CertificateState
  ) -> StateRefusal {
    let remedy =
      state.coarse == .ended
      ? "what ended never comes back; issue a new certificate"
      : "see `certificate show` for its history"
    return StateRefusal(
      line: line, code: "state_step",
      "the certificate is \(state.rawValue) and cannot become \(target.rawValue); \(remedy)")
  }

  static func rules(_ line: Int?, _ codes: [RuleCode]) -> StateRefusal {
    let names = codes.map(\.rawValue)
    return StateRefusal(
      line: line,
      code: (names.first ?? "refused").split(separator: "-").joined(separator: "_"),
      names.isEmpty
        ? "another event that belongs to it was refused"
        : "the rules refuse it: \(names.joined(separator: ", ")); see spec/rules.md")
  }
}
