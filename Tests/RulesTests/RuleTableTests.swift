import Foundation
import Rules
import Testing

@Suite("The rule table")
struct RuleTableTests {
  private func page(_ name: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent("spec/\(name)"), encoding: .utf8)
  }

  @Test("rules.md lists every code, in the order of the source")
  func rules() throws {
    let codes = try page("rules.md").split(separator: "\n")
      .filter { $0.hasPrefix("| `") }
      .compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
    #expect(codes == RuleCode.allCases.map(\.rawValue))
  }

  @Test("a rule is told in the words of rules.md")
  func texts() throws {
    for line in try page("rules.md").split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { String($0.dropFirst().dropLast()) }
      let code = try #require(RuleCode(rawValue: String(cells[0].dropFirst().dropLast())))
      #expect(code.text == cells[2])
      #expect(code.explanation.hasPrefix(code.text))
    }
  }

  @Test("event.md has a row for every kind, in the order of the source, with all it holds")
  func kinds() throws {
    let rows = try page("event.md").split(separator: "\n").map(String.init)
      .filter { line in EventKind.allCases.contains { line.hasPrefix("| `\($0.rawValue)`") } }
    #expect(rows == EventKind.allCases.map(EventTable.row))
  }
}
