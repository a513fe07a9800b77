import Certificates
import Cryptography
import Encoding
import Foundation
import Ledger
import Rules
import Testing

/// Two independent Python libraries read what we sign.
@Suite("Peers")
struct PeerTests {
  private func line(_ token: [UInt8], _ key: P256PublicKey) throws -> [UInt8] {
    let jwk = try JSONValue(parsing: JWK.canonicalBytes(key))
    let object: JSONValue = ["jwk": jwk, "sd_jwt": .string(String(decoding: token, as: UTF8.self))]
    return object.canonicalBytes() + [0x0A]
  }

  private func certificate(_ key: P256PrivateKey, _ identity: Identity) throws -> [UInt8] {
    let type = try TypeCode(BookMaker.code + "001")
    let profile = CertificateProfile(
      kind: CertificateKind(
        code: type, version: 1, name: "居民身份证", metadataDigest: SHA256.hash([1]),
        subjectCountMax: 2, ownNames: ["address"]),
      issuer: CertificateProfile.Issuer(
        code: try USCC(BookMaker.code), name: "公安局", host: "certificates.example",
        identities: [identity.der, identity.der]), key: key)
    let claims = try CertificateClaims([
      "number": "A-1", "valid_from": "2026-01-01", "valid_until": "2036-01-01",
      "address": "深圳市 𠮷",
      "holders": [["name": "诸葛英", "code": "440305198902012956", "code_type": "111"]],
    ])
    let content = try profile.content(
      of: claims,
      identifier: try CertificateIdentifier.make(
        type: type, issuer: profile.issuerCode, serial: "A1", version: 1),
      today: try Day(parsing: "2026-01-01"))
    return try profile.copy(
      of: content, holder: try P256PrivateKey.generate().publicKey,
      status: StatusReference(index: 7, uri: "https://certificates.example/status/1"),
      random: SystemRandom()
    ).bytes
  }

  @Test("joserfc and sd-jwt verify our certificates and events")
  func peersAgree() throws {
    guard let python = ProcessInfo.processInfo.environment["KANHE_PYTHON"] else {
      print("peers: skipped, KANHE_PYTHON names no Python with joserfc and sd-jwt")
      #expect(ProcessInfo.processInfo.environment["CI"] == nil, "CI has the peers installed")
      return
    }
    let maker = try BookMaker.settled(rules: 0)
    let key = try #require(maker.act.publicKey)
    var event = EventDraft(
      .certificateIssued, audience: BookMaker.origin, issuer: maker.act.uris[0],
      seen: .empty, clear: ["type": .string(BookMaker.code + "001"), "version": 1], subjects: 2)
    event.disclose("certificate", ["identifier": "x"])
    event.disclose("subject_1", ["code": "y"])
    event.disclose("copy_1", ["digest": "z"])
    let signed = try event.signed(
      with: maker.key, keyID: maker.act.sha256, at: Timestamp(seconds: 1_790_000_000))
    let input =
      try line(try certificate(maker.key, maker.act), key)
      + line(Array(signed.serialised().utf8), key)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("scripts/verify-with-peers.py").path
    ]
    let standardInput = Pipe()
    let output = Pipe()
    process.standardInput = standardInput
    process.standardOutput = output
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input))
    try standardInput.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(text.split(separator: "\n").count == 2)
  }
}
