import Foundation

/// The files of a registry as they lay on the disk at one moment, to be put back in place: what a
/// process leaves that was killed there.
struct CrashImage {
  private let files: [String: Data]
  private let directories: [String]

  init(_ directory: String) throws {
    directories = [directory, directory + ".state"]
    var files: [String: Data] = [:]
    for folder in directories {
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        let path = folder + "/" + name
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
          !isFolder.boolValue, !name.hasSuffix("-shm")
        else { continue }
        files[path] = try Data(contentsOf: URL(fileURLWithPath: path))
      }
    }
    self.files = files
  }

  /// Puts the bytes back; the files of before keep their inodes, newer ones go.
  func restore(only suffix: String = "") throws {
    for folder in directories {
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        let path = folder + "/" + name
        if name.hasSuffix("-shm") || name.hasSuffix("-wal"), path.contains(suffix) {
          try FileManager.default.removeItem(atPath: path)
        }
      }
    }
    for (path, bytes) in files where path.contains(suffix) {
      if !FileManager.default.fileExists(atPath: path) {
        guard FileManager.default.createFile(atPath: path, contents: bytes) else { continue }
      }
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: bytes)
      try handle.close()
    }
  }
}
