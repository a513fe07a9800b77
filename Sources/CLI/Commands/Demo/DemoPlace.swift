import Encoding
import Foundation

/// The folder of a demonstration: temporary and removed, or kept.
struct DemoPlace {
  let directory: String
  let isKept: Bool

  init(keep: String?) throws {
    isKept = keep != nil
    let path =
      keep
      ?? FileManager.default.temporaryDirectory
      .appendingPathComponent("kanhe-demo-\(UUID().uuidString)").path
    directory = URL(fileURLWithPath: path).path
    if FileManager.default.fileExists(atPath: directory) {
      guard try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty else {
        throw Failure(
          .cannot, code: "not_empty", "\(path) is not empty", hint: "give a new folder to --keep")
      }
    }
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
  }

  func path(_ name: String) -> String { directory + "/" + name }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: path(name), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
  }

  /// Copies a file from elsewhere.
  func take(_ source: String, as name: String) throws {
    try FileManager.default.copyItem(atPath: source, toPath: path(name))
  }

  func write(_ text: String, to name: String) throws {
    try BoundedFile.writeAtomically(path: path(name), bytes: Array(text.utf8), mode: 0o600)
  }

  /// Removes the folder unless it is to be kept.
  func leave(_ console: Console) {
    guard !isKept else { return }
    do { try FileManager.default.removeItem(atPath: directory) } catch {
      console.warning("the temporary folder \(directory) could not be removed")
    }
  }
}
