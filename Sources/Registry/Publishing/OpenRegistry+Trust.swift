import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

extension OpenRegistry {
  /// A list that ends sooner is signed anew: half its life is left for it to reach verifiers.
  static let trustRenewalSeconds: Int64 = 15 * 86_400

  /// The trust list in force; signed anew when something it says has changed, when it is lost or
  /// ends within 15 days, or when `fresh` is set.
  ///
  /// Asks for passphrases only to sign. The entry comes before the file: a list that somebody holds
  /// is always in the ledger, and one that was lost between the two is followed by the next number.
  /// Throws `readOnly`, `refused`, and what keys and appends throw.
  public func publishTrust(fresh: Bool) throws(RegistryError) -> TrustPublication {
    if !fresh, let current = try currentTrust() { return current }
    try requireWritable()
    let registrar = try signer(settings.code, use: .act)
    let identity = try keys.identity(.listSigner)
    let key = try keys.signingKey(.listSigner)
    let root = try rootIdentity()
    return try write { writer throws(RegistryError) in
      _ = try writer.recordWaitingRefusals(by: registrar)
      var list = try makeTrustList(at: writer.now.seconds)
      list.sequence = try lastTrustSequence() + 1
      let token = try OpenRegistry.sign(list, identity, key, root)
      let digest = SHA256.hash(token)
      let size = Int64(clamping: writer.head.size.value)
      let draft = writer.draft(
        .trustPublished, by: registrar,
        [
          "digest": .string(digest.base64url), "sequence": .integer(list.sequence),
          "size": .integer(size),
        ])
      let entry = try writer.appendOne(draft, by: registrar, registrar: registrar)
      try writer.flush()
      // Durable: the entry and a checkpoint over it. A crash now leaves the older file, whose
      // digest is not that of the entry: the next call signs a list with a higher number.
      try KeyStore.write(token, to: paths.trustList, mode: 0o644)
      return TrustPublication(
        list: list, token: token, digest: digest, size: size, index: entry.index)
    }
  }

  /// The published list, if it is the one in the ledger and still says what is so; nil if one has
  /// to be signed. Needs no passphrase.
  public func currentTrust() throws(RegistryError) -> TrustPublication? {
    guard let published = try publishedTrust() else { return nil }
    let now = clock.now().seconds
    guard published.list.expiresAt - now > OpenRegistry.trustRenewalSeconds else { return nil }
    var wanted = try makeTrustList(at: published.list.issuedAt)
    wanted.sequence = published.list.sequence
    return wanted == published.list ? published : nil
  }

  /// The published list as the ledger names it; nil if there is none, or the file is another.
  func publishedTrust() throws(RegistryError) -> TrustPublication? {
    guard let token = try trustFile() else { return nil }
    let digest = SHA256.hash(token)
    let fact = try readFacts { facts throws(RulesError) -> PublicationFact? in
      guard case .trust(let fact)? = try facts.fact(.trust) else { return nil }
      return fact
    }
    guard let fact, fact.digest == digest else { return nil }
    do throws(CertificatesError) {
      let list = try SignedTrustList(parsing: token).unverifiedList
      return TrustPublication(
        list: list, token: token, digest: digest, size: fact.size, index: nil)
    } catch {
      throw RegistryError(
        .damagedLedger, "the published trust list cannot be read", cause: error,
        at: paths.trustList)
    }
  }

  private func trustFile() throws(RegistryError) -> [UInt8]? {
    guard RegistryPaths.exists(paths.trustList) else { return nil }
    do throws(EncodingError) {
      return try BoundedFile.readRegular(path: paths.trustList, maximumBytes: 8 << 20)
    } catch {
      throw RegistryError(file: error)
    }
  }

  /// The highest number that a list ever had here: in the ledger, or in the file if it has a
  /// higher one, since nobody may see one number twice.
  private func lastTrustSequence() throws(RegistryError) -> Int64 {
    let recorded = try readFacts { facts throws(RulesError) -> Int64 in
      guard case .trust(let fact)? = try facts.fact(.trust) else { return 0 }
      return fact.sequence
    }
    guard let token = try trustFile() else { return recorded }
    do throws(CertificatesError) {
      return max(recorded, try SignedTrustList(parsing: token).unverifiedList.sequence)
    } catch {
      // The file is no list: the ledger knows better.
      return recorded
    }
  }

  /// The root identity that the registry publishes; throws `damagedSettings`.
  func rootIdentity() throws(RegistryError) -> Identity {
    let identity: Identity
    do {
      identity = try Identity(
        pem: try BoundedFile.readRegular(path: paths.root, maximumBytes: Identity.byteCountMax * 2))
    } catch {
      throw RegistryError(
        .damagedSettings, "the root cannot be read; restore it", cause: error, at: paths.root)
    }
    guard identity.keyID == settings.root else {
      throw RegistryError(
        .damagedSettings, "this is not the registry's root; restore it", at: paths.root)
    }
    return identity
  }

  /// Signs a list, and looks at it as any verifier would before it is shown to anyone.
  private static func sign(
    _ list: TrustList, _ identity: Identity, _ key: P256PrivateKey, _ root: Identity
  ) throws(RegistryError) -> [UInt8] {
    let token: [UInt8]
    let faults: [CertificatesError]
    do {
      token = try SignedTrustList.sign(list, identity: identity, key: key)
      faults = try SignedTrustList(parsing: token).faults(
        under: try PathValidator(root: root), at: list.issuedAt, clock: list.issuedAt,
        sequenceMin: nil)
    } catch {
      throw RegistryError(
        .cryptography, "the trust list could not be signed", cause: error)
    }
    guard faults.isEmpty else {
      throw RegistryError(
        .keyMismatch,
        "no verifier would believe the list: "
          + faults.map(\.message).joined(separator: "; ") + "; look at keys/list-signer.pem",
        cause: faults[0])
    }
    return token
  }
}
