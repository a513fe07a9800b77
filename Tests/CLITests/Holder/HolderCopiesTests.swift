import Encoding
import Foundation
import Testing

@Suite("kanhe holder present, where the wallet has several copies")
struct HolderCopiesTests {
  let run: HolderRun

  init() throws { run = try HolderRun.withCounter() }

  @Test("of two persons' cards in one wallet one must be named")
  func copies() throws {
    let key = try run.wallet(["key"])
    try run.issue(3..<4, to: "more.jsonl", keys: [String(key.output.dropLast())])
    _ = try run.json([
      "import", run.city.file("more.jsonl"), "--root", run.root, "--evidence", run.evidence,
    ])
    #expect(try run.ask("request.jwt").status == 0)
    let out = ["--out", run.city.file("shown.txt")]
    // Two persons' cards: the holder chooses.
    try run.fails(run.present("request.jwt", out), 2, "copy_ambiguous")
    try run.fails(
      run.present("request.jwt", ["--out", run.city.file("none/x")]), 2, "file_not_found")
    let copies = try #require(try run.json(["list"])["copies"]?.arrayValue)
    let identifier = try #require(copies.first?["identifier"]?.stringValue)
    let shown = try run.json(run.present("request.jwt", out + ["--copy", identifier]))
    #expect(shown["certificate"]?.stringValue == identifier)
    try run.fails(
      run.present("request.jwt", ["--preview", "--copy", "1.2.156.3005.2.9"]), 1, "copy_unknown")
  }

  @Test("what the evidence says has ended is passed over, and shown only where nothing else is")
  func ended() throws {
    let key = try run.wallet(["key"])
    try run.issue(3..<4, to: "more.jsonl", keys: [String(key.output.dropLast())])
    _ = try run.json([
      "import", run.city.file("more.jsonl"), "--root", run.root, "--evidence", run.evidence,
    ])
    #expect(try run.ask("request.jwt").status == 0)
    let identifiers = try #require(try run.json(["list"])["copies"]?.arrayValue)
      .compactMap { $0["identifier"]?.stringValue }
    try #require(identifiers.count == 2)
    let unasked = ["present", "--claims", "number", "--to", "图书馆", "--preview"]
    let believing = ["--root", run.root, "--evidence", run.evidence]
    try run.fails(unasked + believing, 2, "copy_ambiguous")
    try end(identifiers[0])
    let preview = try run.json(run.present("request.jwt", ["--preview"]))
    #expect(preview["certificate"]?.stringValue == identifiers[1])
    #expect(preview["passed_over"] == [.string(identifiers[0])])
    let told = try run.wallet(run.present("request.jwt", ["--preview"]))
    #expect(told.errors.contains("\(identifiers[0]) is passed over"), "\(told.errors)")
    #expect(try run.json(unasked + believing)["certificate"]?.stringValue == identifiers[1])
    // Without evidence nobody knows.
    try run.fails(unasked, 2, "copy_ambiguous")
    // Named, it is shown: a counter says why it is refused.
    let named = run.present("request.jwt", ["--preview", "--copy", identifiers[0]])
    let shown = try run.wallet(named + ["--format", "json"])
    #expect(shown.status == 0 && shown.errors.contains("will refuse it"), "\(shown.errors)")
    try end(identifiers[1])
    try run.fails(run.present("request.jwt", ["--preview"]), 2, "copy_ambiguous")
  }

  private func end(_ identifier: String) throws {
    _ = try run.city.json([
      "certificate", "revoke", identifier, "--state", "cancelled", "--as", CityRun.police,
    ])
    _ = try run.city.json(["status", "publish", "--as", CityRun.police])
  }

  @Test("of two copies of one certificate the one shown less often is shown; they share nothing")
  func unlinkable() throws {
    let certificate = try marriage()
    let ask = [
      "use", "ask", "--type", "11440300KH0002062C001", "--claims", "registered_on", "--purpose",
      "property-registration", "--as", "11440300KH0002409J", "--text",
    ]
    var answers: [String] = []
    var shown: [String] = []
    for number in 0..<4 {
      let (request, answer) = ("r\(number).jwt", "a\(number).txt")
      _ = try run.city.json(ask + ["核验登记日期 \(number)", "--out", run.city.file(request)])
      let out = ["--out", run.city.file(answer), "--copy", certificate]
      let result = try run.json(run.present(request, out))
      shown.append(try #require(result["copy"]?.stringValue))
      answers.append(try #require(try run.lines(run.city.file(answer)).first))
      #expect(try run.verify([request, answer])["verdict"]?.stringValue == "yes")
    }
    #expect(Set(shown[..<2]).count == 2 && Set(shown[2...]).count == 2, "\(shown)")
    let other = try #require(shown[1...].firstIndex { $0 != shown[0] })
    // What two answers have in common is in every certificate of the type and that day.
    let common = parts(answers[0]).intersection(parts(answers[other]))
    let secret = common.filter { value in
      // Names of the registry, of the issuer's identities, of day and algorithm are shared by all.
      !value.hasPrefix("https://zs.example/") && !value.hasPrefix("MII")
        && !value.hasPrefix("sha256-") && !value.hasPrefix("x509_hash:")
        && !["ES256", "dc+sd-jwt", "kb+jwt", "sha-256", "EC", "P-256"].contains(value)
        && !["exp", "iat", "nbf"].contains { value.hasPrefix("\($0)=") }
    }
    #expect(secret.isEmpty, "\(secret)")
    // A record that was damaged counts for none, and stops nobody.
    try run.city.write("wallet/presentations/\(String(repeating: "A", count: 43)).json", "x")
    _ = try run.json(run.present("r0.jwt", ["--preview", "--copy", certificate]))
  }

  @Test("two copies of one certificate are not issued for one key")
  func sharedKey() throws {
    let refused = try issueMarriage(keys: [run.proof, run.proof])
    #expect(refused.status == 1)
    #expect(try refused.json()["refused"]?.arrayValue?.first?["code"] == "holder_key")
  }

  /// A marriage certificate of which both copies are bound to keys of the wallet.
  private func marriage() throws -> String {
    let keys = try (0..<2).map { _ in String(try run.wallet(["key"]).output.dropLast()) }
    let issued = try issueMarriage(keys: keys)
    #expect(issued.status == 0, "\(issued.errors)")
    _ = try run.city.json(["registry", "trust", "--out", run.city.file("newer.jwt")])
    let taken = try run.json([
      "import", run.city.file("marriage.jsonl"), "--root", run.root, "--evidence", run.evidence,
    ])
    #expect(taken["kept"]?.integerValue == 2, "\(taken)")
    return try #require(taken["deliveries"]?.arrayValue?.first?["identifier"]?.stringValue)
  }

  private func issueMarriage(keys: [String]) throws -> Run {
    try run.city.prepareMarriages()
    return try run.city.issueMarriage(keys: keys)
  }

  /// The members of the tokens in an answer, each with its value, and its disclosures: as
  /// `name=value`; the name alone where the value is no secret of the copy.
  private func parts(_ answer: String) -> Set<String> {
    var found: Set<String> = []
    let pieces = answer.split(separator: "~").map(String.init)
    for piece in pieces {
      let segments = piece.split(separator: ".").map(String.init)
      guard segments.count == 3 else {
        // A disclosure: its text, whose salt is of this copy alone.
        found.insert(piece)
        continue
      }
      found.insert(segments[2])
      for segment in segments[..<2] {
        guard let bytes = try? Base64URL.decode(segment),
          case .object(let object)? = try? JSONValue(parsing: bytes)
        else { continue }
        for member in object { found.formUnion(values(member.name, member.value)) }
      }
    }
    return found
  }

  private func values(_ name: String, _ value: JSONValue) -> [String] {
    switch value {
    case .array(let elements): elements.flatMap { values("", $0) }
    case .object(let object): object.flatMap { values($0.name, $0.value) }
    case .string(let text): [text]
    default: ["\(name)=\(String(decoding: value.canonicalBytes(), as: UTF8.self))"]
    }
  }
}
