import Foundation
import Testing

/// A picture in plain PBM, from what we draw in other forms; each module is four pixels wide.
struct PortableBitmap {
  private static let scale = 4
  private var rows: [[Bool]]

  /// The lines of a terminal, two rows of modules in each.
  init(blocks text: String) throws {
    rows = []
    for line in text.split(separator: "\n") {
      let blocks = line.drop { $0 != "m" }.dropFirst().prefix { $0 != "\u{1B}" }
      rows.append(blocks.map { "█▀".contains($0) })
      rows.append(blocks.map { "█▄".contains($0) })
    }
  }

  /// A path of rectangles `M<x> <y>h<n>v1h-<n>z`.
  init(svg: String) throws {
    let box = try #require(svg.firstMatch(of: /viewBox="0 0 ([0-9]+) [0-9]+"/)?.1)
    let width = try #require(Int(box))
    rows = Array(repeating: Array(repeating: false, count: width), count: width)
    for match in svg.matches(of: /M([0-9]+) ([0-9]+)h([0-9]+)v1h-[0-9]+z/) {
      let (x, y) = (try #require(Int(match.1)), try #require(Int(match.2)))
      for column in x..<(x + (try #require(Int(match.3)))) { rows[y][column] = true }
    }
  }

  func write(to path: String) throws {
    let width = (rows.first?.count ?? 0) * Self.scale
    var text = "P1\n\(width) \(rows.count * Self.scale)\n"
    for row in rows {
      let line = row.flatMap { Array(repeating: $0 ? "1" : "0", count: Self.scale) }
        .joined(separator: " ")
      for _ in 0..<Self.scale { text += line + "\n" }
    }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }
}
