import Cryptography
import Encoding
import Foundation

/// A root that this machine trusts, and the newest trust list seen under it.
struct TrustPin {
  let root: Identity
  /// Where departments of the registry have their names; known from the trust list.
  var host: String?
  var name: String?
  let pinnedAt: Timestamp
  /// The largest sequence of a trust list seen.
  var sequence: Int64?

  /// The file's bytes: canonical JSON and a newline.
  var bytes: [UInt8] {
    var object: JSONObject = [
      "kind": "kanhe-pin", "pinned_at": .string("\(pinnedAt)"),
      "root": .string(Base64.encode(root.der)),
    ]
    object["host"] = host.map(JSONValue.string)
    object["name"] = name.map(JSONValue.string)
    object["sequence"] = sequence.map(JSONValue.integer)
    return JSONValue.object(object).canonicalBytes() + [0x0A]
  }

  init(root: Identity, pinnedAt: Timestamp) {
    self.root = root
    self.pinnedAt = pinnedAt
  }

  init(parsing bytes: [UInt8]) throws {
    var reader = try ObjectReader(try JSONValue(parsing: bytes), at: "pin")
    _ = try reader.requireString("kind", oneOf: ["kanhe-pin"])
    pinnedAt = try Timestamp(parsing: try reader.requireString("pinned_at"))
    root = try Identity(der: try Base64.decode(try reader.requireString("root")))
    host = try reader.optionalString("host")
    name = try reader.optionalString("name")
    sequence = try reader.optionalInteger("sequence", in: 0...JSONValue.integerMax)
    try reader.finish()
  }
}

/// The folder of pinned roots: one file each, named after the root's fingerprint.
///
/// Spec: cli/trust.md. Only `trust pin` writes.
struct TrustPins {
  let directory: String

  /// `KANHE_TRUST`, else `~/.config/kanhe/trust`; nil where neither can be told.
  init?() {
    if let given = TrustPins.variable("KANHE_TRUST") {
      directory = given
    } else if let home = TrustPins.variable("HOME") {
      directory = home + "/.config/kanhe/trust"
    } else {
      return nil
    }
  }

  private static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }

  /// The file of a root.
  func path(of root: Identity) -> String { "\(directory)/\(root.sha256.hex).json" }

  /// The pin of a root, if it is pinned.
  func pin(of root: Identity) throws -> TrustPin? {
    guard try isThere() else { return nil }
    do {
      return try read(path(of: root))
    } catch let error as EncodingError where error.code == .fileNotFound {
      return nil
    }
  }

  /// All pins, in the order of their fingerprints; none if there is no folder.
  func all() throws -> [TrustPin] {
    guard try isThere() else { return [] }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory)
    } catch {
      throw unusable("cannot be read")
    }
    return try names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted()
      .map { try read("\(directory)/\($0)") }
  }

  /// Writes a pin; on return it is durable.
  func store(_ pin: TrustPin) throws {
    if try !isThere() {
      do {
        try FileManager.default.createDirectory(
          atPath: directory, withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o700])
      } catch {
        throw unusable("cannot be made")
      }
    }
    try BoundedFile.writeAtomically(path: path(of: pin.root), bytes: pin.bytes)
  }

  /// Whether the folder is there; throws where something else has its name.
  private func isThere() throws -> Bool {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: directory, isDirectory: &isFolder) else {
      return false
    }
    guard isFolder.boolValue else { throw unusable("is no folder") }
    return true
  }

  private func unusable(_ why: String) -> Failure {
    Failure(
      .cannot, code: "trust_folder", "the folder of pinned roots, \(directory), \(why)",
      hint: "check its owner and mode, or let KANHE_TRUST name another folder")
  }

  private func read(_ path: String) throws -> TrustPin {
    let bytes = try BoundedFile.read(path: path, maximumBytes: 1 << 16)
    do {
      return try TrustPin(parsing: bytes)
    } catch {
      throw Failure(
        .cannot, code: "pin_unreadable", "the pinned root in \(path) cannot be read",
        hint: "remove the file and pin the root again, comparing its fingerprint")
    }
  }
}
