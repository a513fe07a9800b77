import Encoding
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where the tests find vectors: the project's own, and those made elsewhere.
enum TestFiles {
  /// The project's root.
  static let root: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(4)
    return parts.joined(separator: "/")
  }()

  /// A JSON file of `spec/vectors`.
  static func vector(_ name: String) throws -> JSONValue {
    try JSONValue(
      parsing: BoundedFile.read(path: root + "/spec/vectors/" + name, maximumBytes: 1 << 20))
  }

  /// The folder of outside vectors, or nil with one printed line; fails instead under CI.
  static func outsideVectors(_ folder: String) -> String? {
    let named = environment("KANHE_VECTORS").map { [$0] }
    for base in named ?? [root + "/../shared/vectors", root + "/../../shared/vectors"] {
      if access(base + "/" + folder, R_OK) == 0 { return base + "/" + folder }
    }
    if environment("CI") != nil {
      Issue.record("no vectors in \(folder); set KANHE_VECTORS")
    } else {
      print("skipped: no vectors in \(folder); set KANHE_VECTORS")
    }
    return nil
  }

  /// Every file below a directory, sorted.
  static func files(below directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var found: [String] = []
    while let item = readdir(stream) {
      let name = withUnsafePointer(to: &item.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      let path = directory + "/" + name
      if item.pointee.d_type == UInt8(DT_DIR) {
        found += files(below: path)
      } else {
        found.append(path)
      }
    }
    return found.sorted()
  }

  /// A new empty directory, and its removal.
  static func withDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
    var template = Array("/tmp/kanhe-ledger-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw POSIXFailure() }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { remove(path) }
    return try body(path)
  }

  struct POSIXFailure: Error {}

  private static func remove(_ directory: String) {
    var folders: [String] = []
    for path in files(below: directory) {
      _ = unlink(path)
      var folder = path
      while let slash = folder.lastIndex(of: "/") {
        folder = String(folder[..<slash])
        if folder.count < directory.count { break }
        if !folders.contains(folder) { folders.append(folder) }
      }
    }
    for folder in folders.sorted(by: { $0.count > $1.count }) { _ = rmdir(folder) }
    _ = rmdir(directory)
  }

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
