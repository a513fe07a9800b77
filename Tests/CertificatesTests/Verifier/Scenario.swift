import Certificates
import Cryptography
import Encoding

/// A good certificate with all its evidence, and the changes that `verdict.json` names.
struct Scenario {
  let registry: SampleRegistry
  let type: TypeFile
  var list: TrustList
  var certificate: EditableCertificate
  var signer: P256PrivateKey
  var listSigner: SampleRegistry.Holder
  var evidence = CertificateVerifier.Evidence()
  var time = SampleRegistry.begin + 50_000
  var clock: Int64?
  /// The host that the root is believed for.
  var host: String?
  var isListGiven = true
  var afterSigning: ([UInt8]) throws -> [UInt8] = { $0 }
  var afterListSigning: ([UInt8]) throws -> [UInt8] = { $0 }

  init(_ registry: SampleRegistry) throws {
    self.registry = registry
    type = try SampleRegistry.typeFile()
    list = try registry.trustList(type)
    let sample = try SampleCertificate(
      key: registry.seal.key, identities: registry.seal.identities, kind: type.kind)
    certificate = try EditableCertificate(try sample.copy(), key: registry.seal.key)
    signer = registry.seal.key
    listSigner = registry.listSigner
    evidence.types = [type]
    evidence.statusTokens = [try Self.status(registry.seal)]
  }

  func report() throws -> CertificateVerifier.Report {
    var evidence = evidence
    if isListGiven {
      let token = try JWSSigner(
        type: "kanhe-trust+jwt", identities: listSigner.identities, key: listSigner.key
      ).sign(payload: list.canonicalBytes())
      evidence.trustList = try SignedTrustList(parsing: try afterListSigning(token))
    }
    let header = JSONValue.object(certificate.header).canonicalBytes()
    let token = try JWSSigner(header: header, key: signer)
      .sign(payload: JSONValue.object(certificate.payload).canonicalBytes())
    let bytes = SDJWT.join(token: try afterSigning(token), disclosures: certificate.disclosures)
    let verifier = CertificateVerifier(paths: try PathValidator(root: registry.root, host: host))
    return verifier.verify(bytes, evidence: evidence, at: time, clock: clock ?? time)
  }

  mutating func setChain(_ chain: [[UInt8]]) {
    certificate.header["x5c"] = .array(chain.map { .string(Base64.encode($0)) })
  }

  mutating func seal(with holder: SampleRegistry.Holder) {
    setChain(holder.identities)
    signer = holder.key
  }

  /// Puts another value, or another claim, in the place of a disclosed one.
  mutating func disclose(_ name: String, _ value: JSONValue, as newName: String? = nil) throws {
    for (index, old) in certificate.disclosures.enumerated()
    where try old.content().name == name {
      let new = Disclosure.make(
        salt: try Salt(from: SystemRandom()), name: newName ?? name, value: value)
      let digests = certificate.payload["_sd"]?.arrayValue ?? []
      certificate.payload["_sd"] = .array(
        digests.map { $0 == .string(old.digest.base64url) ? .string(new.digest.base64url) : $0 })
      certificate.disclosures[index] = new
    }
  }

  mutating func withoutDisclosure(_ name: String) throws {
    certificate.disclosures = try certificate.disclosures.filter { disclosure in
      try disclosure.content().name != name
    }
  }

  mutating func change(_ name: String) throws -> Bool {
    if try changePath(name) { return true }
    if try changeList(name) { return true }
    if try changeType(name) { return true }
    if try changeStatus(name) { return true }
    return try changeTime(name)
  }

  private mutating func changePath(_ name: String) throws -> Bool {
    let host = SampleCertificate.host
    switch name {
    case "none": break
    case "other_key": signer = registry.otherSeal.key
    case "moved_exp":
      afterSigning = { token in
        var editable = try JWS(parsing: token, as: .certificate).unverifiedClaims()
        editable["exp"] = .integer(2_000_000_000)
        var parts = token.split(separator: UInt8(ascii: ".")).map(Array.init)
        parts[1] = Base64URL.encodeBytes(JSONValue.object(editable).canonicalBytes())
        return Array(parts.joined(separator: [UInt8(ascii: ".")]))
      }
    case "iss_other":
      seal(with: registry.otherSeal)
    case "iss_host": certificate.payload["iss"] = .string("https://\(host)")
    case "iss_slash":
      certificate.payload["iss"] = .string(
        "https://\(host)/departments/\(SampleCertificate.issuerCode)/")
    case "foreign_registry": seal(with: try SampleRegistry().seal)
    case "root_in_chain": setChain(registry.seal.identities + [registry.root.der])
    case "no_authority": setChain([registry.seal.identities[0]])
    case "leaf_below_root":
      seal(
        with: try SampleRegistry.issue(
          .seal, SampleCertificate.issuerCode, registry.rootIssuer))
      setChain([Array(try leafDER())])
    case "self_signed":
      let other = try SampleRegistry()
      seal(with: .init(key: other.listSigner.key, chain: [other.root]))
    case "act_leaf":
      seal(with: try SampleRegistry.issue(.act, SampleCertificate.issuerCode, registry.issuer))
    case "open_leaf":
      seal(with: try SampleRegistry.issue(.open, SampleCertificate.issuerCode, registry.issuer))
    case "authority_leaf": setChain([registry.authority.der])
    case "broken_identity": setChain([[0x30, 0x00], registry.authority.der])
    case "iat_early": certificate.payload["iat"] = .integer(SampleRegistry.begin - 86_401)
    case "iat_late":
      certificate.payload["iat"] = .integer(SampleRegistry.begin + 731 * 86_400)
      time = SampleRegistry.begin + 740 * 86_400
    case "verified_later": time = SampleRegistry.begin + 1000 * 86_400
    case "unreadable": certificate.header["alg"] = "none"
    default: return false
    }
    return true
  }

  /// The DER of the leaf that stands in the header now.
  private func leafDER() throws -> [UInt8] {
    try Base64.decode(certificate.header["x5c"]?.arrayValue?.first?.stringValue ?? "")
  }

  private mutating func changeList(_ name: String) throws -> Bool {
    switch name {
    case "no_list": isListGiven = false
    case "list_expired": time = list.expiresAt
    case "list_last_second": time = list.expiresAt - 1
    case "list_future": list.issuedAt = time + 61
    case "list_rollback": evidence.sequenceMin = 8
    case "list_tampered":
      afterListSigning = { token in
        var parts = token.split(separator: UInt8(ascii: ".")).map(Array.init)
        let text = String(decoding: try Base64URL.decode(bytes: parts[1]), as: UTF8.self)
        let changed = text.split(separator: "\"seq\":7").joined(separator: "\"seq\":9")
        parts[1] = Base64URL.encodeBytes(Array(changed.utf8))
        return Array(parts.joined(separator: [UInt8(ascii: ".")]))
      }
    case "list_by_seal": listSigner = registry.seal
    case "list_foreign": listSigner = try SampleRegistry().listSigner
    case "pinned_host": host = SampleCertificate.host
    case "pinned_other_host": host = "other.example"
    case "list_other_registry":
      list.issuer = RegistryNames.department(
        try USCC("11100000000013338W"), host: "other.example")
      for index in list.departments.indices {
        list.departments[index].uri = RegistryNames.department(
          list.departments[index].code, host: "other.example")
      }
      list.statusURIs = []
      list.ledger.origin = "other.example/ledger"
    case "no_department": list.departments.removeAll { $0.code.text.hasPrefix("11430") }
    case "no_identity": list.departments[sealer].identities = []
    case "identity_act": list.departments[sealer].identities[0].use = .act
    case "identity_elsewhere":
      let entry = list.departments[sealer].identities.removeFirst()
      list.departments[1 - sealer].identities.append(entry)
    case "no_type": list.types = []
    case "other_version": list.types[0].version = 2
    case "type_of_other": list.types[0].issuers = [.department(list.departments[1 - sealer].code)]
    case "department_limited": list.departments[sealer].types = []
    case "renamed": list.departments[sealer].name = "乙"
    case "department_retired": list.departments[sealer].state = .retired
    case "type_withdrawn": list.types[0].state = .withdrawn
    default: return try changeKeyState(name)
    }
    return true
  }

  private var sealer: Int {
    list.departments.firstIndex { $0.code.text == SampleCertificate.issuerCode } ?? 0
  }

  private mutating func changeKeyState(_ name: String) throws -> Bool {
    let begin = SampleRegistry.begin
    var state: TrustList.IdentityEntry.State?
    switch name {
    case "retired_later": state = .retired(at: begin + 45_000)
    case "retired_before": state = .retired(at: begin - 1)
    case "key_later": list.departments[sealer].identities[0].from = begin + 86_400
    case "compromised": state = .compromised(since: begin + 45_000)
    case "compromised_proven":
      state = .compromised(since: begin + 45_000)
      evidence.provenTime = begin + 44_999
    case "compromised_younger":
      state = .compromised(since: begin + 45_000)
      evidence.provenTime = begin + 45_000
    case "retired_proven":
      state = .retired(at: begin + 45_000)
      evidence.provenTime = begin + 45_000
    case "retired_proven_later":
      state = .retired(at: begin + 45_000)
      evidence.provenTime = begin + 45_001
    default: return false
    }
    if let state { list.departments[sealer].identities[0].state = state }
    return true
  }

  private mutating func changeType(_ name: String) throws -> Bool {
    let issuer = try USCC(SampleCertificate.issuerCode)
    let other = try USCC("11330105002500287C")
    switch name {
    case "no_type_file": evidence.types = []
    case "other_type_file": evidence.types = [try SampleRegistry.typeFile(name: "另一种证")]
    case "identifier_type":
      let type = try TypeCode("11100000000013338W012")
      let made = try CertificateIdentifier.make(
        type: type, issuer: issuer, serial: "1", version: 1)
      try disclose("identifier", .string(made.text))
    case "identifier_issuer":
      let made = try CertificateIdentifier.make(
        type: type.code, issuer: other, serial: "1", version: 1)
      try disclose("identifier", .string(made.text))
    case "identifier_check":
      try disclose(
        "identifier",
        "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.V")
    case "identifier_number": try disclose("identifier", 1)
    case "type_code": try disclose("type_code", "11100000000013338W012")
    case "issuing_authority":
      try disclose("issuing_authority", ["code": .string(other.text), "name": "甲"])
    case "name": try disclose("name", "另一种证")
    case "vct_host":
      certificate.payload["vct"] = "https://other.example/types/11100000000013338W011/1"
    case "vct_form":
      certificate.payload["vct"] = "https://registry.example/types/11100000000013338W011"
    case "bad_category": try disclose("category", "none")
    case "foreign_claim": try disclose("category", "x", as: "colour")
    case "authority_more":
      try disclose(
        "issuing_authority",
        ["code": .string(SampleCertificate.issuerCode), "name": "甲", "more": 1])
    case "issue_date_form": try disclose("issue_date", "tomorrow")
    case "previous_form": try disclose("category", "junk", as: "previous_identifier")
    case "bad_holder":
      try holders([["name": "甲", "code": "110105194912310021", "code_type": "111"]])
    case "holder_twice":
      try holders([SampleCertificate.holder("甲"), SampleCertificate.holder("乙")])
    case "holder_direction": try holders([SampleCertificate.holder("甲\u{202E}乙")])
    case "holders_many":
      try holders(.array(Array(repeating: SampleCertificate.holder("甲"), count: 17)))
    case "only_number":
      certificate.disclosures = try certificate.disclosures.filter {
        try $0.content().name == "number"
      }
    default: return false
    }
    return true
  }

  private mutating func holders(_ value: JSONValue) throws {
    try withoutDisclosure("holders")
    certificate.disclosures.removeLast(2)
    try disclose("number", value, as: "holders")
  }

  /// Who signed the list of a department that is no more.
  mutating func changeAnswering(_ name: String) throws -> Bool {
    let begin = SampleRegistry.begin
    let other = 1 - sealer
    list.departments[sealer].state = .retired
    list.departments[sealer].identities[0].state = .retired(at: begin + 45_000 - 60)
    var token = try Self.status(registry.otherSeal)
    switch name {
    case "status_by_successor":
      list.departments[sealer].successor = list.departments[other].code
    case "status_by_second":
      let between = try SampleRegistry.department("11440300KH0002054H", holder: nil)
      list.departments.append(between)
      list.departments[2].state = .retired
      list.departments[2].successor = list.departments[other].code
      list.departments[sealer].successor = between.code
    case "status_by_registry": list.issuer = list.departments[other].uri
    case "status_by_registry_unasked":
      let successor = try SampleRegistry.department("11440300KH0002054H", holder: nil)
      list.departments.append(successor)
      list.departments[sealer].successor = successor.code
      list.issuer = list.departments[other].uri
    case "status_by_stranger": break
    case "status_of_retired": token = try Self.status(registry.seal)
    case "status_after_retirement":
      token = try Self.status(registry.seal, issuedAt: begin + 45_001)
    case "status_before_retirement", "status_long_retired":
      // The newest that the retired key can date: good as long as its last real one could be.
      let end = begin + 45_000 - 60
      token = try Self.status(registry.seal, issuedAt: begin + 45_000)
      time = end + StatusToken.lifetimeSeconds - (name == "status_long_retired" ? 0 : 1)
    case "status_in_circle":
      list.departments[sealer].successor = list.departments[other].code
      list.departments[other].successor = list.departments[sealer].code
      list.departments[other].state = .retired
      list.departments[other].identities[0].state = .retired(at: begin)
    default: return false
    }
    evidence.statusTokens = [token]
    return true
  }

  private mutating func changeTime(_ name: String) throws -> Bool {
    let first = Timestamp(try Day(parsing: "2026-11-01")).seconds
    let end = Timestamp(try Day(parsing: "2031-11-01")).seconds
    switch name {
    case "last_second": time = end - 1
    case "exp_now": time = end
    case "before_first": time = first - 1
    case "first_second":
      time = first
      certificate.payload["iat"] = .integer(first)
    case "iat_ahead": certificate.payload["iat"] = .integer(time + 61)
    case "valid_until": try disclose("valid_until", "2031-11-01")
    case "valid_from": try disclose("valid_from", "2026-11-02")
    case "no_exp": certificate.payload["exp"] = nil
    case "endless":
      certificate.payload["exp"] = nil
      try withoutDisclosure("valid_until")
    default: return false
    }
    return true
  }
}
