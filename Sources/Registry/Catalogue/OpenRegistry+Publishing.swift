import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

extension OpenRegistry {
  /// Publishes type files: all that are new, or none.
  ///
  /// A file that was published just so is passed over, and put back if it was lost or changed. Each
  /// is signed by the body that defines it or, while that is not enrolled, by the registrar. The
  /// files are durable before the entries: whoever reads an entry finds its file.
  ///
  /// Throws `invalidType` when a version does not follow the newest or is another file than the one
  /// published; `refused` when the rules say no; `readOnly`, and what keys and appends throw. None
  /// is published then.
  public func publish(_ files: [TypeFile]) throws(RegistryError) -> PublishReport {
    // Keys are opened before the lock is taken: nobody waits for a person's passphrase.
    var signers: [String: Signer] = [:]
    for file in try unpublished(files) {
      let code = try publisher(of: file.code)
      if signers[code] == nil { signers[code] = try signer(code, use: .act) }
    }
    return try write { writer throws(RegistryError) in
      // Looked at again: another process may have published since.
      let new = try unpublished(files)
      let published = try append(new, signers, writer)
      return PublishReport(
        published: published, unchangedCount: files.count - new.count,
        checkpoint: try writer.checkpoint())
    }
  }

  private func append(
    _ new: [TypeFile], _ signers: [String: Signer], _ writer: Writer
  ) throws(RegistryError) -> [(file: TypeFile, index: LeafIndex)] {
    guard !new.isEmpty else { return [] }
    let registrar = signers[settings.code]
    if let registrar { _ = try writer.recordWaitingRefusals(by: registrar) }
    var proposals: [Proposal] = []
    for file in new {
      guard let signer = signers[try publisher(of: file.code)] else {
        throw RegistryError(.conflict, "the body was enrolled meanwhile; publish again")
      }
      let draft = writer.draft(.typePublished, by: signer, OpenRegistry.members(of: file))
      proposals.append(Proposal(try writer.sign(draft, by: signer), group: 1))
    }
    for file in new { try store(file) }
    // Durable: the files. A crash now leaves files that no entry names, and nobody reads those.
    let result = try writer.append(proposals, registrar: registrar)
    do throws(RegistryError) {
      return zip(new, try result.required()).map { ($0, $1.index) }
    } catch {
      for file in new { RegistryPaths.remove(paths.type(file.code.text, version: file.version)) }
      throw error
    }
  }

  /// Withdraws a version of a type, or the newest: no more certificates of it are issued.
  ///
  /// Throws `unknownType`, `refused`, `readOnly`, and what keys and appends throw.
  public func withdraw(
    _ code: TypeCode, version: Int?
  ) throws(RegistryError) -> (type: PublishedType, change: LedgerChange) {
    let type = try type(code, version: version)
    let signer = try signer(try publisher(of: code), use: .act)
    let change = try append(
      .typeWithdrawn, by: signer,
      ["type": .string(code.text), "version": .integer(Int64(type.version))])
    return (type, change)
  }

  /// Who signs a type's publication; throws `damagedLedger`.
  func publisher(of code: TypeCode) throws(RegistryError) -> String {
    let definer = code.definer.text
    let isActing = try readFacts { facts throws(RulesError) in
      guard let fact = try facts.department(definer) else { return false }
      return fact.retiredAt == nil
    }
    return isActing ? definer : settings.code
  }

  /// The files that are to be published, in the order of code and version.
  ///
  /// Throws `invalidType` for the first that cannot be.
  private func unpublished(_ files: [TypeFile]) throws(RegistryError) -> [TypeFile] {
    var new: [TypeFile] = []
    for file in files.sorted(by: { ($0.code, $0.version) < ($1.code, $1.version) }) {
      let (known, newest) = try readFacts { facts throws(RulesError) in
        (
          try facts.type(file.code.text, version: file.version),
          try facts.type(file.code.text)?.version ?? 0
        )
      }
      if let digest = known?.digest {
        guard digest == file.digest else { throw OpenRegistry.isAnother(file) }
        try restore(file)
      } else if let last = new.last, last.code == file.code, last.version == file.version {
        guard last == file else { throw OpenRegistry.isAnother(file) }
      } else {
        let before = new.last.flatMap { $0.code == file.code ? $0.version : nil } ?? newest
        guard file.version == before + 1 else {
          throw RegistryError(
            .invalidType,
            "version \(file.version) does not follow version \(before); number it \(before + 1)",
            at: file.code.text)
        }
        new.append(file)
      }
    }
    return new
  }

  /// Puts a published file back that was lost or changed.
  private func restore(_ file: TypeFile) throws(RegistryError) {
    do throws(RegistryError) {
      _ = try typeFile(file.code, version: file.version)
    } catch {
      guard error.code == .damagedType else { throw error }
      try store(file)
    }
  }

  private static func isAnother(_ file: TypeFile) -> RegistryError {
    RegistryError(
      .invalidType,
      "version \(file.version) was published with other contents; give this the next number",
      at: file.code.text)
  }

  private func store(_ file: TypeFile) throws(RegistryError) {
    let path = paths.type(file.code.text, version: file.version)
    try RegistryPaths.makeDurableDirectory(paths.types, in: paths.published)
    try RegistryPaths.makeDurableDirectory(paths.types + "/" + file.code.text, in: paths.types)
    try KeyStore.write(file.canonicalBytes, to: path, mode: 0o644)
  }

  /// The clear members of `type.published`.
  private static func members(of file: TypeFile) -> JSONObject {
    [
      "copies": .integer(Int64(file.copyCountMax)), "digest": .string(file.digest.base64url),
      "duties": file.object["duties"] ?? .array([]),
      "issuers": file.object["issuers"] ?? .array([]), "material": .string(file.material.rawValue),
      "subjects": .integer(Int64(file.subjectCountMax)), "type": .string(file.code.text),
      "version": .integer(Int64(file.version)),
    ]
  }
}
