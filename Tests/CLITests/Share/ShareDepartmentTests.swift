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
}
