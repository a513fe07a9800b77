import Encoding
import Testing

/// The result, or nil if it threw: for tests that count refusals.
func attempt<Value>(_ body: () throws(EncodingError) -> Value) -> Value? {
  do { return try body() } catch { return nil }
}

/// The code thrown, or nil if nothing was.
func code(_ body: () throws(EncodingError) -> some Any) -> EncodingError.Code? {
  do {
    _ = try body()
    return nil
  } catch {
    return error.code
  }
}

/// Parses JSON text.
func json(_ text: String) throws(EncodingError) -> JSONValue {
  try JSONValue(parsing: Array(text.utf8))
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder of test vectors made elsewhere: `KANHE_VECTORS`, or `../shared/vectors` from the
/// repository's root.
enum Vectors {
  /// The folder, or nil if it is missing; then the test ends with one line, or fails under `CI`.
  static func folder(_ name: String) -> String? {
    let root = root
    let candidates =
      (environment("KANHE_VECTORS").map { [$0] } ?? [])
      + ["\(root)/../shared/vectors", "\(root)/../../shared/vectors"]
    for candidate in candidates where access("\(candidate)/\(name)", R_OK) == 0 {
      return "\(candidate)/\(name)"
    }
    if environment("CI") != nil {
      Issue.record("no vectors for \(name): set KANHE_VECTORS to their folder")
    } else {
      print("skipped: no vectors for \(name); set KANHE_VECTORS to their folder")
    }
    return nil
  }

  /// The repository's root, three levels above this file.
  static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  /// The names of a folder's files.
  static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
