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

  /// Where a token lies that another took the place of: what was so on that day.
  func pastPath(_ name: StatusListName, issuedAt: Int64) -> String {
    "\(name.path)/\(issuedAt).jwt"
  }

  /// Keeps the token that lies there, under its time, and replaces it; durable on return.
  ///
  /// The old one is kept first: a crash leaves it twice, never not at all.
  func succeed(_ token: [UInt8], _ name: StatusListName) throws(RegistryError) {
    if let old = try bytes(name), old != token, let issuedAt = try self.token(name)?.issuedAt {
      try write(old, below: pastPath(name, issuedAt: issuedAt))
    }
    try write(token, name)
  }

  /// Writes the addresses of all lists that have a token, for who takes them all along
  /// (Token Status List, "Status List Aggregation").
  func writeAggregation(_ uris: [String]) throws(RegistryError) {
    let list: JSONValue = ["status_lists": .array(uris.sorted().map { .string($0) })]
    let bytes = list.canonicalBytes() + [0x0A]
    let path = "\(directory)/\(PublishedStatus.aggregation)"
    let old = Result { () throws(EncodingError) in
      try BoundedFile.readRegular(path: path, maximumBytes: bytes.count)
    }
    // One that is not there, is longer or cannot be read is replaced.
    if case .success(bytes) = old { return }
    try write(bytes, below: PublishedStatus.aggregation)
  }

  /// The file of all addresses.
  static let aggregation = "status/aggregation.json"

  /// Replaces a token as one step; durable on return.
  func write(_ token: [UInt8], _ name: StatusListName) throws(RegistryError) {
    try write(token, below: name.path + ".jwt")
  }

  private func write(_ bytes: [UInt8], below path: String) throws(RegistryError) {
    if !RegistryPaths.exists(directory) { try RegistryPaths.makeDirectory(directory) }
    var folder = directory
    for part in path.split(separator: "/").dropLast() {
      try RegistryPaths.makeDurableDirectory("\(folder)/\(part)", in: folder)
      folder += "/\(part)"
    }
    try KeyStore.write(bytes, to: "\(directory)/\(path)", mode: 0o644)
  }

  /// The leaf hashes of the tokens of some lists, ASCII, in the order of their URIs.
  ///
  /// Lists without a token are left out: they have no copy yet.
  func leaves(
    of lists: [(uri: String, name: StatusListName)]
  ) throws(RegistryError) -> LeafList {
    var leaves: [Digest] = []
    let sorted = lists.sorted { $0.uri.utf8.lexicographicallyPrecedes($1.uri.utf8) }
    for list in sorted {
      if let token = try bytes(list.name) { leaves.append(MerkleTree.leafHash(token)) }
    }
    do throws(LedgerError) { return try LeafList(leaves) } catch { throw RegistryError(error) }
  }

  /// Writes which tokens a round names, unless they stand there; durable on return.
  func write(_ leaves: LeafList, of department: USCC, sequence: Int64) throws(RegistryError) {
    let path = StatusRound.path(department: department.text, sequence)
    let bytes = leaves.bytes
    let old = Result { () throws(EncodingError) in
      try BoundedFile.readRegular(path: "\(directory)/\(path)", maximumBytes: bytes.count)
    }
    if case .success(bytes) = old { return }
    try write(bytes, below: path)
  }
}
