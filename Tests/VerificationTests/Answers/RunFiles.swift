import Foundation

/// A folder for run files, which is gone afterwards.
enum RunFiles {
  static func with<Result>(_ body: (String) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("kanhe-runs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { _ = Swift.Result { try FileManager.default.removeItem(at: url) } }
    return try body(url.path)
  }
}
