import Encoding
import Foundation
import Testing

/// What a clerk reads, who knows no code of ours.
@Suite("kanhe verify in words")
struct VerifyWordsTests {
  private static let evidence = ["trust.jwt", "status.jwt", "type.json"]

  @Test("what cannot be read is told in words; codes stand in JSON, in snake_case")
  func broken() throws {
    let files = try EvidenceFiles()
    let delivery = files.text("delivery")
    let indented = delivery.replacingOccurrences(of: "{\"", with: "{\n  \"")
    let changed = delivery.replacingOccurrences(of: "\"entry\":\"", with: "\"entry\":\"A")
    for (name, text) in [
      ("indented.json", indented), ("changed.json", changed),
      ("cut.json", String(delivery.prefix(600))), ("receipt.json", files.text("receipt") + " "),
      ("bundle.json", String(files.text("bundle").dropLast(9))),
      ("proof.txt", "c2sp.org/tlog-proof@v1\nx"), ("type.json", "{\"schema\": 1}"),
      ("token.jwt", "eyJhbGciOiJFUzI1NiJ9.e30.AA"), ("pem.txt", "-----BEGIN CERTIFICATE-----\n"),
      ("number.json", "{\"copy\":1}"),
    ] {
      try files.write(name, text)
      let run = try files.verify([name])
      #expect(run.status == 1 || run.status == 2)
      let lines = run.output.split(separator: "\n").dropFirst().joined(separator: "\n")
      let code = try Regex("[a-z]+[A-Z][A-Za-z]*:")
      #expect(lines.firstMatch(of: code) == nil, "\(name): \(lines)")
      let found = try EvidenceFiles.check(
        try files.verify([name], ["--format", "json"]), "format")?["code"]?.stringValue
      #expect(found == found?.lowercased() && found != nil, "\(name)")
    }
    try files.write("indented.json", indented)
    let run = try files.verify(["indented.json"] + Self.evidence)
    #expect(
      run.output.contains("  failed     format     the file is not canonical JSON"), "\(run.output)"
    )
  }

  @Test("another registry's root is told once; what depends on it refers to it")
  func foreignRoot() throws {
    let files = try EvidenceFiles()
    let city = try CityRun()
    let root = city.directory + "/public/root.pem"
    let arguments = ["delivery.json"] + Self.evidence
    let given = try files.verify(["delivery.json"], ["--root", root], root: false)
    #expect(given.status == 1)
    let sentence = "root given did not issue this registry's identities"
    #expect(given.output.components(separatedBy: sentence).count == 2, "\(given.output)")
    let whole = try files.verify(
      arguments, ["--root", root, "--format", "json"], root: false)
    #expect(whole.status == 1)
    // As words: the letters may stand in a digest. A root made today is younger than the example.
    let words = whole.output.replacing("x5c: root: it was not valid yet", with: "")
    #expect(!words.contains("pinned") && !words.contains(/\bx5c\b/))
    for name in ["trust", "status", "ledger", "receipt"] {
      let check = try EvidenceFiles.check(whole, name)
      #expect(check?["code"] == "foreign_root", "\(name)")
      #expect(check?["text"] == "not believed: the issuer failed", "\(name)")
    }
    // A receipt has no check of the issuer: the first that fails says it.
    let receipt = try files.verify(
      ["receipt.json", "trust.jwt"], ["--root", root], root: false)
    #expect(receipt.output.components(separatedBy: sentence).count == 3, "\(receipt.output)")
    #expect(receipt.output.contains("receipt    not believed: the ledger failed"))
    let two = try files.verify(
      ["delivery.json"], ["--root", root, "--root", root], root: false)
    #expect(two.output.contains("none of the roots given issued"))
    let pin = try Run(
      ["trust", "pin", root], environment: ["KANHE_TRUST": files.path("trust")])
    #expect(pin.status == 0, "\(pin.errors)")
    let pinned = try files.verify(arguments, root: false)
    #expect(pinned.output.contains("the pinned root did not issue this registry's identities"))
    // The right root, and a trust list of another registry.
    _ = try city.json(["registry", "trust"])
    let list = city.directory + "/public/trust.jwt"
    let other = try files.verify(["delivery.json", list])
    #expect(other.output.contains("the identities of the evidence; it is another registry's"))
    #expect(other.output.contains("not believed: the trust failed"))
  }

  @Test("of several pinned roots each vouches for its own host, and the answer says which did")
  func hosts() throws {
    let files = try EvidenceFiles()
    let city = try CityRun()
    _ = try city.json(["registry", "trust"])
    let environment = ["KANHE_TRUST": files.path("trust")]
    let other = [
      "trust", "pin", city.directory + "/public/root.pem", "--list",
      city.directory + "/public/trust.jwt",
    ]
    let first = try Run(
      ["trust", "pin", files.path("root.der"), "--format", "json"], environment: environment)
    let file = try #require(
      try first.json()["pinned"]?.arrayValue?.first?["file"]?.stringValue)
    let alone = try files.verify(["bundle.json"], root: false)
    #expect(alone.status == 0 && !alone.output.contains("under the root"), "\(alone.output)")
    // Its host is not known, so no second root may stand beside it.
    let refused = try Run(other, environment: environment)
    #expect(refused.status == 1 && refused.errors.contains("is not known"), "\(refused.errors)")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    func pin(host: String?) throws {
      let member = host.map { "{\"host\":\"\($0)\"," } ?? "{"
      try text.replacingOccurrences(of: "{", with: member)
        .write(toFile: file, atomically: true, encoding: .utf8)
    }
    try pin(host: "other.example")
    #expect(try Run(other, environment: environment).status == 0)
    let foreign = try files.verify(["bundle.json"], ["--format", "json"], root: false)
    #expect(foreign.status == 1)
    #expect(try EvidenceFiles.check(foreign, "issuer")?["code"] == "foreign_host")
    try pin(host: "registry.example")
    let own = try files.verify(["bundle.json"], root: false)
    #expect(own.status == 0)
    #expect(own.output.contains("\n  under the root "), "\(own.output)")
    #expect(own.output.contains(", host registry.example\n"), "\(own.output)")
    try pin(host: nil)
    let unknown = try files.verify(["bundle.json"], root: false)
    #expect(unknown.status == 2 && unknown.errors.contains("is not known"), "\(unknown.errors)")
  }

  @Test("a pinned registry does not move to another host unnoticed")
  func movedHost() throws {
    let city = try CityRun()
    _ = try city.json(["registry", "trust"])
    let pin = [
      "trust", "pin", city.directory + "/public/root.pem", "--list",
      city.directory + "/public/trust.jwt",
    ]
    func run(_ more: [String] = []) throws -> Run {
      try Run(pin + more, environment: ["KANHE_TRUST": city.file("trust")])
    }
    let first = try run(["--format", "json"])
    let file = try #require(
      try first.json()["pinned"]?.arrayValue?.first?["file"]?.stringValue)
    try String(contentsOfFile: file, encoding: .utf8)
      .replacingOccurrences(of: "zs.example", with: "old.example")
      .write(toFile: file, atomically: true, encoding: .utf8)
    let moved = try run()
    #expect(moved.status == 1 && moved.errors.contains("old.example"), "\(moved.errors)")
    let forced = try run(["--force"])
    #expect(forced.status == 0 && forced.output.contains("host zs.example"), "\(forced.output)")
  }

  @Test("what cannot be told for want of evidence says where evidence is")
  func missing() throws {
    let files = try EvidenceFiles()
    let run = try files.verify(["delivery.json"])
    #expect(run.status == 2)
    #expect(run.output.contains("no trust list given; add the registry's trust.jwt"))
    #expect(run.errors.contains("--evidence DIR"), "\(run.errors)")
    #expect(try files.verify(["delivery.json"], ["--quiet"]).errors == "")
    #expect(try files.verify(["delivery.json"], ["--format", "json"]).errors == "")
    let accepted = try files.verify(
      ["delivery.json", "trust.jwt", "type.json"], ["--accept-missing", "status"])
    #expect(accepted.errors == "")
    #expect(try files.verify(["delivery.json"] + Self.evidence).errors == "")
  }
}
