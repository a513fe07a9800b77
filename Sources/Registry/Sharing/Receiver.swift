import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Material that was opened and found to be what was released, in answer to what was asked.
struct ReceivedMaterial: Sendable {
  /// The release.
  let release: ShareAct
  /// What was handed over.
  let material: Material
  /// The material as the provider signed it: CMS SignedData, DER.
  let signed: [UInt8]
  /// SHA-256 of the enclosed bytes.
  let enclosed: Digest
}

/// Opens what was released to a department, with its `open` keys, old ones too.
///
/// Many threads may open at once; keys are opened, and identities read, once. Spec: material.md,
/// "MUST".
public final class Receiver: Sendable {
  /// The most bytes of a file that is read.
  public static let byteCountMax = EnclosedMessage.byteCountMax

  private let settings: RegistrySettings
  private let code: String
  private let facts: FactOverlay
  private let reader: MatterReader
  private let certificates: CertificateReader
  private let ledgerKeys: [VerifierKey]
  private let validator: PathValidator
  private let keys: OpenedKeys
  /// Those of the ledger that were met, and its authorities.
  private let identities: Guarded<[Digest: Identity]>
  /// The checkpoint of the last receipt: what was handed out together has the same one.
  private let checkpoint = Guarded<VerifiedCheckpoint?>(nil)

  /// Receives for a department; throws `damagedLedger`, and what the ledger's passphrase throws.
  public init(_ code: String, in registry: OpenRegistry) throws(RegistryError) {
    settings = registry.settings
    self.code = code
    facts = registry.facts()
    reader = try registry.matters()
    certificates = reader.certificates
    keys = OpenedKeys(registry.departmentKeys, of: code)
    let ledger = try registry.readFacts { facts throws(RulesError) in try facts.ledger() }
    guard let ledger else {
      throw RegistryError(.damagedLedger, "the ledger was never opened")
    }
    do {
      ledgerKeys = try ledger.keys.map { try VerifierKey(parsing: $0.vkey) }
      validator = try PathValidator(root: try Identity(der: ledger.root), host: settings.host)
      let authorities = try ledger.authorities.map { try Identity(der: $0) }
      identities = Guarded(
        Dictionary(authorities.map { ($0.sha256, $0) }, uniquingKeysWith: { first, _ in first }))
    } catch {
      throw RegistryError(.damagedLedger, "the ledger's keys cannot be read", cause: error)
    }
  }

  /// Opens enclosed bytes with the receipt that came with them.
  ///
  /// Nothing is opened before receipt, requester, request and digest are those of the ledger. A
  /// refusal says what does not fit. Throws what keys throw.
  func open(
    _ enclosed: [UInt8], receipt bytes: [UInt8]
  ) throws(RegistryError) -> Result<ReceivedMaterial, ShareRefusal> {
    try refusing {
      let receipt = try check(bytes)
      let (share, release) = try recorded(receipt)
      let digest = SHA256.hash(enclosed)
      guard release.event.digest("enclosed") == digest else {
        throw refusal(
          "enclosed", "the bytes are not those of the release; ask for the recorded ones again",
          release)
      }
      let signed = try decrypt(enclosed, release)
      guard try content(receipt, release) == SHA256.hash(signed) else {
        throw unusable("content", "what came out is not what was released", release)
      }
      let material = try verify(signed, release)
      guard material.request == share.request.id, material.requester == code,
        material.claims == release.claims
      else {
        throw unusable("manifest", "what was signed answers another request", release)
      }
      try checkContent(material, share, release)
      return ReceivedMaterial(
        release: release, material: material, signed: signed, enclosed: digest)
    }
  }

  // MARK: Receipt

  private func check(_ bytes: [UInt8]) throws -> Receipt {
    let receipt: Receipt
    do throws(RulesError) { receipt = try Receipt(parsing: bytes) } catch {
      throw ShareRefusal("malformed_receipt", error.message)
    }
    do throws(LedgerError) {
      let known = checkpoint.withLock(\.self)
      let verified = try receipt.proof.verify(
        leafHash: receipt.entry.leafHash, keys: ledgerKeys, origin: settings.origin, known: known)
      checkpoint.withLock { $0 = verified }
    } catch {
      throw ShareRefusal(
        "receipt", "the receipt does not prove its entry: \(error.message)",
        act: "\(receipt.entry.index.value)")
    }
    return receipt
  }

  /// The release as the ledger has it; the receipt's entry must be that very one.
  private func recorded(_ receipt: Receipt) throws -> (share: Share, release: ShareAct) {
    let index = receipt.entry.index
    guard let (share, act) = try reader.share(.entry(index), host: settings.host),
      act.event.kind == .shareReleased, act.entry == receipt.entry
    else {
      throw ShareRefusal(
        "not_found", "the receipt is not of a release of this ledger", act: "\(index.value)")
    }
    guard share.requester == code, act.event.text("requester") == code else {
      throw refusal("signer_role", "it was released to another department", act)
    }
    guard EventName(named: "request", in: act.event) == share.name else {
      throw refusal("request_unknown", "it answers another request", act)
    }
    return (share, act)
  }

  /// The digest of the signed bytes, as the receipt opens it under the event's signature.
  private func content(_ receipt: Receipt, _ release: ShareAct) throws -> Digest {
    guard let opening = receipt.disclosures.first(where: { $0.name == "content" }),
      release.event.digests.contains(opening.digest),
      let digest = opening.value.stringValue.flatMap(Digest.init(canonicalText:))
    else {
      throw refusal("content", "the receipt does not open what was released", release)
    }
    return digest
  }

  // MARK: Material

  private func decrypt(_ enclosed: [UInt8], _ release: ShareAct) throws -> [UInt8] {
    guard let keyID = release.event.digest("receiver"), let fact = try fact(keyID),
      fact.department == code, fact.use == .open, let identity = try identity(keyID)
    else { throw refusal("receiver", "it was enclosed to no identity of ours", release) }
    let key: P256PrivateKey
    do throws(RegistryError) { key = try keys.key(of: identity) } catch {
      // The next file may be enclosed to another identity, whose key is here.
      throw refusal("key", "the key that opens it cannot be used: \(error.message)", release)
    }
    do throws(CryptographyError) {
      return try EnclosedMessage.open(enclosed, as: identity, with: key)
    } catch {
      throw unusable("material", error.message, release)
    }
  }

  /// The material, when the provider's `seal` signed it and was in use at the release's time.
  private func verify(_ signed: [UInt8], _ release: ShareAct) throws -> Material {
    do {
      let message = try SignedMessage(verifying: signed) { keyID in
        identities.withLock { $0[keyID] }
      }
      let fact = try fact(message.signer.sha256)
      let time = release.entry.received.seconds
      guard let fact, fact.department == release.event.issuerCode, fact.use == .seal,
        fact.state == .active || time < fact.at ?? .min,
        validator.validate(
          leaf: message.signer, intermediates: message.others, purpose: .seal, at: time,
          expectedURI: release.event.issuer
        ).isValid
      else {
        throw unusable(
          "material", "it was not signed by a seal of the provider that was in use then", release)
      }
      // Not all that came with it: a provider could fill the memory with identities.
      identities.withLock { $0[message.signer.sha256] = message.signer }
      return try Material(parsing: message.content)
    } catch let error as CryptographyError {
      throw unusable("material", error.message, release)
    } catch let error as RulesError {
      throw unusable("malformed_material", error.message, release)
    }
  }

  /// It is a file or a certificate, as was asked for; a copy is of the certificate that the ledger
  /// says was released, and discloses exactly the claims of the release.
  private func checkContent(
    _ material: Material, _ share: Share, _ release: ShareAct
  ) throws {
    guard case .certificate(let bytes) = material.content else {
      guard share.isFile else {
        throw unusable("manifest", "a certificate was asked for, a file was handed over", release)
      }
      return
    }
    guard !share.isFile else {
      throw unusable("manifest", "a file was asked for, a certificate was handed over", release)
    }
    let copy: UnverifiedCertificate
    do throws(CertificatesError) {
      copy = try UnverifiedCertificate(parsing: bytes, keyBinding: .refused)
    } catch {
      throw unusable("claims", error.message, release)
    }
    guard try isReleased(copy, release) else {
      throw unusable(
        "certificate", "it is another certificate than the one that was released", release)
    }
    var names: Set<String> = []
    for path in copy.disclosedPaths {
      if case .name(let name)? = path.first { names.insert(name) }
    }
    guard names == Set(material.claims) else {
      throw unusable("claims", "it discloses other claims than were released", release)
    }
  }

  /// Whether it is the very copy that was issued: the digest covers issuer, type, person and
  /// signature, and says of which person the ledger tells.
  private func isReleased(
    _ copy: UnverifiedCertificate, _ release: ShareAct
  ) throws -> Bool {
    guard let text = release.value("certificate")?["identifier"]?.stringValue,
      let known = try certificates.find(try CertificateIdentifier(text))
    else { return false }
    return try certificates.copyDigests(of: known.row).contains(copy.digest)
  }

  // MARK: Identities

  private func fact(_ keyID: Digest) throws(RegistryError) -> IdentityFact? {
    try facts.reading { facts throws(RulesError) in try facts.identityFact(keyID) }
  }

  private func identity(_ keyID: Digest) throws(RegistryError) -> Identity? {
    if let known = identities.withLock({ $0[keyID] }) { return known }
    let identity = try facts.reading { facts throws(RulesError) in try facts.identity(keyID) }
    identities.withLock { $0[keyID] = identity }
    return identity
  }

  /// What was released is of no use, and nobody can take it back.
  private func unusable(_ code: String, _ message: String, _ release: ShareAct) -> ShareRefusal {
    refusal(code, message + "; ask anew with 'kanhe share request --again'", release)
  }

  private func refusal(_ code: String, _ message: String, _ release: ShareAct) -> ShareRefusal {
    ShareRefusal(code, message, act: release.name)
  }
}

extension ShareAct {
  /// The claims that a request or release names.
  var claims: [String] { event.claims }
}
