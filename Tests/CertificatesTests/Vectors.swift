import Encoding
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Vectors made elsewhere, and our own in `spec/vectors`.
enum Vectors {
  /// The root of the repository.
  static let repository = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(3).joined(separator: "/")

  /// A JSON file among the vectors made elsewhere; nil, with one line said, where there is none.
  static func json(_ path: String) throws -> JSONValue? {
    try bytes(path).map { bytes in try JSONValue(parsing: bytes) }
  }

  /// A file among the vectors made elsewhere; nil, with one line said, where there is none.
  static func bytes(_ path: String) throws -> [UInt8]? {
    for folder in folders {
      let file = "\(folder)/\(path)"
      guard access(file, R_OK) == 0 else { continue }
      return try BoundedFile.read(path: file, maximumBytes: 16 << 20)
    }
    print("skipped: no vectors \(path); set KANHE_VECTORS")
    #expect(variable("CI") == nil, "vectors are missing: \(path)")
    return nil
  }

  /// One of our own cases.
  static func own(_ path: String) throws -> JSONValue {
    try JSONValue(
      parsing: try BoundedFile.read(
        path: "\(repository)/spec/vectors/\(path)", maximumBytes: 1 << 20))
  }

  /// A page of the specification.
  static func page(_ name: String) throws -> String {
    String(
      decoding: try BoundedFile.read(
        path: "\(repository)/spec/\(name)", maximumBytes: 1 << 20), as: UTF8.self)
  }

  private static var folders: [String] {
    if let folder = variable("KANHE_VECTORS") { return [folder] }
    return ["\(repository)/../shared/vectors", "\(repository)/../../shared/vectors"]
  }

  static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}
