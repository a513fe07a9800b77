#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Folders: making them, and the names in them.
///
/// Throws `fileNotFound`, `permissionDenied`, `diskFull` or `inputOutput`, each with the path.
public enum Folder {
  /// The names in a folder, sorted, without `.` and `..`.
  public static func names(in path: String) throws(EncodingError) -> [String] {
    guard let stream = unsafe opendir(path) else { throw .system("read", path) }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Makes a folder in one that is there; one that is there already is fine.
  public static func make(_ path: String, mode: UInt32) throws(EncodingError) {
    if unsafe mkdir(path, mode_t(mode)) == 0 || errno == EEXIST { return }
    throw .system("make", path)
  }

  /// Whether a file or folder has this path.
  public static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}
