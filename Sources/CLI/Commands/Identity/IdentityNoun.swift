import ArgumentParser
import Cryptography
import Encoding
import Foundation
import Registry
import Rules

extension IdentityUse: ExpressibleByArgument {}

/// `kanhe identity`: a department's keys and X.509 identities.
struct IdentityNoun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identity", abstract: "Make a department's keys and install its identities.",
    subcommands: [IdentityRequestCommand.self, IdentityImport.self, IdentityShow.self])
}

/// Identities in files, as departments and registries exchange them.
enum IdentityFiles {
  /// One identity, PEM or DER.
  static func read(_ path: String) throws -> Identity {
    try parse(try read(path, isNamed: true), path)
  }

  private static func read(_ path: String, isNamed: Bool) throws -> [UInt8] {
    let most = 1 << 16
    return isNamed
      ? try BoundedFile.read(path: path, maximumBytes: most)
      : try BoundedFile.readRegular(path: path, maximumBytes: most)
  }

  private static func parse(_ bytes: [UInt8], _ path: String) throws -> Identity {
    do throws(CryptographyError) {
      return try bytes.starts(with: Array("-----BEGIN".utf8))
        ? Identity(pem: bytes) : Identity(der: bytes)
    } catch {
      throw Failure(.cannot, code: "not_an_identity", "\(path): \(error.message)")
    }
  }

  /// What the registry handed out: the files of a folder, or the files named.
  static func received(_ paths: [String]) throws -> ReceivedIdentities {
    var files: [(path: String, isNamed: Bool)] = []
    for path in paths {
      var isFolder: ObjCBool = false
      if unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
        isFolder.boolValue
      {
        files += try FileManager.default.contentsOfDirectory(atPath: path).sorted()
          .filter { $0.hasSuffix(".pem") || $0 == "origin" }.map { ("\(path)/\($0)", false) }
      } else {
        files.append((path, true))
      }
    }
    var roots: [Identity] = []
    var authorities: [Identity] = []
    var leaves: [Identity] = []
    var origin: String?
    for (file, isNamed) in files {
      if file.hasSuffix("/origin") || file == "origin" {
        let bytes = try read(file, isNamed: isNamed)
        origin = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
        continue
      }
      let identity = try parse(try read(file, isNamed: isNamed), file)
      if identity.isCA {
        if identity.subject == identity.issuer {
          roots.append(identity)
        } else {
          authorities.append(identity)
        }
      } else {
        leaves.append(identity)
      }
    }
    guard roots.count == 1, !authorities.isEmpty, !leaves.isEmpty, let origin else {
      throw Failure(
        .cannot, code: "incomplete",
        "an answer has identities, authority.pem, root.pem and origin",
        hint: "give the folder that department add --out or department rotate --out wrote")
    }
    return ReceivedIdentities(
      root: roots[0], authorities: authorities, leaves: leaves, origin: origin)
  }
}
