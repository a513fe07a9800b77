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
    let bytes = try BoundedFile.read(path: path, maximumBytes: 1 << 16)
    do throws(CryptographyError) {
      return try bytes.starts(with: Array("-----BEGIN".utf8))
        ? Identity(pem: bytes) : Identity(der: bytes)
    } catch {
      throw Failure(.cannot, code: "not_an_identity", "\(path): \(error.message)")
    }
  }

  /// What the registry handed out: the files of a folder, or the files named.
  static func received(_ paths: [String]) throws -> ReceivedIdentities {
    var files: [String] = []
    for path in paths {
      var isFolder: ObjCBool = false
      if unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
        isFolder.boolValue
      {
        files += try FileManager.default.contentsOfDirectory(atPath: path).sorted()
          .filter { $0.hasSuffix(".pem") || $0 == "origin" }.map { "\(path)/\($0)" }
      } else {
        files.append(path)
      }
    }
    var roots: [Identity] = []
    var authorities: [Identity] = []
    var leaves: [Identity] = []
    var origin: String?
    for file in files {
      if file.hasSuffix("/origin") || file == "origin" {
        let bytes = try BoundedFile.read(path: file, maximumBytes: 4096)
        origin = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
        continue
      }
      let identity = try read(file)
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
