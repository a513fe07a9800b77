extension DemoStory {
  /// Whose officer asks for it, and what for: one duty of the identity card.
  private static let counter = "11440300KH0002169P"
  private static let type = "11440300KH0002054H001"

  /// A guest of an internet café shows that she is of age, and nothing else; once.
  func use() throws {
    let evidence = ["--evidence", "export", "--root", "city/public/root.pem"]
    try shell.run([
      "use", "ask", "--type", Self.type, "--claims", "over_18=true", "--purpose",
      "internet-cafe-inspection", "--text", "核验是否年满18周岁", "--out", "request.jwt", "--as",
      Self.counter,
    ])
    try shell.run(["holder", "present", "request.jwt", "--preview"] + evidence, lines: 12)
    _ = try shell.ask(["holder", "present", "request.jwt", "--out", "shown.txt"] + evidence)
    shell.note("holder present --out shown.txt: signed by the copy's key")
    try shell.run(["verify", "request.jwt", "shown.txt"] + evidence, lines: 30)
    let check = ["use", "check", "request.jwt", "shown.txt", "--as", Self.counter]
    let taken = try shell.ask(check)
    guard taken["claims"] == ["over_18": true] else {
      throw Failure(.no, code: "step_failed", "the counter learned more or less than was asked")
    }
    shell.note("use check: accepted, entry \(taken["index"]?.integerValue ?? 0)")
    let again = try shell.ask(check, expecting: [1])
    guard again["codes"] == ["replayed"] else {
      throw Failure(.no, code: "step_failed", "the same answer was taken twice")
    }
    shell.note("the same answer again: refused, replayed")
  }
}
