import Foundation
import Testing

/// External vectors: `KANHE_VECTORS`, or a folder beside the repository. Absent vectors skip a
/// test with one line, except where `CI` is set.
enum Vectors {
  static func json(_ path: String) throws -> [String: Any]? {
    for folder in folders() {
      let url = folder.appendingPathComponent(path)
      guard FileManager.default.fileExists(atPath: url.path) else { continue }
      return try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any]
    }
    if ProcessInfo.processInfo.environment["CI"] != nil {
      Issue.record("vectors not found: \(path)")
    } else {
      print("skipped: no vectors \(path); set KANHE_VECTORS")
    }
    return nil
  }

  private static func folders() -> [URL] {
    if let folder = ProcessInfo.processInfo.environment["KANHE_VECTORS"] {
      return [URL(fileURLWithPath: folder)]
    }
    let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return ["../shared/vectors", "../../shared/vectors"].map {
      root.appendingPathComponent($0).standardizedFileURL
    }
  }
}

/// Bytes of a hexadecimal text in a test.
func hex(_ text: String) -> [UInt8] {
  var result: [UInt8] = []
  var digits = Array(text.utf8.filter { $0 != 0x20 && $0 != 0x0a })[...]
  while digits.count >= 2 {
    let pair = String(decoding: digits.prefix(2), as: UTF8.self)
    guard let byte = UInt8(pair, radix: 16) else { preconditionFailure("bad hex in a test") }
    result.append(byte)
    digits = digits.dropFirst(2)
  }
  return result
}
