import Certificates
import Cryptography
import Encoding
import Foundation
import Testing

@Suite("kanhe audit status")
struct AuditStatusTests {
  private let city: CityRun
  private let export: String
  private let actor = ["--as", CityRun.police]

  init() throws {
    city = try CityRun.withCards(2)
    export = city.file("export")
    for card in try city.identifiers() {
      _ = try city.json(["status", "publish"] + actor)
      _ = try city.json(["certificate", "revoke", card, "--state", "revoked"] + actor)
    }
    _ = try city.json(["status", "publish"] + actor)
    _ = try city.json(["registry", "trust"])
    _ = try city.json(["ledger", "export", export])
  }

  private func audit(_ tokens: [String] = []) throws -> Run {
    try Run(
      ["audit", "status"] + tokens + [
        "--from", export, "--root", city.directory + "/public/root.pem", "--format", "json",
      ])
  }

  /// The files of the export below a folder with a suffix, sorted.
  private func files(_ suffix: String) throws -> [String] {
    let all = FileManager.default.enumerator(atPath: export + "/status")?.allObjects ?? []
    return all.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }.sorted()
      .map { "\(export)/status/\($0)" }
  }

  @Test("every token that was ever in force is in a publication, told which")
  func story() throws {
    let tokens = try files(".jwt")
    #expect(tokens.count == 3)
    let run = try audit(tokens)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    let answer = try run.json()
    #expect(answer["verdict"] == "yes" && answer["counts"]?["passed"] == 3)
    #expect(answer["rounds"]?.arrayValue?.compactMap { $0["sequence"]?.integerValue } == [1, 2, 3])
    let found = answer["tokens"]?.arrayValue ?? []
    #expect(Set(found.compactMap { $0["sequence"]?.integerValue }) == [1, 2, 3])
    #expect(
      found.allSatisfy { $0["result"] == "passed" && $0["department"] == .string(CityRun.police) })
    let registry = try city.run(["audit", "status", "--format", "json"])
    #expect(registry.status == 0, "\(registry.errors)")
    #expect(try audit([export + "/trust.jwt"]).status == 2)
    #expect(try audit([export + "/none.jwt"]).status == 2)
  }

  /// A token as somebody else would make it: other members or another signature.
  private func changed(_ path: String, _ name: String, _ change: (inout [Substring]) throws -> Void)
    throws -> String
  {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var parts = text.split(separator: ".")
    try change(&parts)
    try city.write(name, parts.joined(separator: "."))
    return city.file(name)
  }

  @Test("a token that is newer, the twin of one, or a stranger's accuses nobody")
  func accusesNobody() throws {
    let list = try #require(try files("1.jwt").first { !$0.contains("/1/") })
    let own = city.directory + "/public" + list.dropFirst(export.count)
    // Newer than the export.
    _ = try city.json(["status", "publish", "--all"] + actor)
    let shown = city.file("shown.jwt")
    try FileManager.default.copyItem(atPath: own, toPath: shown)
    // Nothing was published since, as far as this export goes.
    let older = try audit([shown])
    #expect(older.status == 2, "\(older.output)")
    #expect(try older.json()["tokens"]?.arrayValue?.first?["code"] == "status_not_covered")
    _ = try city.json(["ledger", "export", export, "--incremental"])
    #expect(try audit([shown]).status == 0)
    // Its twin stands for it; what somebody else made of it accuses nobody.
    let twin = try changed(shown, "twin.jwt") { parts in
      let signature = try Base64URL.decode(parts[2])
      let other = try #require(P256PublicKey.twin(of: signature))
      parts[2] = Base64URL.encode(other)[...]
    }
    #expect(try audit([twin]).status == 0)
    let forged = try changed(shown, "forged.jwt") { parts in
      var payload = try #require(
        try JSONValue(parsing: try Base64URL.decode(parts[1])).objectValue)
      payload["iat"] = .integer((payload["iat"]?.integerValue ?? 0) + 5)
      parts[1] = Base64URL.encode(JSONValue.object(payload).canonicalBytes())[...]
    }
    let accused = try audit([forged])
    #expect(accused.status == 2, "\(accused.output)")
    let token = try accused.json()["tokens"]?.arrayValue?.first
    #expect(token?["code"] == "status_foreign" && token?["result"] == "not_shown")
    #expect(try accused.json()["faults"] == nil)
  }

  /// The token that is in force of a department's only list.
  private func current(of department: String) throws -> String {
    try #require(
      try files("1.jwt").first { $0.contains("/\(department)/") && !$0.contains("/1/") })
  }

  /// A token like another, a second younger, that the department sealed and did not publish.
  private func sealed(
    like path: String, by department: String, to name: String, uri: String? = nil
  ) throws -> String {
    let token = try StatusToken(
      parsing: try BoundedFile.read(path: path, maximumBytes: 1 << 20))
    let identities = try token.token.identities.map { try Identity(der: $0) }
    let key = try PrivateKeyFile.openP256(
      try BoundedFile.read(
        path: "\(city.directory)/keys/\(department)/\(identities[0].keyID).key",
        maximumBytes: 1 << 16),
      passphrase: SecretBytes(copying: Array("department words".utf8)), minimumCost: .test)
    let sealed = try StatusToken.sign(
      token.list, uri: uri ?? token.uri, issuedAt: token.issuedAt + 1, identities: identities,
      key: key)
    try city.write(name, String(decoding: sealed, as: UTF8.self))
    // Tokens of one second are dated ahead: what is published from now on is younger.
    while Timestamp.now().seconds <= token.issuedAt + 1 { Thread.sleep(forTimeInterval: 0.1) }
    return city.file(name)
  }

  @Test("what a department sealed on the side is found")
  func onTheSide() throws {
    let side = try sealed(
      like: try current(of: CityRun.police), by: CityRun.police, to: "side.jwt")
    _ = try city.json(["status", "publish", "--all"] + actor)
    _ = try city.json(["ledger", "export", export, "--incremental"])
    let run = try audit([side])
    #expect(run.status == 1, "\(run.output) \(run.errors)")
    #expect(try run.json()["faults"]?.arrayValue?.first?["code"] == "status-unpublished")
    #expect(try run.json()["tokens"]?.arrayValue?.first?["result"] == "failed")
    // A round's file that is missing leaves it open, of that time and department.
    let last = try #require(try files("rounds/4.txt").first)
    try FileManager.default.removeItem(atPath: last)
    let open = try audit([side])
    #expect(open.status == 2)
    #expect(
      try open.json()["tokens"]?.arrayValue?.first?["code"] == "status_missing_round")
  }

  @Test("each department has rounds of its own; one that is retired is not accused of silence")
  func departments() throws {
    try city.prepareMarriages()
    let issued = try city.issueMarriage()
    try #require(issued.status == 0, "\(issued.output) \(issued.errors)")
    _ = try city.json(["status", "publish", "--as", CityRun.civil])
    _ = try city.json(["ledger", "export", export, "--incremental"])
    let token = try current(of: CityRun.civil)
    let side = try sealed(like: token, by: CityRun.civil, to: "civil.jwt")
    _ = try city.json(["department", "retire", "--code", CityRun.civil])
    // Another department's round says nothing about civil affairs' tokens.
    _ = try city.json(["status", "publish", "--all"] + actor)
    _ = try city.json(["registry", "trust"])
    _ = try city.json(["ledger", "export", export, "--incremental"])
    let run = try audit([token, side, try current(of: CityRun.police)])
    #expect(run.status == 2, "\(run.output) \(run.errors)")
    let answer = try run.json()
    #expect(answer["faults"] == nil && answer["counts"]?["passed"] == 5, "\(answer)")
    let rounds = (answer["rounds"]?.arrayValue ?? []).map {
      "\($0["department"]?.stringValue ?? "") \($0["sequence"]?.integerValue ?? 0)"
    }
    #expect(rounds.contains("\(CityRun.civil) 1") && rounds.contains("\(CityRun.police) 4"))
    let found = answer["tokens"]?.arrayValue ?? []
    #expect(found.map { $0["result"] } == ["passed", "not_shown", "passed"], "\(found)")
    #expect(found.first?["department"]?.stringValue == CityRun.civil)
    #expect(found[1]["code"] == "status_not_covered")
    // The other department's file in its place is a fault.
    let own = "\(export)/status/\(CityRun.civil)/rounds/1.txt"
    try FileManager.default.removeItem(atPath: own)
    try FileManager.default.copyItem(
      atPath: "\(export)/status/\(CityRun.police)/rounds/1.txt", toPath: own)
    let swapped = try audit()
    #expect(swapped.status == 1, "\(swapped.output)")
    #expect(try swapped.json()["faults"]?.arrayValue?.count == 1)
  }

  @Test("what was hidden before a department was retired is found by its successor's rounds")
  func successor() throws {
    try city.prepareMarriages()
    let side = try sealed(
      like: try current(of: CityRun.police), by: CityRun.police, to: "side.jwt")
    _ = try city.json([
      "department", "retire", "--code", CityRun.police, "--successor", CityRun.civil,
    ])
    _ = try city.json(["status", "publish", "--all", "--as", CityRun.civil])
    _ = try city.json(["registry", "trust"])
    _ = try city.json(["ledger", "export", export, "--incremental"])
    let run = try audit([side])
    #expect(run.status == 1, "\(run.output) \(run.errors)")
    #expect(try run.json()["faults"]?.arrayValue?.first?["code"] == "status-unpublished")
  }

  @Test("what a thief may have sealed, or another name, accuses nobody")
  func thief() throws {
    let own = try current(of: CityRun.police)
    let side = try sealed(like: own, by: CityRun.police, to: "side.jwt")
    let token = try StatusToken(parsing: try BoundedFile.read(path: own, maximumBytes: 1 << 20))
    let elsewhere = try sealed(
      like: own, by: CityRun.police, to: "elsewhere.jwt",
      uri: token.uri.replacing("zs.example", with: "evil.example"))
    _ = try city.json(["status", "publish", "--all"] + actor)
    _ = try city.json(["ledger", "export", export, "--incremental"])
    #expect(try audit([side]).status == 1)
    let other = try audit([elsewhere])
    #expect(
      try other.status == 2 && other.json()["tokens"]?.arrayValue?[0]["code"] == "status_foreign")
    let seal = SHA256.hash(token.token.identities[0]).base64url
    _ = try city.json([
      "department", "revoke", "--code", CityRun.police, "--identity", seal, "--since",
      "\(Timestamp(seconds: token.issuedAt))",
    ])
    _ = try city.json(["registry", "trust"])
    _ = try city.json(["ledger", "export", export, "--incremental"])
    let open = try audit([side])
    #expect(open.status == 2, "\(open.output)")
    #expect(try open.json()["tokens"]?.arrayValue?.first?["code"] == "identity_compromised")
  }

  @Test("under another root nothing is judged, and no token accused")
  func otherRoot() throws {
    let other = try CityRun()
    let run = try Run(
      ["audit", "status"] + (try files(".jwt")) + [
        "--from", export, "--root", other.directory + "/public/root.pem", "--format", "json",
      ])
    #expect(run.status == 1)
    let codes = (try run.json()["faults"]?.arrayValue ?? []).compactMap { $0["code"]?.stringValue }
    #expect(codes == ["other-root"])
  }

  @Test("a file that was changed is a fault, one that is missing leaves it open")
  func files() throws {
    let path = try #require(try files("rounds/2.txt").first)
    let saved = try Data(contentsOf: URL(fileURLWithPath: path))
    let text = String(decoding: saved, as: UTF8.self)
    let tokens = try files(".jwt")
    for changed in ["", text + text, String(text.dropLast()), text.uppercased(), "x\n"] {
      try Data(changed.utf8).write(to: URL(fileURLWithPath: path))
      let run = try audit(tokens)
      #expect(run.status == 1, "\(changed): \(run.output)")
      #expect(try run.json()["faults"]?.arrayValue?.first?["code"] == "status-round")
    }
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(try audit(tokens).status == 1)
    try FileManager.default.removeItem(atPath: path)
    let run = try audit(tokens)
    #expect(run.status == 2, "\(run.output)")
    let answer = try run.json()
    #expect(answer["verdict"] == "cannot_tell" && answer["counts"]?["not_shown"] == 1)
    let results = (answer["tokens"]?.arrayValue ?? []).compactMap { $0["result"]?.stringValue }
    #expect(results.sorted() == ["not_shown", "passed", "passed"])
    #expect(answer["faults"] == nil, "\(answer)")
  }
}
