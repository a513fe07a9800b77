import Encoding
import Foundation
import Ledger
import Rules
import Testing

@Suite("Sharing vectors") struct SharingVectorTests {
  @Test("the file is made anew when asked")
  func write() throws {
    guard EventVectors.isWriting else { return }
    var text = "{\"description\":\"bad cases of sharing; act: the name in event/judged.json\",\n"
    text += "\"cases\":[\n"
    text += SharingVectors.rows.map { JSONText.of($0.value) }.joined(separator: ",\n") + "\n]}\n"
    try text.write(toFile: SharingVectors.path, atomically: true, encoding: .utf8)
  }

  @Test("every bad case is an act that breaks exactly the rules that the file says")
  func cases() throws {
    let rows = try #require(try SharingVectors.read()["cases"]?.arrayValue)
    #expect(rows == SharingVectors.rows.map(\.value))
    let judged = try EventVectors.read("judged.json")["cases"]?.arrayValue ?? []
    for row in SharingVectors.rows {
      let act = judged.first { $0["name"]?.stringValue == row.act }
      let codes = (act?["codes"]?.arrayValue ?? []).compactMap(\.stringValue)
      #expect(act != nil && codes.sorted() == row.codes.map(\.rawValue), "\(row.name)")
    }
  }

  @Test("of two requests of one batch under a once-a-day grant the second is refused")
  func batch() throws {
    let world = try World.settled()
    try world.enter(try world.requested(under: "grant-daily"))
    let second = try world.candidate(try world.requested(under: "grant-daily"))
    #expect(try world.judge(second).codes == [.grantFrequency])
    world.now = world.now.adding(days: 1)
    try world.enter(try world.requested(under: "grant-daily"))
  }

  @Test("after the answer, the acknowledgement and the settlement the facts say so")
  func facts() throws {
    let world = try World.settled()
    func name(_ name: String) throws -> EventName {
      EventName(
        number: try world.affair(name).id.number,
        department: name.hasPrefix("release") ? World.police : World.water)
    }
    var facts = world.facts
    #expect(try facts.request(name("request-open"))?.state == .open)
    #expect(try facts.request(name("request-refused"))?.state == .refused)
    #expect(try facts.request(name("request-released"))?.state == .released)
    #expect(try facts.request(name("request-granted"))?.grant == name("grant"))
    #expect(try facts.release(name("release-released"))?.isAcknowledged == false)
    #expect(try facts.release(name("release-disputed"))?.dispute == .open)
    #expect(try facts.release(name("release-settled"))?.dispute == .settled)
    #expect(try facts.dispute(name("dispute-settled"))?.isSettled == true)
    #expect(try facts.grant(name("grant-used"))?.uses == 1)
    #expect(try facts.grant(name("grant-back"))?.withdrawnAt == world.now.seconds - 60)
  }
}
