import Encoding
import Foundation
import Testing

/// What the rules refuse in sharing, what is seen before anything is signed, and what stays of it.
@Suite("In a share")
struct ShareRefusalTests {
  private let sharing: SharingCity

  init() throws { sharing = try SharingCity() }

  private var city: CityRun { sharing.city }

  private func release(_ request: Int64, _ more: [String] = []) throws -> Run {
    try sharing.share(
      ["release", "\(request)", "--out", city.file("outbox")] + more, as: CityRun.police)
  }

  private func refuse(_ request: Int64, as code: String = CityRun.police) throws -> Run {
    try sharing.share(["refuse", "\(request)", "--reason", "not-needed"], as: code)
  }

  @Test("a claim outside the duty, another duty's law and an unknown purpose are refused")
  func duties() throws {
    let tries: [(String, String, [String])] = [
      ("duty_claims", "outside the duty: address: ", ["--claims", "holders,address"]),
      (
        "duty_unknown", "under \(SharingCity.citation) only: ",
        ["--citation", "《市场主体登记管理条例》", "--claims", "holders"]
      ),
      (
        "duty_unknown", "no duty for curiosity: ",
        ["--purpose", "curiosity", "--citation", SharingCity.citation, "--claims", "holders"]
      ),
      ("share_claims", "asked for twice: sex", ["--claims", "sex,sex"]),
      ("share_provider", "\(CityRun.civil) is the requester itself", ["--to", CityRun.civil]),
      (
        "share_provider",
        "\(CityRun.code) was asked, and does not issue the type: ask "
          + CityRun.police, ["--to", CityRun.code]
      ),
      ("answer_time", "is over already", ["--answer-by", "2020-01-01"]),
      ("answer_time", "more than 366 days away", ["--answer-by", "2099-01-01"]),
    ]
    let size = try sharing.size()
    for (code, text, more) in tries {
      let run = try sharing.request(0, more)
      #expect(try sharing.refusal(run) == code)
      let refused = try #require(try run.json()["refused"]?.arrayValue?.first)
      #expect(refused["codes"]?.arrayValue?.isEmpty == false)
      #expect(refused["message"]?.stringValue?.contains(text) == true, "\(refused)")
    }
    #expect(try sharing.size() == size)
    // The registrar's next act enters what waited.
    try sharing.add("11440300KH0002097Y", "深圳市人力资源和社会保障局")
    let list = try city.json(["ledger", "list", "--kind", "act.refused"])
    #expect(list["entries"]?.arrayValue?.count == tries.count)
    try sharing.expectSound()
  }

  @Test("what does not follow from the law is asked for, and nothing is signed")
  func open() throws {
    let run = try sharing.request(0, ["--purpose", "curiosity"])
    #expect(run.status == 1)
    #expect(try run.error()["code"] == "invalid_request")
    #expect(try run.error()["message"]?.stringValue?.contains("marriage-registration") == true)
    try sharing.add("11440300KH0002097Y", "深圳市人力资源和社会保障局")
    let list = try city.json(["ledger", "list", "--kind", "act.refused"])
    #expect(list["entries"]?.arrayValue?.isEmpty == true)
  }

  @Test("a suspended or ended certificate, or none, stays unreleased and open")
  func unavailable() throws {
    let cards = try city.identifiers()
    let requests = [
      try sharing.asked(0), try sharing.asked(1), try sharing.asked(2),
    ]
    let states = try requests.prefix(2).map { request -> String in
      let holder = try #require(try sharing.show(request)["holder_code"]?.stringValue)
      try city.write("holder.json", "{\"code\":\"\(holder)\",\"code_type\":\"111\"}")
      let found = try city.identifiers(["--holder", city.file("holder.json")])
      return try #require(found.first)
    }
    #expect(Set(states) == Set(cards))
    _ = try city.json(["certificate", "suspend", states[0], "--as", CityRun.police])
    _ = try city.json([
      "certificate", "revoke", states[1], "--state", "revoked", "--as", CityRun.police,
    ])
    let size = try sharing.size()
    for (request, code) in zip(requests, ["suspended", "ended", "none"]) {
      #expect(try sharing.refusal(try release(request)) == code)
      #expect(try sharing.state(request) == "open")
    }
    #expect(try sharing.size() == size)
    // All at once: each with its own reason, and what can be released is left.
    _ = try city.json(["certificate", "reinstate", states[0], "--as", CityRun.police])
    let run = try sharing.share(["refuse", "--open"], as: CityRun.police)
    #expect(run.status == 0)
    #expect(try run.json()["done_rows"] == 2)
    #expect(try sharing.state(requests[0]) == "open")
    let history = try #require(try sharing.show(requests[2])["history"]?.arrayValue)
    #expect(history.last?["reason"] == "none")
    #expect(try release(requests[0]).status == 0)
    try sharing.expectSound()
  }

  @Test("no answer follows an answer; show tells what was refused and why")
  func answers() throws {
    let first = try sharing.asked(0)
    #expect(try refuse(first).status == 0)
    #expect(try refuse(first).json()["already_rows"] == 1)
    #expect(try sharing.refusal(try release(first)) == "request_answered")
    let refused = try #require(try sharing.show(first)["refused_acts"]?.arrayValue)
    #expect(refused.count == 1 && refused[0]["kind"] == "share.released")
    #expect(refused[0]["codes"] == ["request-answered"])
    #expect(refused[0]["texts"]?.arrayValue?.first?.stringValue?.contains("answered") == true)
    // Without a certificate no second answer can be signed.
    let size = try sharing.size()
    let none = try sharing.asked(7)
    #expect(try refuse(none).status == 0)
    let later = try release(none)
    #expect(try sharing.refusal(later) == "request_answered")
    #expect(try later.json()["refused"]?.arrayValue?.first?["codes"] == nil)
    #expect(try sharing.show(none)["refused_acts"] == [] && sharing.size() == size + 2)
    let second = try sharing.asked(1)
    _ = try sharing.released(second)
    #expect(try sharing.refusal(try refuse(second)) == "request_answered")
    // After a no the same may be asked again; after a yes the request stands.
    #expect(try sharing.asked(0) > second)
    #expect(try sharing.request(1).json()["already_rows"] == 1)
    try sharing.expectSound()
  }

  @Test("another person's certificate, or one of another department's answer, is refused")
  func others() throws {
    let request = try sharing.asked(0)
    try city.write(
      "holder.json", "{\"code\":\"\(CityRun.citizenCode(1))\",\"code_type\":\"111\"}")
    let foreign = try #require(
      try city.identifiers(["--holder", city.file("holder.json")]).first)
    #expect(
      try sharing.refusal(try release(request, ["--certificate", foreign])) == "share_certificate")
    let refusing = try refuse(request, as: CityRun.civil)
    #expect(try sharing.refusal(refusing) == "signer_role")
    #expect(refusing.output.contains("\(CityRun.police) was asked: only it"))
    let run = try sharing.share(
      ["release", "\(request)", "--out", city.file("outbox")], as: CityRun.civil)
    #expect(try sharing.refusal(run) == "signer_role")
    #expect(!FileManager.default.fileExists(atPath: city.file("outbox")))
    // One that the request names must name the person, too.
    let file = try sharing.person(0, case: "9", ",\"certificate\":\"\(foreign)\"")
    let stranger = try sharing.request(0, file: file)
    #expect(try sharing.refusal(stranger) == "share_certificate")
    // Which of the two it is would tell whether an identifier is the person's.
    #expect(stranger.output.contains("of another type, issuer or person"))
    // Without a duty not even that is told: whoever asks could try identifiers out on persons.
    let without = try sharing.request(
      0, ["--purpose", "nothing", "--citation", "none", "--claims", "sex"], file: file)
    #expect(try sharing.refusal(without) == "duty_unknown")
    #expect(!without.output.contains("share-certificate"), "\(without.output)")
    try sharing.expectSound()
  }

  @Test("bytes, receipts and departments that do not belong together are refused unopened")
  func swapped() throws {
    let (first, second) = (try sharing.asked(0), try sharing.asked(1))
    let releases = [try sharing.released(first), try sharing.released(second)]
    func file(_ index: Int, _ suffix: String) -> URL {
      URL(fileURLWithPath: city.file("outbox/\(releases[index]).\(suffix)"))
    }
    let good = try Data(contentsOf: file(0, "p7m"))
    try Data(contentsOf: file(1, "p7m")).write(to: file(0, "p7m"))
    #expect(try sharing.refusal(try sharing.acknowledge(releases[0])) == "enclosed")
    var bytes = good
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: file(0, "p7m"))
    #expect(try sharing.refusal(try sharing.acknowledge(releases[0])) == "enclosed")
    try good.write(to: file(0, "p7m"))
    #expect(
      try sharing.refusal(try sharing.acknowledge(releases[0], as: CityRun.police))
        == "signer_role")
    let receipt = try String(contentsOf: file(0, "receipt.json"), encoding: .utf8)
    try Data(receipt.dropLast(200).utf8).write(to: file(0, "receipt.json"))
    #expect(try sharing.refusal(try sharing.acknowledge(releases[0])) == "malformed_receipt")
    try Data(receipt.utf8).write(to: file(0, "receipt.json"))
    #expect(try sharing.state(first) == "released")
    #expect(!FileManager.default.fileExists(atPath: city.file("inbox")))
    #expect(try sharing.acknowledge(releases[0]).status == 0)
    try FileManager.default.removeItem(at: file(1, "receipt.json"))
    #expect(try sharing.refusal(try sharing.acknowledge(releases[1])) == "no_receipt")
    try sharing.expectSound()
  }

  @Test("what cannot be opened or kept is refused by itself, and the rest of the folder is taken")
  func stray() throws {
    let releases = try (0..<2).map { try sharing.released(try sharing.asked($0)) }
    let outbox = city.file("outbox")
    try Data("stray".utf8).write(to: URL(fileURLWithPath: outbox + "/1.p7m"))
    // Something else has the name of what comes out of the second.
    let taken = outbox + "/\(releases[1]).p7s"
    try Data("mine".utf8).write(to: URL(fileURLWithPath: taken))
    let arguments = ["acknowledge", outbox, outbox + "/none.p7m", "--out", outbox]
    let run = try sharing.share(arguments, as: CityRun.civil)
    #expect(run.status == 1, "\(run.errors)")
    let result = try run.json()
    let refused = try #require(result["refused"]?.arrayValue)
    #expect(
      refused.map { $0["code"]?.stringValue } == ["no_receipt", "file_exists", "unreadable"])
    #expect(refused[0]["file"] == .string(outbox + "/1.p7m"))
    #expect(result["acknowledged"]?.arrayValue?.first?["release"] != nil)
    #expect(try sharing.state(releases[0]) == "acknowledged")
    #expect(try sharing.state(releases[1]) == "released")
    #expect(try String(contentsOfFile: taken, encoding: .utf8) == "mine")
    try FileManager.default.removeItem(atPath: taken)
    // A key that is elsewhere hinders only what it opens.
    let key = try openKey()
    try FileManager.default.moveItem(atPath: key, toPath: key + ".away")
    let locked = try sharing.acknowledge(releases[1])
    #expect(try sharing.refusal(locked) == "key")
    try FileManager.default.moveItem(atPath: key + ".away", toPath: key)
    #expect(try sharing.share(arguments, as: CityRun.civil).status == 1)
    #expect(try sharing.state(releases[1]) == "acknowledged")
    try sharing.expectSound()
  }

  @Test("what lies damaged in the folder of what was taken is not called taken again")
  func damaged() throws {
    let release = try sharing.released(try sharing.asked(0))
    #expect(try sharing.acknowledge(release).status == 0)
    let signed = URL(fileURLWithPath: city.file("inbox/\(release).p7s"))
    let good = try Data(contentsOf: signed)
    try good.dropLast(1).write(to: signed)
    #expect(try sharing.refusal(try sharing.acknowledge(release)) == "file_exists")
    try FileManager.default.removeItem(at: signed)
    #expect(try sharing.acknowledge(release).json()["already_rows"] == 1)
    #expect(try Data(contentsOf: signed) == good)
  }

  private func openKey() throws -> String {
    let department = try city.json(["department", "show", CityRun.civil])
    let open = try #require(
      department["identities"]?.arrayValue?.first { $0["use"] == "open" }?["id"]?.stringValue)
    return city.directory + "/keys/\(CityRun.civil)/\(open).key"
  }

  @Test("a dispute needs an acknowledged release and a claim of it; one is open at a time")
  func disputes() throws {
    let release = try sharing.released(try sharing.asked(0))
    try city.write("why.txt", "moved")
    func dispute(_ claim: String, as code: String = CityRun.civil) throws -> Run {
      try sharing.share(
        ["dispute", "\(release)", "--claim", claim, "--reason-file", city.file("why.txt")],
        as: code)
    }
    #expect(try sharing.refusal(try dispute("sex")) == "release_unacknowledged")
    #expect(try sharing.acknowledge(release).status == 0)
    #expect(try sharing.refusal(try dispute("address")) == "claim")
    #expect(try sharing.refusal(try dispute("sex", as: CityRun.police)) == "signer_role")
    let index = try #require(try sharing.one("disputes", try dispute("sex"))["index"]?.integerValue)
    // The same again was done; another claim is another dispute.
    let repeated = try dispute("sex")
    #expect(repeated.status == 0, "\(repeated.output)")
    #expect(try repeated.json()["already"]?.arrayValue?.first?["index"] == .integer(index))
    #expect(try sharing.refusal(try dispute("birth_date")) == "dispute_open")
    func settle(_ more: [String], as code: String = CityRun.police) throws -> Run {
      try sharing.share(
        ["settle", "\(index)", "--reason-file", city.file("why.txt")] + more, as: code)
    }
    #expect(
      try sharing.refusal(try settle(["--outcome", "upheld"], as: CityRun.civil)) == "signer_role")
    let card = try sharing.card(0)
    #expect(try settle(["--outcome", "upheld", "--successor", card]).status == 64)
    #expect(try settle(["--outcome", "corrected"]).status == 64)
    // Neither the certificate itself nor another person's takes its place.
    for other in [card, try sharing.card(1)] {
      #expect(
        try sharing.refusal(try settle(["--outcome", "corrected", "--successor", other]))
          == "successor")
    }
    let next = try sharing.replaced(card)
    #expect(try settle(["--outcome", "corrected", "--successor", next]).status == 0)
    #expect(
      try settle(["--outcome", "corrected", "--successor", next]).json()["already_rows"] == 1)
    #expect(try sharing.refusal(try settle(["--outcome", "upheld"])) == "dispute_settled")
    #expect(try dispute("birth_date").status == 0)
    try sharing.expectSound()
  }
}
