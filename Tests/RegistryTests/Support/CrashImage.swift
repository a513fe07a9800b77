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

  /// Puts the bytes back, all or those of which the path has a part; the files of before keep their
  /// inodes, newer logs go.
  func restore(only part: String? = nil) throws {
    // No text contains the empty one, as Foundation has it.
    func isWanted(_ path: String) -> Bool { part.map { path.contains($0) } ?? true }
    for folder in directories {
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        let path = folder + "/" + name
        if name.hasSuffix("-shm") || name.hasSuffix("-wal"), isWanted(path) {
          try FileManager.default.removeItem(atPath: path)
        }
      }
    }
    for (path, bytes) in files where isWanted(path) {
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
