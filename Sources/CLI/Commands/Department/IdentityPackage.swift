import Cryptography
import Encoding
import Foundation
import Registry
import Rules

/// What a department gets back from the registry: its identities, authority, root and origin.
enum IdentityPackage {
  /// Writes `act.pem`, `seal.pem`, `open.pem` (those there are), `authority.pem`, `root.pem` and
  /// `origin` into a new or empty folder.
  static func write(
    _ identities: [(use: IdentityUse, identity: Identity)], to folder: String,
    _ registry: OpenRegistry
  ) throws {
    try OutputFile.emptyFolder(folder)
    for (use, identity) in identities {
      try BoundedFile.writeAtomically(
        path: "\(folder)/\(use.rawValue).pem", bytes: identity.pem)
    }
    try BoundedFile.writeAtomically(
      path: folder + "/authority.pem", bytes: try registry.keys.identity(.authority).pem)
    try BoundedFile.writeAtomically(
      path: folder + "/root.pem",
      bytes: try BoundedFile.readRegular(path: registry.paths.root, maximumBytes: 1 << 16))
    try BoundedFile.writeAtomically(
      path: folder + "/origin", bytes: Array((registry.settings.origin + "\n").utf8))
  }
}

/// Requests as a department hands them in: `act.csr`, `seal.csr`, `open.csr`, or their folder.
enum RequestFiles {
  static func read(_ paths: [String]) throws -> IdentityRequests {
    var files = paths
    var isFolder: ObjCBool = false
    if paths.count == 1,
      unsafe FileManager.default.fileExists(atPath: paths[0], isDirectory: &isFolder),
      isFolder.boolValue
    {
      files = IdentityUse.allCases.map { "\(paths[0])/\($0.rawValue).csr" }
        .filter(FileManager.default.fileExists)
    }
    var requests: [IdentityUse: IdentityRequest] = [:]
    for file in files {
      let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
      guard let use = IdentityUse(rawValue: name) else {
        throw Failure(
          .usage, code: "request_name", "\(file): a request's file is named after its use",
          hint: "call the three act.csr, seal.csr and open.csr")
      }
      requests[use] = try read(file, ofFolder: isFolder.boolValue)
    }
    return try IdentityRequests(requests)
  }

  /// The requests of a folder with the department's own word for them.
  static func wrapped(
    _ folder: String
  ) throws -> (requests: IdentityRequests, token: String) {
    let file = folder + "/request.jws"
    guard FileManager.default.fileExists(atPath: file) else {
      throw Failure(
        .cannot, code: "request_unsigned", "\(folder) has no request.jws",
        hint: "identity request writes it when --keys holds the identity in force")
    }
    let bytes = try BoundedFile.readRegular(path: file, maximumBytes: 1 << 16)
    return (try read([folder]), String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
  }

  private static func read(_ file: String, ofFolder: Bool) throws -> IdentityRequest {
    let most = 1 << 16
    let bytes =
      ofFolder
      ? try BoundedFile.readRegular(path: file, maximumBytes: most)
      : try BoundedFile.read(path: file, maximumBytes: most)
    do throws(CryptographyError) {
      return try IdentityRequest(pem: bytes)
    } catch {
      let failure = Failure(explaining: error)
      // Somebody asked for an identity and does not get it: an answer. An unreadable file is none.
      let isAnswer = [.weakKey, .noPossession].contains(error.code)
      throw Failure(
        isAnswer ? .no : .cannot, code: failure.code, "\(file): \(error.message)")
    }
  }
}
