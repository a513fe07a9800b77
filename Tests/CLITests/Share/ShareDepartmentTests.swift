import Encoding
import Foundation
import Testing

/// Departments that change while shares are under way.
@Suite("Departments in a share")
struct ShareDepartmentTests {
  private let sharing: SharingCity

  init() throws { sharing = try SharingCity() }

  private var city: CityRun { sharing.city }

  private func retireOpen() throws {
    let department = try city.json(["department", "show", CityRun.civil])
    let open = try #require(
      department["identities"]?.arrayValue?
        .first { $0["use"] == "open" && $0["state"] == "active" }?["id"]?.stringValue)
    _ = try city.json([
      "department", "revoke", "--code", CityRun.civil, "--identity", open, "--since",
      ISO8601DateFormatter().string(from: Date()),
    ])
  }

  @Test("without an identity to receive nothing is released; what came before is still opened")
  func receiver() throws {
    let (first, second) = (try sharing.asked(0), try sharing.asked(1))
    let release = try sharing.released(first)
    try retireOpen()
    let run = try sharing.share(
      ["release", "\(second)", "--out", city.file("outbox")], as: CityRun.police)
    #expect(try sharing.refusal(run) == "no_receiver")
    #expect(try sharing.state(second) == "open")
    #expect(try sharing.acknowledge(release).status == 0)
    _ = try city.json([
      "department", "rotate", "--code", CityRun.civil, "--generate",
    ])
    let later = try sharing.released(second)
    #expect(try sharing.acknowledge(later).status == 0)
    try sharing.expectSound()
  }

  @Test("a merged provider's successor answers what was asked before; the requester keeps its own")
  func merged() throws {
    let new = "11440300KH0002097Y"
    try sharing.add(new, "深圳市人力资源和社会保障局")
    let asked = try sharing.asked(0)
    _ = try city.json([
      "department", "retire", "--code", CityRun.police, "--successor", new,
    ])
    let old = try sharing.request(1, ["--to", CityRun.police])
    #expect(try sharing.refusal(old) == "department_retired")
    #expect(old.output.contains("\(CityRun.police) was retired, and \(new) answers for it"))
    // Without --to the successor is asked.
    let next = try sharing.asked(1)
    #expect(try sharing.show(next)["provider"] == .string(new))
    let desk = try city.json(["share", "list", "--incoming", "--open", "--as", new])
    #expect(desk["requests"]?.arrayValue?.count == 2)
    for request in [asked, next] {
      let run = try sharing.share(
        ["release", "\(request)", "--out", city.file("outbox")], as: new)
      let release = try #require(try sharing.one("releases", run)["index"]?.integerValue)
      #expect(try sharing.acknowledge(release).status == 0)
    }
    try sharing.expectSound()
  }

  @Test("a merged requester's cases are decided by its successor, and nothing else of its requests")
  func mergedRequester() throws {
    let (new, other) = ("11440300KH0002097Y", "11440300KH0002169P")
    try sharing.add(new, "深圳市人力资源和社会保障局")
    try sharing.add(other, "深圳市文化广电旅游体育局")
    let (first, second) = (try sharing.asked(0), try sharing.asked(1))
    let release = try sharing.released(first)
    #expect(try sharing.acknowledge(release).status == 0)
    let sent = try sharing.released(second)
    #expect(try orphans() == [first, second])
    func decide(_ request: Int64, as code: String) throws -> Run {
      try sharing.share(["decide", "\(request)", "--outcome", "granted"], as: code)
    }
    // While the department acts nobody decides in its place.
    #expect(try sharing.refusal(try decide(first, as: new)) == "signer_role")
    _ = try city.json(["department", "retire", "--code", CityRun.civil, "--successor", new])
    let stranger = try decide(first, as: other)
    #expect(try sharing.refusal(stranger) == "signer_role")
    #expect(stranger.output.contains("\(CityRun.civil) asked in its case"))
    let list = try city.json(["share", "list", "--as", new])["requests"]?.arrayValue
    #expect(list?.map { $0["index"] } == [.integer(second), .integer(first)])
    _ = try sharing.one("decisions", try decide(first, as: new))
    #expect(try decide(first, as: new).json()["already_rows"] == 1)
    #expect(try orphans() == [second])
    // What was enclosed for the old one is nobody else's.
    #expect(try sharing.refusal(try sharing.acknowledge(sent, as: new)) == "signer_role")
    _ = try sharing.one("decisions", try decide(second, as: new))
    #expect(try orphans() == [])
    try sharing.expectSound()
  }

  @Test("without a successor the registry's own department decides a retired requester's cases")
  func retiredRequester() throws {
    let request = try sharing.asked(0)
    _ = try sharing.released(request)
    _ = try city.json(["department", "retire", "--code", CityRun.civil])
    let run = try sharing.share(
      ["decide", "\(request)", "--outcome", "closed"], as: CityRun.code)
    _ = try sharing.one("decisions", run)
    #expect(try orphans() == [])
    try sharing.expectSound()
  }

  /// The requests after which nothing was decided, as an audit with all openings tells them.
  private func orphans() throws -> [Int64] {
    let report = try city.json(["audit", "shares", "--report", "--disclosures", "vault"])
    return try #require(report["orphans"]?.arrayValue).compactMap { $0["index"]?.integerValue }
  }
}
