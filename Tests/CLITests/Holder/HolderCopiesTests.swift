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

  /// Issues a card to a person for a new key of the wallet, and takes it.
  private func issueCard(_ person: Int) throws {
    let key = try run.wallet(["key"])
    try run.issue(person..<person + 1, to: "more.jsonl", keys: [String(key.output.dropLast())])
    _ = try run.json([
      "import", run.city.file("more.jsonl"), "--root", run.root, "--evidence", run.evidence,
    ])
  }

  /// The identifiers of the copies, newest first.
  private func identifiers() throws -> [String] {
    try #require(try run.json(["list"])["copies"]?.arrayValue)
      .compactMap { $0["identifier"]?.stringValue }
  }

  private func end(_ identifier: String) throws {
    _ = try run.city.json([
      "certificate", "revoke", identifier, "--state", "cancelled", "--as", CityRun.police,
    ])
    _ = try run.city.json(["status", "publish", "--as", CityRun.police])
  }

  @Test("what the evidence says has ended gives way to another of the same person")
  func ended() throws {
    let old = try #require(try identifiers().first)
    try end(old)
    #expect(try run.ask("request.jwt").status == 0)
    // Alone it is shown: a counter says why it is refused.
    let alone = try run.wallet(run.present("request.jwt", ["--preview", "--format", "json"]))
    #expect(alone.status == 0 && alone.errors.contains("will refuse it"), "\(alone.errors)")
    #expect(try alone.json()["refusal"]?.stringValue?.contains("no longer in force") == true)
    try issueCard(0)
    let new = try #require(try identifiers().first)
    #expect(new != old)
    let preview = try run.json(run.present("request.jwt", ["--preview"]))
    #expect(preview["certificate"]?.stringValue == new)
    #expect(preview["passed_over"] == [.string(old)] && preview["refusal"] == nil)
    let told = try run.wallet(run.present("request.jwt", ["--preview"]))
    #expect(told.errors.contains("\(old) is passed over"), "\(told.errors)")
    let unasked = ["present", "--claims", "number", "--to", "图书馆", "--preview"]
    let believing = ["--root", run.root, "--evidence", run.evidence]
    #expect(try run.json(unasked + believing)["certificate"]?.stringValue == new)
    // Without evidence nobody knows.
    try run.fails(unasked, 2, "copy_ambiguous")
    let named = try run.json(run.present("request.jwt", ["--preview", "--copy", old]))
    #expect(named["certificate"]?.stringValue == old && named["refusal"] != nil)
    try end(new)
    let over = try run.wallet(run.present("request.jwt", ["--preview", "--format", "json"]))
    let error = try over.error()
    #expect(over.status == 2 && error["code"] == "copy_ambiguous")
    for identifier in [old, new] {
      #expect(error["hint"]?.stringValue?.contains(identifier) == true, "\(error)")
    }
  }

  @Test("another person's certificate is never chosen for one that has ended")
  func anotherPerson() throws {
    let own = try #require(try identifiers().first)
    try issueCard(3)
    #expect(try run.ask("request.jwt").status == 0)
    try end(own)
    let open = try run.wallet(run.present("request.jwt", ["--preview", "--format", "json"]))
    let error = try open.error()
    #expect(open.status == 2 && error["code"] == "copy_ambiguous", "\(open.output)")
    let hint = try #require(error["hint"]?.stringValue)
    #expect(hint.contains(own) && hint.components(separatedBy: "1.2.156.").count == 2, "\(hint)")
  }

  @Test("names of claims are found without spaces, and what is unknown is named")
  func claimNames() throws {
    let shown = try run.json([
      "present", "--claims", "number, valid_until", "--to", "x", "--preview",
    ])
    #expect(shown["shown"]?.objectValue?.names.sorted() == ["number", "valid_until"])
    let unknown = try run.wallet([
      "present", "--claims", "number,salary", "--to", "x", "--preview",
    ])
    #expect(unknown.status == 1 && unknown.errors.contains("has salary; their claims are address"))
    // The list tells to whom it was shown.
    _ = try run.json([
      "present", "--claims", "number", "--to", "博物馆", "--out", run.city.file("museum.txt"),
    ])
    let listed = try #require(try run.json(["list"])["shown"]?.arrayValue?.first)
    #expect(listed["audience"] == "博物馆" && listed["claims"] == ["number"])
    #expect(listed["shown_at"] != nil)
    #expect(try run.wallet(["list"]).output.contains("博物馆"))
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
