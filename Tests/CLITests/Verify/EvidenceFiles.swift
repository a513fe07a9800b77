import Cryptography
import Encoding
import Foundation

/// The worked example of `spec/vectors/evidence` as files in a folder of its own.
final class EvidenceFiles {
  static let at = "2026-11-24T13:53:20Z"

  let folder: URL
  let example: JSONValue

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("kanhe-verify-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = Run.project.appendingPathComponent("spec/vectors/evidence/example.json").path
    example = try JSONValue(
      parsing: try BoundedFile.read(path: path, maximumBytes: 1 << 20))
    for name in ["delivery", "bundle", "receipt", "type"] {
      try write("\(name).json", text(name) + (name == "type" ? "" : "\n"))
    }
    for name in ["trust", "status"] {
      try write("\(name).jwt", (example["tokens"]?[name]?.stringValue ?? "") + "\n")
    }
    for name in ["root", "seal", "other_act"] { try write("\(name).der", try der(name)) }
    let delivery = try JSONValue(parsing: Array(text("delivery").utf8))
    try write("copy.txt", delivery["copy"]?.stringValue ?? "")
    let proof = delivery["receipt"]?["proof"]?.stringValue ?? ""
    try write("proof.txt", proof)
    try write(
      "checkpoint", proof.components(separatedBy: "\n\n").dropFirst().joined(separator: "\n\n"))
  }

  deinit { _ = Result { try FileManager.default.removeItem(at: folder) } }

  func text(_ name: String) -> String { example[name]?.stringValue ?? "" }

  func der(_ name: String) throws -> [UInt8] {
    try Base64.decode(example["identities"]?[name]?.stringValue ?? "")
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: folder.appendingPathComponent(name))
    return path(name)
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try write(name, Array(text.utf8))
  }

  /// Verifies files of the folder with the example's root at the example's time.
  func verify(
    _ names: [String], _ more: [String] = [], root: Bool = true, at: String = EvidenceFiles.at,
    input: [UInt8]? = nil
  ) throws -> Run {
    try Run(
      ["verify"] + names.map { $0 == "-" || $0.hasPrefix("/") ? $0 : path($0) }
        + (root ? ["--root", path("root.der")] : []) + ["--at", at] + more,
      environment: ["KANHE_TRUST": path("trust")], input: input)
  }

  /// The check of a name in the answer about the only file.
  static func check(_ run: Run, _ name: String) throws -> JSONValue? {
    try run.json()["files"]?.arrayValue?.first?["checks"]?.arrayValue?
      .first { $0["name"]?.stringValue == name }
  }

  /// The example's copy with one claim's value replaced; its signature no longer holds.
  func copy(with name: String, _ value: JSONValue) throws -> String {
    let copy = try JSONValue(parsing: Array(text("delivery").utf8))["copy"]?.stringValue ?? ""
    var parts = copy.components(separatedBy: "~")
    for index in parts.indices.dropFirst().dropLast() {
      let old = try JSONValue(parsing: try Base64URL.decode(parts[index]))
      guard old.arrayValue?.count == 3, old.arrayValue?[1].stringValue == name else { continue }
      let salt = old.arrayValue?[0] ?? .null
      let new = Base64URL.encode(JSONValue.array([salt, .string(name), value]).canonicalBytes())
      var token = parts[0].components(separatedBy: ".")
      let payload = String(decoding: try Base64URL.decode(token[1]), as: UTF8.self)
        .replacingOccurrences(
          of: SHA256.hash(parts[index]).base64url, with: SHA256.hash(new).base64url)
      token[1] = Base64URL.encode(Array(payload.utf8))
      parts[0] = token.joined(separator: ".")
      parts[index] = new
    }
    return parts.joined(separator: "~")
  }
}
