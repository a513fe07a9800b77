import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import Verification

/// What an auditor asks of it.
extension ShareLedger {
  /// A request by duty, under its own name.
  @discardableResult
  func ask(
    _ name: String = "request", role: String = "clerk", answerWithin seconds: Int64 = 3600
  ) throws -> UInt64 {
    try enter(
      name, .shareRequested, by: TestCity.civil,
      [
        "provider": .string(TestCity.police), "material": "certificate",
        "type": .string(TestCity.card), "claims": ["holders"],
        "purpose": "marriage-registration", "mode": "duty", "citation": "《婚姻登记条例》",
        "officer_role": .string(role), "answer_by": .integer(thief.now.seconds + seconds),
      ],
      [
        ("subject_1", try subject()), ("certificate", try certificate()),
        ("case", try reference()), ("officer", ["number": "8817"]),
      ])
  }

  @discardableResult
  func refuse(_ request: String = "request", reason: String = "none") throws -> UInt64 {
    try enter(
      "refusal", .shareRefused, by: TestCity.police,
      [
        "request": name(request), "requester": .string(TestCity.civil), "reason": .string(reason),
      ],
      [
        ("subject_1", try subject()), ("certificate", try certificate()),
        ("case", try reference()),
      ])
  }

  @discardableResult
  func dispute() throws -> UInt64 {
    try enter(
      "dispute", .shareDisputed, by: TestCity.civil,
      [
        "release": name("release"), "provider": .string(TestCity.police),
        "issuer": .string(TestCity.police),
      ], [("claim", "holders"), ("reason", "another name")])
  }

  @discardableResult
  func decide() throws -> UInt64 {
    try enter(
      "decision", .caseDecided, by: TestCity.civil,
      ["purpose": "marriage-registration", "outcome": "granted"],
      [
        ("subject_1", try subject()), ("certificate", try certificate()),
        ("case", try reference()),
      ])
  }

  @discardableResult
  func refuseAct() throws -> UInt64 {
    try enter(
      "refused", .actRefused, by: TestRegistry.code,
      [
        "who": .string(TestCity.civil), "number": .string(SHA256.hash("number").base64url),
        "kind_refused": "share.requested", "codes": ["duty-claims", "duty-unknown"],
      ], [("refused", "e30.e30.AAAA")], in: [])
  }

  /// Asks; `shows`: whether the private members are opened, and which are hidden all the same.
  func question(
    report isReport: Bool = false, shows: Bool = false, hiding hidden: Set<UInt64> = [],
    _ change: (inout ShareQuestion) -> Void = { _ in }
  ) throws -> ShareReport {
    var question = ShareQuestion()
    change(&question)
    let registry = try city.base.open(writing: false)
    let shown = openings
    let report = try ShareAudit(
      reader: registry.reader, root: try city.root(), question: question, isReport: isReport,
      runs: registry.runs,
      openings: shows
        ? { hidden.contains($0.value) ? .notShown : shown[Int($0.value)] } : nil
    ).run()
    try registry.close()
    return report
  }
}

extension ShareReport {
  /// Place and code of every fault.
  var places: [String] {
    thread.faults.map { ($0.index.map { "\($0) " } ?? "") + $0.code }
  }

  var counts: [String] {
    figures.all.map { figure, count in
      [figure.name.rawValue, figure.department, figure.detail, "\(count)"]
        .filter { !$0.isEmpty }.joined(separator: " ")
    }
  }
}
