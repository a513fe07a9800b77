import Encoding

extension DemoStory {
  /// Completeness is proved, curiosity named.
  func askQuestions() throws {
    let evidence = ["--from", "export", "--root", "city/public/root.pem"]
    try shell.run(["holder", "log"] + evidence, lines: 8)
    try shell.run(
      ["audit", "subject", "delivery.json", "--prove", "answer.json"] + evidence, lines: 6)
    try shell.run(
      ["verify", "answer.json", "--evidence", "export", "--root", "city/public/root.pem"],
      lines: 12)
    let report =
      [
        "audit", "shares", "--report", "--department", DemoSharing.snoop.department,
        "--disclosures", "disclosed.jsonl",
      ] + evidence
    try shell.run(report, lines: 16)
    let orphans = try shell.ask(report)["orphans"]?.arrayValue ?? []
    let isNamed = orphans.contains {
      $0["requester"]?.stringValue == DemoSharing.snoop.department
        && $0["officer_role"]?.stringValue == DemoSharing.snoop.role
    }
    guard isNamed else {
      throw Failure(.no, code: "step_failed", "the report did not name the curious officer")
    }
  }
}
