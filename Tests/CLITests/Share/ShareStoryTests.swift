import Encoding
import Foundation
import Testing

/// One department takes another's data, from the request to the decision.
@Suite("A share")
struct ShareStoryTests {
  private let sharing: SharingCity

  init() throws { sharing = try SharingCity() }

  private var city: CityRun { sharing.city }

  @Test("goes from request to decision, each step an entry, and an audit agrees")
  func story() throws {
    let asked = try sharing.one("requests", try sharing.request(0))
    let request = try #require(asked["index"]?.integerValue)
    let name = try #require(asked["request"]?.stringValue)
    #expect(name.hasPrefix(CityRun.civil + "/"))
    let desk = try city.json([
      "share", "list", "--incoming", "--open", "--as", CityRun.police, "--purpose",
      SharingCity.purpose, "--mode", "duty", "--type", SharingCity.type,
    ])
    let waiting = try #require(desk["requests"]?.arrayValue)
    #expect(waiting.count == 1 && waiting[0]["request"] == .string(name))
    #expect(waiting[0]["claims"] == ["holders", "birth_date", "sex"])
    #expect(waiting[0]["citation"] == .string(SharingCity.citation))

    // Named by its event here, by its entry elsewhere.
    let run = try sharing.share(
      ["release", name, "--out", city.file("outbox")], as: CityRun.police)
    let released = try sharing.one("releases", run)
    let release = try #require(released["index"]?.integerValue)
    #expect(released["file"] == .string(city.file("outbox/\(release).p7m")))
    #expect(try mode(city.file("outbox/\(release).p7m")) == 0o600)
    #expect(try sharing.state(request) == "released")

    let taken = try sharing.one("acknowledged", try sharing.acknowledge(release))
    #expect(taken["release"] == released["release"] && taken["request"] == .string(name))
    let copy = try #require(taken["file"]?.stringValue)
    #expect(try mode(copy) == 0o600 && mode(city.file("inbox/\(release).p7s")) == 0o600)
    try expectVerified(copy)
    // Given again it does no harm.
    let again = try sharing.acknowledge(release)
    #expect(again.status == 0)
    #expect(try again.json()["already_rows"] == 1 && again.json()["done_rows"] == 0)

    try city.write("why.txt", "moved\n")
    let why = city.file("why.txt")
    let disputed = try sharing.one(
      "disputes",
      try sharing.share(
        ["dispute", "\(release)", "--claim", "sex", "--reason-file", why], as: CityRun.civil))
    let dispute = try #require(disputed["dispute"]?.stringValue)
    _ = try sharing.one(
      "settlements",
      try sharing.share(
        ["settle", dispute, "--outcome", "upheld", "--reason-file", why], as: CityRun.police))
    _ = try sharing.one(
      "decisions",
      try sharing.share(["decide", name, "--outcome", "granted"], as: CityRun.civil))

    let shown = try sharing.show(release)
    #expect(shown["decisions"]?.arrayValue?.map { $0["outcome"]?.stringValue } == ["granted"])
    #expect(shown["state"] == "settled" && shown["case"] == "2026-0" && shown["officer"] == "8817")
    #expect(shown["holder_code"] == .string(CityRun.citizenCode(0)))
    #expect(
      shown["history"]?.arrayValue?.map { $0["kind"]?.stringValue } == [
        "share.requested", "share.released", "share.acknowledged", "share.disputed",
        "share.settled",
      ])
    try sharing.expectSound()
  }

  /// The copy verifies as any other, and shows the claims asked for and no other.
  private func expectVerified(_ copy: String) throws {
    _ = try city.json(["status", "publish", "--as", CityRun.police])
    _ = try city.json(["registry", "trust"])
    let run = try Run([
      "verify", copy, "--evidence", city.directory + "/public", "--root",
      city.directory + "/public/root.pem", "--accept-missing", "ledger", "--format", "json",
    ])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    let claims = try run.json()["files"]?.arrayValue?.first?["certificate"]?["claims"]?.objectValue
    #expect(claims?.names.sorted() == ["birth_date", "holders", "sex"])
  }

  private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
  }

  @Test("is opened and verified with openssl alone")
  func openssl() throws {
    let release = try sharing.released(try sharing.asked(1))
    let department = try city.json(["department", "show", CityRun.civil])
    let identities = try #require(department["identities"]?.arrayValue)
    let open = try #require(
      identities.first { $0["use"] == "open" }?["id"]?.stringValue, "\(department)")
    let key = city.directory + "/keys/\(CityRun.civil)/\(open)"
    let script = """
      openssl cms -decrypt -inform DER -in outbox/\(release).p7m -recip \(key).pem \
        -inkey \(key).key -passin env:KANHE_PASSPHRASE -binary -out m.p7s
      openssl cms -verify -inform DER -in m.p7s -CAfile city/public/root.pem -cades -binary \
        -purpose any -out material.json
      sha256sum outbox/\(release).p7m | cut -c1-64 > digest
      """
    let run = try Run(script: script, in: city.folder, environment: CityRun.passphrases)
    #expect(run.status == 0, "\(run.errors)")
    let material = try JSONValue(
      parsing: try BoundedFile.read(path: city.file("material.json"), maximumBytes: 1 << 20))
    #expect(material["manifest"]?["requester"] == .string(CityRun.civil))
    #expect(material["manifest"]?["claims"] == ["holders", "birth_date", "sex"])
    let digest = try String(contentsOfFile: city.file("digest"), encoding: .utf8).prefix(64)
    let history = try #require(try sharing.show(release)["history"]?.arrayValue)
    let enclosed = try #require(
      history.first { $0["kind"] == "share.released" }?["enclosed"]?.stringValue)
    #expect(Hex.encode(try Base64URL.decode(enclosed)) == digest)
  }

  @Test("of a file keeps the provider's name apart from ours, in the folder of the material too")
  func file() throws {
    let type = String(SharingCity.type.dropLast()) + "F"
    let text = try String(
      contentsOfFile: Run.sample("types/\(SharingCity.type).json"), encoding: .utf8)
    try city.write(
      "type.json",
      text.replacing(SharingCity.type, with: type)
        .replacing("\"kind\": \"certificate\"", with: "\"kind\": \"file\""))
    _ = try city.json(["type", "publish", city.file("type.json")])
    // All bytes there are, and line ends of both kinds: none is changed on the way.
    let content = Data((0..<4_096).map { UInt8(truncatingIfNeeded: $0) } + Array("\r\n\n".utf8))
    try content.write(to: URL(fileURLWithPath: city.file("p7s")))
    let run = try sharing.share(
      [
        "request", "--type", type, "--purpose", SharingCity.purpose, "--officer-role",
        "registrar", "--holder", try sharing.person(0),
      ], as: CityRun.civil)
    let request = try #require(try sharing.one("requests", run)["index"]?.integerValue)
    let outbox = city.file("outbox")
    let answer = try sharing.share(
      ["release", "\(request)", "--file", city.file("p7s"), "--out", outbox], as: CityRun.police)
    let release = try #require(try sharing.one("releases", answer)["index"]?.integerValue)
    let material = URL(fileURLWithPath: "\(outbox)/\(release).p7m")
    let bytes = try Data(contentsOf: material)
    let acknowledged = try sharing.share(
      ["acknowledge", material.path, "--out", outbox], as: CityRun.civil)
    let taken = try sharing.one("acknowledged", acknowledged)
    #expect(taken["file"] == .string("\(outbox)/\(release)-p7s"))
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: "\(outbox)/\(release)-p7s")) == content)
    let signed = try Data(contentsOf: URL(fileURLWithPath: "\(outbox)/\(release).p7s"))
    #expect(signed.first == 0x30 && signed.count > bytes.count / 2)
    #expect(try Data(contentsOf: material) == bytes)
    try sharing.expectSound()
  }

  @Test("is handed out again after a crash, the same bytes, until they are acknowledged")
  func outbox() throws {
    let request = try sharing.asked(0)
    let release = try sharing.released(request)
    let file = URL(fileURLWithPath: city.file("outbox/\(release).p7m"))
    let bytes = try Data(contentsOf: file)
    let size = try sharing.size()
    for arguments in [["\(request)"], ["--open"]] {
      try FileManager.default.removeItem(atPath: city.file("outbox"))
      let run = try sharing.share(
        ["release"] + arguments + ["--out", city.file("outbox")], as: CityRun.police)
      #expect(run.status == 0, "\(run.errors)")
      #expect(try run.json()["already"]?.arrayValue?.first?["index"] == .integer(release))
      #expect(try Data(contentsOf: file) == bytes)
    }
    #expect(try sharing.size() == size)
    #expect(try sharing.acknowledge(release).status == 0)
    try FileManager.default.removeItem(atPath: city.file("outbox"))
    let run = try sharing.share(
      ["release", "\(request)", "--out", city.file("outbox")], as: CityRun.police)
    #expect(run.status == 0)
    #expect(!FileManager.default.fileExists(atPath: file.path))
    try sharing.expectSound()
  }
}
