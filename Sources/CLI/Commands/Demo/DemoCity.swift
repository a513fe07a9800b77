import Certificates
import Encoding
import Foundation

/// The sample city's folder: what the registry is called, and which types there are.
struct DemoCity {
  /// A type of the city.
  struct Kind {
    let code: String
    let file: String
    let name: String
    /// The department that defines it, and issues it here.
    let issuer: String
  }

  let directory: String
  let name: String
  let host: String
  let origin: String
  let code: String
  let kinds: [Kind]

  init(directory: String) throws {
    self.directory = directory
    var reader = try ObjectReader(
      try JSONValue(
        parsing: try BoundedFile.read(path: directory + "/registry.json", maximumBytes: 1 << 16)),
      at: "registry.json")
    name = try reader.requireString("name")
    host = try reader.requireString("host")
    origin = try reader.requireString("origin")
    code = try reader.requireString("code")
    let folder = directory + "/types"
    kinds = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".json") }.sorted()
      .map { file in
        let path = folder + "/" + file
        let type = try TypeFile(parsing: try BoundedFile.read(path: path, maximumBytes: 1 << 20))
        return Kind(
          code: type.code.text, file: path,
          name: "\(type.name(in: .chinese)) (\(type.name(in: .english)))",
          issuer: String(type.code.text.prefix(18)))
      }
  }
}
