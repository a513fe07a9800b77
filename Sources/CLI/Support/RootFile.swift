import Cryptography
import Encoding
import Foundation
import Verification

/// A root identity named on the command line.
enum RootFile {
  /// Reads one identity in PEM or DER; `-` is standard input.
  static func read(_ path: String) throws -> Identity {
    try identity(try InputFile.read(path, maximumBytes: 1 << 16), path)
  }

  /// Reads the identity by a name in an export or a registry, which may be anyone's.
  static func readFound(_ path: String) throws -> Identity {
    try identity(try BoundedFile.readRegular(path: path, maximumBytes: 1 << 16), path)
  }

  private static func identity(_ bytes: [UInt8], _ path: String) throws -> Identity {
    do {
      return try bytes.first == 0x30 ? Identity(der: bytes) : Identity(pem: bytes)
    } catch {
      throw Failure(
        .cannot, code: Failure.snakeCase("\(error.code)"),
        "\(path) holds no root identity: \(error.message)",
        hint: "give the registry's root.pem")
    }
  }

  /// The root as an anchor; refuses an identity that is none.
  static func anchor(
    _ root: Identity, host: String?, sequenceMin: Int64? = nil, isPinned: Bool = false
  ) throws -> Anchor {
    do {
      return try Anchor(root: root, host: host, sequenceMin: sequenceMin, isPinned: isPinned)
    } catch {
      throw Failure(
        .cannot, code: "no_root", error.message, hint: "give the registry's root.pem")
    }
  }
}
