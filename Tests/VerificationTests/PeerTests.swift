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
  private func line(
    _ token: [UInt8], _ key: P256PublicKey, _ more: JSONObject = [:]
  ) throws -> [UInt8] {
    let jwk = try JSONValue(parsing: JWK.canonicalBytes(key))
    var object: JSONObject = [
      "jwk": jwk, "sd_jwt": .string(String(decoding: token, as: UTF8.self)),
    ]
    for member in more { object.append(member.name, member.value) }
    return JSONValue.object(object).canonicalBytes() + [0x0A]
  }

  private func certificate(
    _ key: P256PrivateKey, _ identity: Identity, holder: P256PublicKey? = nil
  ) throws -> [UInt8] {
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
      of: content, holder: try holder ?? P256PrivateKey.generate().publicKey,
      status: StatusReference(index: 7, uri: "https://certificates.example/status/1"),
      random: SystemRandom()
    ).bytes
  }

  @Test("joserfc, jwcrypto and sd-jwt verify our certificates and events")
  func peersAgree() throws {
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
    let lines = try peers(
      try line(try certificate(maker.key, maker.act), key)
        + line(Array(signed.serialised().utf8), key))
    #expect(lines?.count ?? 2 == 2)
  }

  @Test("sd-jwt verifies what our holders show, and we what its holders show")
  func presentations() throws {
    let maker = try BookMaker.settled(rules: 0)
    let key = try #require(maker.act.publicKey)
    let holder = try P256PrivateKey.generate()
    let bytes = try certificate(maker.key, maker.act, holder: holder.publicKey)
    let copy = try UnverifiedCertificate(parsing: bytes, keyBinding: .refused)
    let terms = try PresentationRequest.Terms(
      issuer: maker.act.uris[0],
      query: try ClaimQuery(types: [copy.type], claims: [.init("address"), .init("number")]),
      purpose: try Purpose(code: "site-inspection", text: "进场检查"), issuedAt: 1_790_000_000,
      expiresAt: 1_790_000_600, random: SystemRandom())
    let request = try PresentationRequest(
      parsing: try PresentationRequest.sign(terms, identities: [maker.act.der], key: maker.key))
    let shown = try Presentation(of: copy, selection: try terms.query.selection(from: copy))
      .sign(.init(answering: request, at: 1_790_000_010), with: holder)
    let audience: JSONObject = [
      "aud": .string(request.clientID), "nonce": .string(terms.nonce),
    ]
    var asHolder = audience
    asHolder.append("holder", try privateJWK(holder))
    asHolder.append("show", ["address", "number"])
    guard let lines = try peers(line(shown, key, audience) + line(bytes, key, asHolder)) else {
      return
    }
    // Eight that are always visible, and two that were chosen; _sd_alg and _sd are gone.
    #expect(lines.first == "10")
    let theirs = Array(try #require(lines.last).utf8)
    let now = Timestamp.now().seconds
    let session = CertificateVerifier(paths: try PathValidator(root: maker.root))
      .session(evidence: .init(), at: now, clock: now)
    let checks = session.verify(presentation: theirs, request: nil).checks
    #expect(checks[.keyBinding]?.result == .passed, "\(checks)")
    #expect(checks[.signature]?.result == .passed, "\(checks)")
    let read = try UnverifiedCertificate(parsing: theirs, keyBinding: .demanded)
    #expect(read.claims["number"] == "A-1" && read.claims["holders"] == nil)
  }

  private func privateJWK(_ key: P256PrivateKey) throws -> JSONValue {
    // OpenSSL writes the scalar behind the version, as an OCTET STRING (RFC 5915).
    let pem = try PrivateKeyFile.encrypt(
      key, passphrase: SecretBytes(copying: [0x61]), cost: .test)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl", "ec", "-passin", "pass:a", "-outform", "DER"]
    let der = try run(process, input: pem)
    let scalar = der[7..<39]
    var jwk = try #require(
      try JSONValue(parsing: JWK.canonicalBytes(key.publicKey)).objectValue)
    jwk.append("d", .string(Base64URL.encode(Array(scalar))))
    return .object(jwk)
  }

  /// What the peers print, a line each; nil where they are not installed.
  private func peers(_ input: [UInt8]) throws -> [String]? {
    guard let python = ProcessInfo.processInfo.environment["KANHE_PYTHON"] else {
      print("peers: skipped, KANHE_PYTHON names no Python with joserfc and sd-jwt")
      #expect(ProcessInfo.processInfo.environment["CI"] == nil, "CI has the peers installed")
      return nil
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("scripts/verify-with-peers.py").path
    ]
    let output = try run(process, input: input)
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func run(_ process: Process, input: [UInt8]) throws -> [UInt8] {
    let standardInput = Pipe()
    let output = Pipe()
    process.standardInput = standardInput
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input))
    try standardInput.fileHandleForWriting.close()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return Array(bytes)
  }
}
