import Cryptography
import Encoding

/// `registry.json`: what a registry is; public, and never changed by an append.
///
/// Spec: registry-on-disk.md.
public struct RegistrySettings: Sendable, Hashable {
  /// The version of the files' format that this program reads and writes.
  public static let formatVersion: Int64 = 1
  /// Bytes of an instance id.
  static let instanceByteCount = 16

  /// The display name.
  public let name: String
  /// The base of department, type and status URIs.
  public let host: String
  /// The ledger's origin.
  public let origin: String
  /// The registry's own department.
  public let code: String
  /// How dear it is to try a passphrase on its keys.
  public let keys: KeyCost
  /// 16 random bytes that stand in every file of the registry.
  public internal(set) var instance: [UInt8]
  /// The state folder, relative to the directory or absolute.
  public let state: String
  /// The ledger's first verifier key.
  public let ledgerKey: String
  /// The root's key id.
  public let root: String

  /// The URI of a department.
  public func departmentURI(_ code: String) -> String {
    "https://\(host)/departments/\(code)"
  }

  /// The canonical JSON and a newline.
  var bytes: [UInt8] {
    let object: JSONValue = [
      "code": .string(code), "format": .integer(RegistrySettings.formatVersion),
      "host": .string(host), "instance": .string(Base64URL.encode(instance)),
      "keys": .string(keys.rawValue), "ledger_key": .string(ledgerKey), "name": .string(name),
      "origin": .string(origin), "root": .string(root), "state": .string(state),
    ]
    return object.canonicalBytes() + [0x0A]
  }

  /// Reads the file.
  ///
  /// Throws `notARegistry` when it is not there, `damagedSettings`, `unsupportedFormat`.
  public static func read(_ paths: RegistryPaths) throws(RegistryError) -> RegistrySettings {
    guard RegistryPaths.exists(paths.settings) else {
      throw RegistryError(
        .notARegistry, "this is no registry; give its directory, or make one with registry init",
        at: paths.directory)
    }
    do {
      var bytes = try BoundedFile.readRegular(path: paths.settings, maximumBytes: 1 << 16)
      if bytes.last == 0x0A { bytes.removeLast() }
      var reader = try ObjectReader(try JSONValue(parsing: bytes), at: "registry.json")
      let format = try reader.requireInteger("format")
      guard format == formatVersion else {
        throw RegistryError(
          .unsupportedFormat,
          "the registry has format \(format), this program reads \(formatVersion); use its version",
          at: paths.settings)
      }
      let settings = try RegistrySettings(from: &reader)
      try reader.finish()
      return settings
    } catch let error as RegistryError {
      throw error
    } catch let error as EncodingError {
      throw RegistryError(settings: error, at: paths.settings)
    } catch {
      throw RegistryError(.damagedSettings, "it cannot be read", cause: error, at: paths.settings)
    }
  }

  private init(from reader: inout ObjectReader) throws(EncodingError) {
    name = try reader.requireString("name")
    host = try reader.requireString("host")
    origin = try reader.requireString("origin")
    code = try reader.requireString("code")
    instance = try reader.requireBytes("instance")
    state = try reader.requireString("state")
    ledgerKey = try reader.requireString("ledger_key")
    root = try reader.requireString("root")
    guard let cost = KeyCost(rawValue: try reader.requireString("keys")),
      instance.count == RegistrySettings.instanceByteCount
    else {
      throw EncodingError(.valueOutOfRange, "keys or instance has an unknown value")
    }
    keys = cost
  }

  init(
    name: String, host: String, origin: String, code: String, keys: KeyCost, instance: [UInt8],
    state: String, ledgerKey: String, root: String
  ) {
    self.name = name
    self.host = host
    self.origin = origin
    self.code = code
    self.keys = keys
    self.instance = instance
    self.state = state
    self.ledgerKey = ledgerKey
    self.root = root
  }
}
