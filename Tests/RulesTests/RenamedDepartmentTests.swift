import Encoding
import Rules
import Testing

@Suite("A renamed department") struct RenamedDepartmentTests {
  @Test("answers what it was asked under its old name, with its old key and with its new one")
  func answers() throws {
    let world = try World.settled()
    var renaming = try world.added(
      World.police, [("act", world.keys.policeNext)], asking: world.keys.police)
    renaming.clear.append("name", "公安厅")
    try world.enter(renaming)
    #expect(try world.facts.department(World.police)?.name == "公安厅")
    try world.enter(try world.answer("request-open"))
    var answer = try world.answer("request-granted")
    answer.signer = world.keys.policeNext
    try world.enter(answer)
    var stranger = try world.answer("request-used")
    stranger.signer = world.keys.water
    stranger.issuer = world.keys.water.uri
    #expect(try world.judge(try world.candidate(stranger)).codes.contains(.signerRole))
  }
}
