import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import Testing

/// What happens to many acts at once, and to what was signed before keys changed.
@Suite struct ShareBatchTests {
  private let holder: TestGrant
  private var base: TestRegistry { holder.city.base }

  init() throws {
    holder = try TestGrant()
    _ = try holder.request(try holder.lodge(holder.terms()))
    try #require(try holder.release() == nil)
  }

  /// The release, which is told again by whoever orders it again.
  private func released(_ registry: OpenRegistry) throws -> SharedAct {
    var found: LeafIndex?
    try registry.forEachShare(ShareSearch()) { share throws(RegistryError) in
      found = share.index
      return false
    }
    let order = ReleaseOrder(.entry(try #require(found)))
    let releaser = try registry.releaser(TestCity.police)
    let step = try registry.write { writer throws(RegistryError) in
      try writer.release([order], by: releaser)
    }
    return try #require(step.acts.first)
  }

  @Test func `of the acts about a share that one batch refuses sixteen are kept`() throws {
    let registry = try base.open()
    let signer = try registry.signer(TestCity.civil, use: .act)
    let release = try released(registry)
    let orders = (0..<20).map {
      DisputeOrder(.entry(release.index), claim: "holders", reason: "reason \($0)")
    }
    let step = try registry.write { writer throws(RegistryError) in
      try writer.dispute(orders + [orders[0]], by: signer)
    }
    let codes = ShareGrantOutcome.rules(step)
    #expect(codes.count == 21 && Set(codes) == [[.releaseUnacknowledged]])
    #expect(try registry.vault.items("share-refused", after: nil, limit: 100).count == 16)
    try registry.close()
  }

  @Test func `a receipt shows the authority of its signer, also after a newer one came`() throws {
    let newer = try rekey()
    let registry = try base.open()
    let act = try released(registry)
    let handedOut = try #require(
      try registry.handOut([act], to: base.folder.file("outbox")).first)
    let receipt = try Receipt(
      parsing: try BoundedFile.read(path: handedOut.receiptPath, maximumBytes: 1 << 20))
    let path = receipt.signerPath.identities
    #expect(path.count == 2 && path[1] != newer.der)
    let signer = try Identity(der: path[0])
    let root = try Identity(
      pem: try BoundedFile.read(path: "\(base.directory)/public/root.pem", maximumBytes: 1 << 16))
    let validation = try PathValidator(root: root, host: TestRegistry.host).validate(
      leaf: signer, intermediates: [try Identity(der: path[1])], purpose: .act,
      at: base.clock.now().seconds, expectedURI: nil)
    #expect(validation.isValid)
    try registry.close()
  }

  /// Puts a new authority beside the first.
  private func rekey() throws -> Identity {
    let registry = try base.open()
    let root = try Identity(
      pem: try BoundedFile.read(path: "\(base.directory)/public/root.pem", maximumBytes: 1 << 16))
    let key = try PrivateKeyFile.openP256(
      try BoundedFile.read(path: "\(base.directory)/offline/root.key", maximumBytes: 1 << 16),
      passphrase: try TestRegistry.passphrase(.registry), minimumCost: .test)
    let now = base.clock.now().seconds
    let newer = try IdentityIssuer(identity: root, key: key).issue(
      IdentityContents(
        profile: .authority(permittedHost: TestRegistry.host),
        publicKey: try P256PrivateKey.generate().publicKey,
        subject: IdentitySubject(commonName: "newer authority"), validFrom: now - 60,
        through: now + 86_400))
    let signer = try registry.signer(TestRegistry.code, use: .act)
    let outcome = try registry.write { writer throws(RegistryError) in
      let draft = writer.draft(
        .ledgerRekeyed, by: signer, ["authority": .string(Base64.encode(newer.der))])
      return try writer.append([Proposal(try writer.sign(draft, by: signer))]).outcomes[0]
    }
    try #require(outcome.entry != nil, "\(outcome)")
    try registry.close()
    return newer
  }
}
