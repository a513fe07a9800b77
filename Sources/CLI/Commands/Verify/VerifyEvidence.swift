import Certificates
import Encoding
import Foundation
import Ledger
import Rules
import Verification

/// A folder laid out as an export or a registry's `public` folder: what the files to be checked
/// need is taken from it, and nothing else is read.
struct VerifyEvidence {
  let directory: String
  private var taken: Set<String> = []
  /// Bytes of the status lists taken, unpacked: a small file may hold a large one.
  private var unpackedCount = 0
  private static let unpackedCountMax = 256 << 20
  /// The time that is asked about, seconds; nil for now.
  private let time: Int64?

  private init(directory: String, time: Int64?) throws {
    self.directory = directory
    self.time = time
    guard unsafe access(directory, F_OK) == 0 else {
      throw Failure(
        .cannot, code: "file_not_found", "there is no folder \(directory)",
        hint: "give an export, or the public folder of a registry, to --evidence")
    }
    if unsafe access(directory + "/trust.jwt", F_OK) != 0,
      unsafe access(directory + "/public/trust.jwt", F_OK) == 0
    {
      throw Failure(
        .cannot, code: "not_public", "\(directory) is a registry, and what is public lies below",
        hint: "give \(directory)/public to --evidence")
    }
  }

  /// Adds what folders have for the inputs: trust lists, types, status tokens, and where a list
  /// admits other registries, the roots.
  static func add(
    from directories: [String], for inputs: [VerifyInput], at time: Timestamp? = nil,
    to pool: inout EvidencePool
  ) throws {
    var folders = try directories.map {
      try VerifyEvidence(directory: $0, time: time?.seconds)
    }
    for index in folders.indices { try folders[index].add(for: inputs, to: &pool) }
    guard pool.namesOtherRegistries else { return }
    for index in folders.indices { try folders[index].take("root.pem", to: &pool) }
    for pin in try TrustPins()?.all() ?? [] {
      if let sequence = pin.sequence { pool.sequencesSeen[pin.root.sha256] = sequence }
    }
  }

  private mutating func add(for inputs: [VerifyInput], to pool: inout EvidencePool) throws {
    try take("trust.jwt", to: &pool)
    for input in inputs {
      switch input.content {
      case .file(let file):
        if case .proof(let proof) = file.content { try take(entry: proof.index, to: &pool) }
        if case .request(let request) = file.content {
          for type in request.terms.query.types { try take(type: type, to: &pool) }
        }
        for uri in file.receiptStatusURIs { try take(status: uri, to: &pool) }
        guard let certificate = VerifyEvidence.certificate(of: file) else { continue }
        try take(type: certificate.type, to: &pool)
        try take(status: certificate.status.uri, to: &pool)
      case .lines(_, let beginning):
        try take(lines: beginning, to: &pool)
      case .unreadable: continue
      }
    }
  }

  /// The entry of a proof, where the folder is an export that has it.
  private func take(entry index: LeafIndex, to pool: inout EvidencePool) throws {
    guard unsafe access(directory + "/checkpoint", F_OK) == 0 else { return }
    let export = try ExportReader(directory: directory)
    guard try export.size().contains(index),
      let bytes = try export.entries(from: index, count: 1).first
    else { return }
    pool.add(try Entry(parsing: bytes))
  }

  /// A file of many is of one type: all status lists of the first line's type are taken.
  private mutating func take(lines beginning: [UInt8], to pool: inout EvidencePool) throws {
    let line = beginning.prefix { $0 != 0x0A }
    guard let certificate = VerifyEvidence.certificate(of: KnownFile(recognising: Array(line)))
    else { return }
    try take(type: certificate.type, to: &pool)
    guard let name = VerifyEvidence.listName(certificate.status.uri) else { return }
    let folder = "status/\(name.department)/\(name.type)"
    let paths = FileManager.default.enumerator(atPath: directory + "/" + folder)
    while let path = paths?.nextObject() as? String {
      // Below a list's own folder lie its tokens of before.
      if path.hasSuffix(".jwt"), path.split(separator: "/").count == 2 {
        try take("\(folder)/\(path)", to: &pool)
        try takePast("\(folder)/\(path.dropLast(4))", to: &pool)
      }
    }
  }

  private mutating func take(type name: String, to pool: inout EvidencePool) throws {
    guard let path = VerifyEvidence.typePath(name) else { return }
    try take(path, to: &pool)
  }

  private mutating func take(status uri: String, to pool: inout EvidencePool) throws {
    guard let name = VerifyEvidence.listName(uri) else { return }
    try take(name.path + ".jwt", to: &pool)
    try takePast(name.path, to: &pool)
  }

  /// The token that was in force at the time asked about, of those that gave way to others.
  private mutating func takePast(_ path: String, to pool: inout EvidencePool) throws {
    guard let time else { return }
    let folder = "\(directory)/\(path)"
    // A link would lead out of the folder.
    let type = Result { try FileManager.default.attributesOfItem(atPath: folder)[.type] }
    guard case .success(let found) = type, found as? FileAttributeType == .typeDirectory
    else { return }
    let times = try FileManager.default.contentsOfDirectory(atPath: folder)
      .compactMap { name in Int64(name.dropLast(4)).flatMap { "\($0).jwt" == name ? $0 : nil } }
    guard let newest = times.filter({ $0 <= time }).max() else { return }
    try take("\(path)/\(newest).jwt", to: &pool)
  }

  /// Adds a file once; one that is not there is missing evidence, which the answer tells.
  private mutating func take(_ path: String, to pool: inout EvidencePool) throws {
    let whole = directory + "/" + path
    guard taken.insert(path).inserted, let bytes = try VerifyEvidence.bytes(of: whole) else {
      return
    }
    let file = KnownFile(recognising: bytes)
    if case .malformed(let fault) = file.content {
      throw Failure(
        .cannot, code: fault.code, "\(whole): \(fault.message)",
        hint: "get a new export, or give good files")
    }
    if case .statusToken(let token) = file.content {
      unpackedCount += token.list.bytes.count
      let name = VerifyEvidence.listName(token.uri)?.path
      guard let name, [name, "\(name)/\(token.issuedAt)"].contains(String(path.dropLast(4))),
        unpackedCount <= VerifyEvidence.unpackedCountMax
      else {
        throw Failure(
          .cannot, code: "evidence_foreign",
          "\(whole): this is not the list of that name, or the "
            + "lists together are too large", hint: "give the tokens needed as files")
      }
    }
    pool.add(file)
  }

  /// What stands in a file of the folder; nil if there is none. A link would lead out of the
  /// folder, and a pipe might never end.
  private static func bytes(of path: String) throws -> [UInt8]? {
    do throws(EncodingError) {
      return try BoundedFile.readRegular(path: path, maximumBytes: KnownFile.byteCountMax)
    } catch {
      guard error.code == .fileNotFound else {
        throw Failure(
          .cannot, code: Failure.snakeCase("\(error.code)"), error.description,
          hint: "get a new export, or give good files")
      }
      return nil
    }
  }

  // Names of another form are refused where the certificate is judged; here they lead nowhere. A
  // name that was read has no character of a path in it.
  private static func listName(_ uri: String) -> StatusListName? {
    do { return try StatusListName.parse(uri).name } catch { return nil }
  }

  private static func typePath(_ uri: String) -> String? {
    do {
      let type = try RegistryNames.parse(type: uri)
      return "types/\(type.code.text)/\(type.version).json"
    } catch {
      return nil
    }
  }

  private static func certificate(of file: KnownFile) -> UnverifiedCertificate? {
    switch file.content {
    case .copy(let certificate), .presentation(let certificate): certificate
    case .delivery(_, let certificate): certificate
    case .bundle(let parts): parts.certificate
    default: nil
    }
  }
}
