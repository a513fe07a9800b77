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

  @Test("event.md names every kind that has rules, with its clear members")
  func kinds() throws {
    let lines = try page("event.md").split(separator: "\n").filter { $0.hasPrefix("| ") }
    for kind in EventKind.allCases where kind.shape.isBuilt {
      let suffix = kind.rawValue.drop { $0 != "." }
      let line = lines.first { $0.contains("| \(kind.rawValue) ") || $0.contains(suffix) }
      #expect(line != nil, "\(kind.rawValue)")
    }
  }
}
