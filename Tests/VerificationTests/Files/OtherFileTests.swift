import Certificates
import Cryptography
import Encoding
import Foundation
import Ledger
import Rules
import Testing
import Verification

@Suite("The verdict on files that hold no certificate")
struct OtherFileTests {
  private let world: EvidenceWorld

  init() throws { world = try EvidenceWorld() }

  /// The answer about the first file; the others are evidence.
  private func report(
    _ files: [[UInt8]], root: Identity? = nil, host: String? = nil, sequenceMin: Int64? = nil,
    time: Int64 = EvidenceWorld.now, clock: Int64? = nil
  ) throws -> FileReport {
    let known = files.map(KnownFile.init(recognising:))
    var pool = EvidencePool()
    for file in known { pool.add(file) }
    let anchor = try Anchor(
      root: root ?? world.keys.root, host: host, sequenceMin: sequenceMin)
    return FileVerifier(
      anchors: [anchor], pool: pool, time: time, clock: clock ?? time, audience: nil
    )
    .report(on: known[0])
  }

  private func expect(
    _ report: FileReport, _ name: Check.Name, _ code: String,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let codes = report.checks[name]?.reasons.map(\.code) ?? []
    #expect(codes.contains(code), "\(report.checks)", sourceLocation: location)
  }

  @Test("a trust list: of another registry, tampered with, expired, of the future, held back")
  func trustList() throws {
    let good = try world.trust()
    #expect(try report([good]).verdict(notDemanding: []) == .yes)
    expect(try report([good], root: try EvidenceKeys().root), .issuer, "foreign_root")
    expect(try report([good], sequenceMin: 8), .trust, "lower_sequence")
    expect(
      try report([good], time: EvidenceWorld.now + 31 * 86_400), .validity, "trust_list_expired")
    expect(try report([good], time: EvidenceWorld.now - 12_000), .validity, "trust_list_future")
    var parts = String(decoding: good, as: UTF8.self).components(separatedBy: ".")
    let payload = String(decoding: try Base64URL.decode(parts[1]), as: UTF8.self)
      .replacingOccurrences(of: "\"seq\":7", with: "\"seq\":9")
    parts[1] = Base64URL.encode(Array(payload.utf8))
    let changed = try report([Array(parts.joined(separator: ".").utf8)])
    expect(changed, .signature, "signature_invalid")
    #expect(changed.checks[.issuer]?.result == .passed)
  }

  @Test("a root that is pinned for another host vouches for no file")
  func foreignHost() throws {
    let trust = try world.trust()
    let seal = world.keys.seal.identity.der
    let authority = world.keys.authority.der
    let own = EvidenceKeys.host
    for files in [[trust], [try world.status(), trust], [seal, authority, trust], [authority]] {
      #expect(try report(files, host: own).verdict(notDemanding: []) == .yes)
      expect(try report(files, host: "other.example"), .issuer, "foreign_host")
    }
    let note = try world.receipt().proof.checkpoint
    expect(try report([note, trust], host: "other.example"), .ledger, "foreign_host")
    expect(
      try report([world.typeFile.canonicalBytes, trust], host: "other.example"), .type,
      "foreign_host")
  }

  @Test("a status token: of another department, unlisted, expired, of the future")
  func statusToken() throws {
    let trust = try world.trust()
    let good = try world.status()
    #expect(try report([good, trust]).verdict(notDemanding: []) == .yes)
    #expect(try report([good]).checks[.trust]?.result == .notShown)
    var other = world
    other.statusSigner = world.keys.otherSeal
    expect(try report([try other.status(), trust]), .issuer, "uri_mismatch")
    expect(try report([try other.status(), trust]), .trust, "status_signer")
    other = world
    other.statusURI = EvidenceWorld.statusURI + "1"
    expect(try report([try other.status(), trust]), .trust, "status_uri")
    other.statusURI = "https://registry.example/status/1"
    expect(try report([try other.status(), trust]), .format, "status_list_name")
    expect(
      try report([good, trust], time: EvidenceWorld.now + 8 * 86_400), .validity, "status_expired")
    expect(
      try report([good, trust], time: EvidenceWorld.now, clock: EvidenceWorld.now - 9_000),
      .validity, "status_future")
  }

  @Test("a type file: another than the one that the trust list names, and one it does not name")
  func typeFile() throws {
    let trust = try world.trust()
    let file = world.typeFile
    #expect(try report([file.canonicalBytes, trust]).verdict(notDemanding: []) == .yes)
    #expect(try report([file.canonicalBytes]).checks[.type]?.result == .notShown)
    var object = file.object
    object["copies"] = 1
    let changed = JSONValue.object(object).canonicalBytes()
    expect(try report([changed, trust]), .type, "type_digest")
    let later = try EvidenceWorld.typeFile(version: 2).canonicalBytes
    expect(try report([later, trust]), .type, "type_unknown")
  }

  @Test("checkpoint and proof: by another key, of another tree, without its entry, forked")
  func ledger() throws {
    let trust = try world.trust()
    let receipt = try world.receipt()
    let proof = receipt.proof.bytes
    let note = receipt.proof.checkpoint
    #expect(try report([note, trust]).verdict(notDemanding: []) == .yes)
    #expect(try report([note]).checks[.ledger]?.result == .notShown)
    #expect(try report([proof, trust, receipt.bytes]).verdict(notDemanding: []) == .yes)
    let alone = try report([proof, trust])
    #expect(alone.checks[.ledger]?.result == .notShown)
    expect(alone, .ledger, "entry_missing")
    var stranger = world
    let seed = SecretBytes(copying: [UInt8](repeating: 9, count: 32))
    stranger.ledgerKey = try NoteSigner(
      name: EvidenceKeys.origin, key: Ed25519PrivateKey(seed: seed))
    let foreign = try stranger.receipt().proof
    expect(try report([foreign.checkpoint, trust]), .ledger, "unknown_key")
    expect(try report([foreign.bytes, trust]), .ledger, "unknown_key")
    let other = try world.proof(of: receipt.entry, size: 8)
    let mixed = TlogProof(
      InclusionProof(index: receipt.entry.index, size: TreeSize(8), path: receipt.proof.path),
      checkpoint: other.checkpoint)
    expect(try report([mixed.bytes, trust, receipt.bytes]), .ledger, "proof_mismatch")
    let head = TreeHead(size: TreeSize(5), root: SHA256.hash("another tree"))
    let fork = try VerifiedCheckpoint(signing: head, with: world.ledgerKey).note
    expect(try report([note, trust, fork]), .ledger, "forked")
    expect(try report([receipt.bytes, trust, fork]), .ledger, "forked")
  }

  @Test("an identity: every fault of our vectors is found by its own code")
  func identities() throws {
    let expected = [
      ("rsa-1024", Check.Name.issuer, "weak_key"), ("foreign-root", .issuer, "foreign_root"),
      ("path-length", .issuer, "path_length"), ("name-constraint", .issuer, "name_constraint"),
      ("unknown-critical-extension", .issuer, "critical_extension"),
      ("bad-signature", .issuer, "bad_identity_signature"),
      ("two-uris", .issuer, "uri_mismatch"), ("expired", .validity, "identity_expired"),
      ("not-yet-valid", .validity, "identity_not_yet_valid"),
    ]
    for (name, check, code) in expected {
      let vector = try EvidenceVectors.vector("identity/\(name).json")
      func der(_ value: JSONValue?) throws -> [UInt8] {
        try Base64.decode(try #require(value?.stringValue))
      }
      let root = try Identity(der: try der(vector["root"]))
      let files =
        try [der(vector["leaf"])]
        + (vector["intermediates"]?.arrayValue ?? []).map { try der($0) }
      let report = try report(files, root: root, time: try #require(vector["at"]?.integerValue))
      expect(report, check, code)
      #expect(report.kind == .identity)
    }
  }

  @Test("an identity's state is the trust list's; an identity of another use is named")
  func identityState() throws {
    let authority = world.keys.authority.der
    let seal = world.keys.seal.identity.der
    let act = world.keys.act.identity.der
    #expect(
      try report([seal, authority, try world.trust()]).verdict(notDemanding: []) == .yes)
    #expect(try report([seal, authority]).checks[.trust]?.result == .notShown)
    let alone = try report([seal, try world.trust()])
    #expect(alone.checks[.issuer]?.result == .notShown)
    #expect(alone.checks[.issuer]?.reasons.first?.code == "missing_authority")
    #expect(alone.verdict(notDemanding: []) == .cannotTell)
    let changes: [(TrustList.IdentityEntry.State, String?)] = [
      (.retired(at: EvidenceWorld.now - 1), "identity_not_in_use"),
      (.retired(at: EvidenceWorld.now + 1), nil),
      (.compromised(since: EvidenceWorld.now + 1), "identity_compromised"),
    ]
    for (state, code) in changes {
      var scenario = try DeliveryScenario()
      scenario.world = world
      scenario.state(of: .act, state)
      let report = try report([act, authority, try scenario.world.trust()])
      #expect(report.checks[.keyState]?.reasons.first?.code == code)
    }
    let stranger = try EvidenceKeys.signer(
      .seal, EvidenceKeys.issuer, try #require(world.keys.authorityIssuer))
    expect(
      try report([stranger.identity.der, authority, try world.trust()]), .trust,
      "identity_unknown")
    let root = try report([world.keys.root.der])
    #expect(root.verdict(notDemanding: []) == .yes)
    let pem = world.keys.seal.identity.pem + world.keys.authority.pem
    #expect(try report([pem, try world.trust()]).verdict(notDemanding: []) == .yes)
  }
}
