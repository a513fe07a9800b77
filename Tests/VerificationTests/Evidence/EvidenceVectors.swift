import Encoding
import Foundation

/// Our own vectors and pages, by their path in `spec`.
enum EvidenceVectors {
  private static let spec = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("spec")

  static func page(_ name: String) throws -> String {
    String(
      decoding: try BoundedFile.read(
        path: spec.appendingPathComponent(name).path, maximumBytes: 1 << 20), as: UTF8.self)
  }

  /// `spec/vectors/evidence/<name>`.
  static func own(_ name: String) throws -> JSONValue { try vector("evidence/\(name)") }

  /// `spec/vectors/<path>`.
  static func vector(_ path: String) throws -> JSONValue {
    try JSONValue(
      parsing: try BoundedFile.read(
        path: spec.appendingPathComponent("vectors/\(path)").path, maximumBytes: 1 << 20))
  }

  /// Writes the example anew when `KANHE_WRITE_VECTORS` is set: after a deliberate change only.
  static func writeIfAsked(_ name: String, _ make: () throws -> JSONValue) throws {
    guard ProcessInfo.processInfo.environment["KANHE_WRITE_VECTORS"] != nil else { return }
    try write("evidence/\(name)", try make())
  }

  /// Writes `spec/vectors/<path>`.
  static func write(_ path: String, _ value: JSONValue) throws {
    let path = spec.appendingPathComponent("vectors/\(path)").path
    try BoundedFile.writeAtomically(path: path, bytes: value.canonicalBytes() + [0x0A])
  }
}
