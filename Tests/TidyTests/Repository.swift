import Foundation

/// The repository's own files, as text.
enum Repository {
  /// A text file.
  struct File {
    /// The path from the repository's root.
    let path: String
    /// The lines, without their ends.
    let lines: [Substring]
    /// Whether the last byte is a line feed.
    let endsWithNewline: Bool
  }

  /// The root, three levels above this file.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// All text files that are ours.
  static let files: [File] = {
    let foreign = [".git", ".build", ".venv", ".swiftpm", "__pycache__"]
    let kinds = ["swift", "md", "py", "sh", "h", "modulemap", "yml", "json", ""]
    guard let paths = FileManager.default.enumerator(atPath: root.path) else { return [] }
    var files: [File] = []
    for case let path as String in paths {
      let name = (path as NSString).lastPathComponent
      if foreign.contains(name) || name.hasPrefix(".build") {
        paths.skipDescendants()
        continue
      }
      let url = root.appendingPathComponent(path)
      guard kinds.contains(url.pathExtension), name != "Package.resolved",
        let data = try? Data(contentsOf: url), let text = String(data: data, encoding: .utf8)
      else { continue }
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let endsWithNewline = lines.last == ""
      if endsWithNewline { lines.removeLast() }
      files.append(File(path: path, lines: lines, endsWithNewline: endsWithNewline))
    }
    return files.sorted { $0.path < $1.path }
  }()

  /// Our Swift files under a folder.
  static func swift(in folder: String = "") -> [File] {
    files.filter { $0.path.hasPrefix(folder) && $0.path.hasSuffix(".swift") }
  }
}

extension Repository.File {
  /// The lines with comments and the insides of string literals left out, counted from 1.
  var code: [(number: Int, text: String)] {
    var isInBlockString = false
    return lines.enumerated().map { index, line in
      if line.contains("\"\"\"") {
        // A one-line block cannot be written, so each mark begins or ends one.
        isInBlockString.toggle()
        return (index + 1, "")
      }
      return (index + 1, isInBlockString ? "" : Self.withoutStringsAndComments(line))
    }
  }

  private static func withoutStringsAndComments(_ line: Substring) -> String {
    var text = ""
    var isInString = false
    var isEscaped = false
    var previous: Character = " "
    for character in line {
      if isInString {
        if !isEscaped, character == "\"" { isInString = false }
        isEscaped = !isEscaped && character == "\\"
      } else if character == "\"" {
        isInString = true
      } else if character == "/", previous == "/" {
        text.removeLast()
        break
      } else {
        text.append(character)
      }
      previous = character
    }
    return text
  }
}
