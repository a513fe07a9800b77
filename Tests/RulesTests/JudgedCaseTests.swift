import Rules
import Testing

@Suite("Judged cases")
struct JudgedCaseTests {
  @Test("every case breaks exactly the rules it names")
  func judged() throws {
    let empty = try World()
    let settled = try World.settled()
    for example in JudgedCase.all {
      let world = example.base == .empty ? empty : settled
      let judgement = try world.judge(try world.candidate(try example.make(world)))
      #expect(judgement.codes.sorted() == example.codes, "\(example.name)")
      if example.codes.isEmpty { #expect(judgement.disclosedLayer == .passed, "\(example.name)") }
    }
  }

  @Test("every rule has a case that breaks it, and every case has a name of its own")
  func complete() {
    // These two are broken by what was there before, which only a second act can show.
    let elsewhere: Set<RuleCode> = [.replayed]
    let covered = Set(JudgedCase.all.flatMap(\.codes)).union(elsewhere)
    #expect(RuleCode.allCases.filter { !covered.contains($0) } == [])
    #expect(Set(JudgedCase.all.map(\.name)).count == JudgedCase.all.count)
  }

  @Test("an event is taken once, and with its other signature not again")
  func replayed() throws {
    let world = try World.settled()
    for malleated in [false, true] {
      let again = try world.repeated(malleated: malleated)
      #expect(try world.judge(again).codes == [.replayed])
    }
  }
}
