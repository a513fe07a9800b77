import Foundation
import Testing

/// The commands of the README, run as a newcomer would paste them.
@Suite struct ReadmeTests {
  /// A block of commands and the lines that it prints; `…` stands for anything.
  struct Step {
    var commands: [String] = []
    var lines: [String] = []
  }

  @Test func `every command of the readme works and prints what stands there`() throws {
    let steps = try ReadmeTests.steps()
    #expect(steps.count >= 6)
    let city = try CityRun(withRegistry: false)
    var script = "exec 2>&1\n"
    for (number, step) in steps.enumerated() {
      script += step.commands.joined(separator: "\n") + "\necho '=== end of \(number)'\n"
    }
    let run = try Run(
      script: script, in: city.folder,
      environment: [
        "SAMPLE": Run.project.appendingPathComponent("Examples/shenzhen").path,
        "KANHE_TRUST": city.file("trust"),
      ])
    #expect(run.status == 0, "\(run.output.suffix(2000))")
    var rest = run.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (number, step) in steps.enumerated() {
      let end = try #require(rest.firstIndex(of: "=== end of \(number)"))
      var printed = rest[..<end]
      for line in step.lines where line != "…" {
        let place = printed.firstIndex { ReadmeTests.matches($0, line) }
        let found = try #require(place, "step \(number) does not print: \(line)")
        printed = printed[(found + 1)...]
      }
      rest.removeFirst(end + 1)
    }
  }

  /// The blocks of shell commands, each with the block that follows it.
  private static func steps() throws -> [Step] {
    let url = Run.project.appendingPathComponent("README.md")
    var steps: [Step] = []
    var fence: String?
    for line in try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n") {
      guard line.hasPrefix("```") else {
        guard let fence, !steps.isEmpty || fence == "```sh" else { continue }
        if fence == "```sh" {
          steps[steps.count - 1].commands.append(line)
        } else {
          steps[steps.count - 1].lines.append(line)
        }
        continue
      }
      if fence == nil {
        fence = line
        if line == "```sh" { steps.append(Step()) }
      } else {
        fence = nil
      }
    }
    return steps
  }

  private static func matches(_ line: String, _ pattern: String) -> Bool {
    var rest = line[...]
    let parts = pattern.components(separatedBy: "…")
    for (index, part) in parts.enumerated() {
      if index == 0 {
        guard rest.hasPrefix(part) else { return false }
        rest = rest.dropFirst(part.count)
      } else if index == parts.count - 1 {
        return rest.hasSuffix(part)
      } else {
        guard let range = rest.range(of: part) else { return false }
        rest = rest[range.upperBound...]
      }
    }
    return rest.isEmpty
  }
}
