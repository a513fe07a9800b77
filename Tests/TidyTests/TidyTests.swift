import Foundation
import Testing

/// The style guide, as far as a machine can check it.
@Suite("The repository is tidy")
struct TidyTests {
  /// Fails once, with every place.
  private func expectNone(_ places: [String], _ rule: Comment) {
    #expect(places.isEmpty, "\(rule)\n\(places.joined(separator: "\n"))")
  }

  @Test("the repository's files are found")
  func found() {
    #expect(Repository.files.contains { $0.path == "Package.swift" })
    #expect(Repository.swift(in: "Sources/").count > 20)
  }

  @Test("a Swift file has at most 400 lines, a test file 800")
  func fileSizes() {
    let places = Repository.swift().compactMap { file in
      let most = file.path.hasPrefix("Tests/") ? 800 : 400
      return file.lines.count > most ? "\(file.path): \(file.lines.count) lines" : nil
    }
    expectNone(places, "split the file by concept")
  }

  @Test("a function has at most 70 lines")
  func functionSizes() {
    var places: [String] = []
    for file in Repository.swift(in: "Sources/") {
      var open: [(indent: Int, line: Int)] = []
      for (number, text) in file.code {
        let indent = text.prefix { $0 == " " }.count
        let words = text.split(separator: " ")
        if words.contains("func") || words.contains(where: { $0.hasPrefix("init(") }) {
          open.removeAll { $0.indent >= indent }
          open.append((indent, number))
        } else if text.hasPrefix(String(repeating: " ", count: indent) + "}"),
          let last = open.last, last.indent == indent, !text.contains("{")
        {
          open.removeLast()
          if number - last.line + 1 > 70 { places.append("\(file.path):\(last.line)") }
        }
      }
    }
    expectNone(places, "split the function by step")
  }

  @Test("a line of Swift has at most 100 columns, no tab and no space at its end")
  func lines() {
    var places: [String] = []
    for file in Repository.swift() {
      for (index, line) in file.lines.enumerated()
      where line.count > 100 || line.last == " " || line.contains("\t") {
        places.append("\(file.path):\(index + 1)")
      }
      if !file.endsWithNewline { places.append("\(file.path): no line feed at the end") }
    }
    expectNone(places, "run swift format")
  }

  @Test("sources never force, never swallow an error, and print only from the command line")
  func bannedCalls() throws {
    let banned: [(String, Regex<Substring>)] = [
      ("try!", /\btry!/), ("try?", /\btry\?/), ("as!", /\bas!/),
      ("fatalError", /\bfatalError\(/), ("@testable", /@testable\b/), ("@_spi", /@_spi\b/),
      ("force unwrap", /[A-Za-z0-9_\)\]]!(?![=A-Za-z0-9_])/),
    ]
    var places: [String] = []
    for file in Repository.swift(in: "Sources/") {
      for (number, text) in file.code {
        for (name, pattern) in banned where text.contains(pattern) {
          places.append("\(file.path):\(number): \(name)")
        }
        if !file.path.hasPrefix("Sources/CLI/"), text.contains(/\bprint\(/) {
          places.append("\(file.path):\(number): print")
        }
      }
    }
    expectNone(places, "throw an error that names the remedy")
  }

  @Test("each C module and each package has its one importer; Foundation stays at the edge")
  func imports() {
    let importers: [String: [String]] = [
      "Foundation": ["SQLiteStorage", "CLI"], "FoundationEssentials": ["SQLiteStorage", "CLI"],
      "COpenSSL": ["Cryptography"], "CZlib": ["Certificates"], "GRDB": ["SQLiteStorage"],
      "ArgumentParser": ["CLI"],
    ]
    var places: [String] = []
    for file in Repository.swift(in: "Sources/") {
      let module = String(file.path.split(separator: "/")[1])
      for (number, text) in file.code {
        let words = text.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index + 1 < words.count else { continue }
        let imported = String(words[index + 1].split(separator: ".")[0])
        if let allowed = importers[imported], !allowed.contains(module) {
          places.append("\(file.path):\(number): \(imported)")
        }
      }
    }
    expectNone(places, "use the module that wraps it")
  }

  @Test("a promise of safety to the compiler has its proof beside it")
  func uncheckedSendable() {
    var places: [String] = []
    for file in Repository.swift(in: "Sources/") {
      for (number, text) in file.code where text.contains("@unchecked Sendable") {
        let above = file.lines[max(0, number - 12)..<number]
        let isProved = above.contains { line in
          let words = line.drop { $0 == " " }
          return words.hasPrefix("//") && words.contains("Sendable")
        }
        if !isProved { places.append("\(file.path):\(number)") }
      }
    }
    expectNone(places, "say in a comment above why `@unchecked Sendable` is true")
  }

  @Test("a page of the specification has fewer than 200 lines")
  func specSizes() {
    let places = Repository.files.filter {
      $0.path.hasPrefix("spec/") && $0.path.hasSuffix(".md") && $0.lines.count >= 200
    }
    expectNone(places.map { "\($0.path): \($0.lines.count) lines" }, "split the page")
  }

  @Test("no file names a place on the machine where it was written")
  func machinePaths() {
    let pattern = /(^|[^A-Za-z0-9_.~\/-])\/(work|home|Users|root)\/[A-Za-z0-9]/
    var places: [String] = []
    for file in Repository.files where !file.path.hasPrefix("Tests/TidyTests/") {
      for (index, line) in file.lines.enumerated() where line.contains(pattern) {
        places.append("\(file.path):\(index + 1)")
      }
    }
    expectNone(places, "write the path from the repository's root")
  }

  @Test("paths have no spaces, and no folder is called by what it is not")
  func paths() {
    let empty = ["utils", "util", "helpers", "helper", "common", "types", "misc"]
    func isEmptyWord(_ part: Substring) -> Bool { empty.contains(part.lowercased()) }
    let places = Repository.files.map(\.path).filter { path in
      path.contains(" ")
        || path.hasPrefix("Sources/") && path.split(separator: "/").contains(where: isEmptyWord)
    }
    expectNone(places, "name the folder after its concept")
  }

  @Test("every vector of ours is used by a test")
  func vectors() {
    let tests = Repository.swift(in: "Tests/").flatMap(\.lines).joined(separator: "\n")
    let places = Repository.files.map(\.path).filter { path in
      guard path.hasPrefix("spec/vectors/"), !path.hasSuffix(".md") else { return false }
      let parts = path.split(separator: "/").dropFirst(2).map(String.init)
      let name = parts.last ?? ""
      let folder = parts.count > 1 ? parts[0] : name
      return !tests.contains(name) && !tests.contains("vectors/\(folder)")
        && !tests.contains("\"\(folder)\"")
    }
    expectNone(places, "use the vector or remove it")
  }

  @Test("each product has a page, and names on it are public types of that product")
  func productPages() {
    for product in ["Certificates", "Ledger", "Rules", "Verification"] {
      let page = Repository.files.first {
        $0.path == "Sources/\(product)/\(product).docc/\(product).md"
      }
      let declared = Repository.swift(in: "Sources/\(product)/").flatMap(\.lines).compactMap {
        $0.firstMatch(of: /^public (final )?(struct|enum|class|protocol) ([A-Za-z]+)/)?.output.3
      }
      let named = (page?.lines ?? []).flatMap { line in
        line.matches(of: /``([A-Za-z]+)``/).map(\.output.1)
      }
      #expect(named.count > 10, "\(product) has no page")
      let unknown = Set(named).subtracting(declared).subtracting([Substring(product)])
      expectNone(unknown.map { "\(product): \($0)" }, "mend the page")
    }
  }
}
