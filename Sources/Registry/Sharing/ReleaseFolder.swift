import Cryptography
import Encoding
import Ledger
import Rules

/// A release as it was handed out.
public struct HandedOut: Sendable {
  /// The release.
  public let act: SharedAct
  /// The enclosed bytes.
  public let path: String
  /// The receipt of the release's entry.
  public let receiptPath: String
  /// SHA-256 of the enclosed bytes.
  public let digest: Digest
}

extension OpenRegistry {
  /// Hands releases out: for each the enclosed bytes as `<index>.p7m` and the receipt of its entry
  /// as `<index>.receipt.json`, the bytes from the outbox, so a repetition gives the same ones.
  ///
  /// The folder is made if need be; files have mode 0600 and appear whole. What the requester
  /// acknowledged has left the outbox and is passed over. With `onlyMissing` files that are there
  /// are left alone. Throws `damagedVault`, `notWritable`, `diskFull`, `inputOutput`.
  public func handOut(
    _ acts: [SharedAct], to folder: String, onlyMissing: Bool = false
  ) throws(RegistryError) -> [HandedOut] {
    let reader = try matters()
    var paths: [Digest: SignerPath] = [:]
    let checkpoint = try write { writer throws(RegistryError) in try writer.checkpoint() }
    var tree = TileTree(reader: self.reader, size: checkpoint.head.size)
    let files = FileBatch(in: folder)
    var handedOut: [HandedOut] = []
    for act in acts {
      let path = "\(folder)/\(act.index.value).p7m"
      let receiptPath = "\(folder)/\(act.index.value).receipt.json"
      guard !onlyMissing || !RegistryPaths.exists(path) || !RegistryPaths.exists(receiptPath),
        let (share, release) = try reader.share(.entry(act.index), host: settings.host),
        let enclosed = try Outbox.enclosed(of: share.row.id, in: vault)
      else { continue }
      let digest = SHA256.hash(enclosed)
      guard release.event.digest("enclosed") == digest else {
        throw RegistryError(
          .damagedVault, "the outbox has other bytes than were released; restore a backup",
          at: "item")
      }
      if paths[release.event.keyID] == nil {
        paths[release.event.keyID] = try signerPath(release.event.keyID)
      }
      guard let signerPath = paths[release.event.keyID] else { continue }
      let receipt: Receipt
      do {
        let proof = TlogProof(
          try tree.inclusionProof(of: act.index), checkpoint: checkpoint.note)
        // Person and case the requester knows, nobody else is told them; which certificate it was
        // is for the requester to know only if that was asked for.
        receipt = try Receipt(
          entry: release.entry, disclosures: release.openings(["content"]),
          signerPath: signerPath, proof: proof)
      } catch let error as LedgerError {
        throw RegistryError(error)
      } catch {
        throw RegistryError(.internalFault, "a receipt could not be made", cause: error)
      }
      // The receipt first: whoever sees the bytes finds it.
      try files.add("\(act.index.value).receipt.json", receipt.bytes + [0x0A])
      try files.add("\(act.index.value).p7m", enclosed)
      handedOut.append(
        HandedOut(act: act, path: path, receiptPath: receiptPath, digest: digest))
    }
    try files.commit()
    return handedOut
  }

  /// The identities from a signer up to the root, as they stand in receipts; throws
  /// `damagedLedger`.
  func signerPath(_ keyID: Digest) throws(RegistryError) -> SignerPath {
    let path = try readFacts { facts throws(RulesError) in try facts.signerPath(keyID) }
    guard let path else {
      throw RegistryError(.damagedLedger, "no authority of this ledger vouches for a signer")
    }
    return path
  }
}
