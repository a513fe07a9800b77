import Encoding
import Foundation

/// Files that a command writes for its user: `spec/cli/README.md`, "Output".
enum OutputFile {
  /// Writes a file whole or not at all; one that is there is kept unless `force` is set.
  static func write(
    _ bytes: [UInt8], to path: String, force: Bool, mode: UInt32 = 0o644
  ) throws {
    try requireFree(path, force: force)
    try BoundedFile.writeAtomically(path: path, bytes: bytes, mode: mode)
  }

  /// Refuses a path where something is, unless it may be replaced: before anything is done that
  /// cannot be done twice.
  static func requireFree(_ path: String, force: Bool) throws {
    guard force || !FileManager.default.fileExists(atPath: path) else {
      throw Failure(
        .cannot, code: "file_exists", "\(path) is there already",
        hint: "choose another name or give --force")
    }
    var isFolder: ObjCBool = false
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard unsafe FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder),
      isFolder.boolValue
    else {
      throw Failure(
        .cannot, code: "file_not_found", "there is no folder \(folder)",
        hint: "make it first, or choose another")
    }
  }

  /// Refuses a path that is there and no folder; makes nothing.
  static func requireFolder(_ path: String) throws {
    var isFolder: ObjCBool = false
    guard
      unsafe !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        || isFolder.boolValue
    else {
      throw Failure(
        .cannot, code: "file_exists", "\(path) is there and not a folder", hint: "name a folder")
    }
  }

  /// Refuses a path that is there and not an empty folder; makes nothing.
  static func requireEmptyFolder(_ path: String) throws {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    guard unsafe files.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    guard isFolder.boolValue, try files.contentsOfDirectory(atPath: path).isEmpty else {
      throw Failure(
        .cannot, code: "file_exists", "\(path) is there already and not an empty folder",
        hint: "give a new folder")
    }
  }

  /// Makes a folder for files; it must be new or empty.
  static func emptyFolder(_ path: String) throws {
    try requireEmptyFolder(path)
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Failure(
        .cannot, code: "not_writable", "the folder \(path) cannot be made",
        hint: "give one where you may write")
    }
  }
}
