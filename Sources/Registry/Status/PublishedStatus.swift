import Certificates
import Cryptography
import Encoding
import Ledger

/// The status tokens of one department as they lie in `public/status`.
///
/// Spec: status.md, "Names".
struct PublishedStatus {
  /// The folder below which the tokens lie, without a slash at the end.
  let directory: String

  /// A registry's own tokens.
  init(_ paths: RegistryPaths) { directory = paths.published }

  /// Tokens below another folder.
  init(directory: String) { self.directory = directory }

  /// Where the token of a list lies.
  func path(_ name: StatusListName) -> String { "\(directory)/\(name.path).jwt" }

  /// The token of a list; nil when there is none or it cannot be read: it is then signed anew.
  func token(_ name: StatusListName) throws(RegistryError) -> StatusToken? {
    guard let bytes = try bytes(name) else { return nil }
    do throws(CertificatesError) {
      return try StatusToken(parsing: bytes)
    } catch {
      return nil
    }
  }

  /// The bytes of a list's token; nil when there is none.
  func bytes(_ name: StatusListName) throws(RegistryError) -> [UInt8]? {
    let path = path(name)
    guard RegistryPaths.exists(path) else { return nil }
    do throws(EncodingError) {
      return try BoundedFile.readRegular(path: path, maximumBytes: JWSForm.statusToken.byteCountMax)
    } catch {
      throw RegistryError(file: error)
    }
  }

  /// Replaces a token as one step; durable on return.
  func write(_ token: [UInt8], _ name: StatusListName) throws(RegistryError) {
    if !RegistryPaths.exists(directory) { try RegistryPaths.makeDirectory(directory) }
    var folder = directory
    for part in name.path.split(separator: "/").dropLast() {
      try RegistryPaths.makeDurableDirectory("\(folder)/\(part)", in: folder)
      folder += "/\(part)"
    }
    try KeyStore.write(token, to: path(name), mode: 0o644)
  }

  /// The RFC 6962 root over the tokens of some lists, ASCII, in the order of their URIs.
  ///
  /// Lists without a token are left out: they have no copy yet.
  func root(
    of lists: [(uri: String, name: StatusListName)]
  ) throws(RegistryError) -> (count: Int, root: Digest) {
    var tree = CompactRange()
    let sorted = lists.sorted { $0.uri.utf8.lexicographicallyPrecedes($1.uri.utf8) }
    for list in sorted {
      guard let token = try bytes(list.name) else { continue }
      tree.append(MerkleTree.leafHash(token))
    }
    return (Int(clamping: tree.size.value), tree.root)
  }
}
