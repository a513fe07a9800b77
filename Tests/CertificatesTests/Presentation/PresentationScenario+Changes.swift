import Certificates
import Cryptography
import Encoding
import Testing

extension PresentationScenario {
  mutating func change(_ name: String) throws -> Bool {
    if try changeBinding(name) { return true }
    if try changeForm(name) { return true }
    if try changeAnswer(name) { return true }
    return try changeAsker(name)
  }

  private mutating func changeBinding(_ name: String) throws -> Bool {
    switch name {
    case "none": break
    case "binding_by_other": binding.key = try P256PrivateKey.generate()
    case "binding_by_issuer": binding.key = registry.seal.key
    case "binding_type": binding.header["typ"] = "JWT"
    case "binding_without_type": binding.header["typ"] = nil
    case "binding_none": binding.header["alg"] = "none"
    case "binding_algorithm": binding.header["alg"] = "HS256"
    case "binding_critical": binding.header["crit"] = ["b64"]
    case "binding_key":
      binding.header["jwk"] = try JSONValue(
        parsing: JWK.canonicalBytes(binding.key.publicKey))
    case "binding_audiences":
      binding.payload["aud"] = [.string("x509_hash:\(asker.chain[0].sha256.base64url)")]
    case "binding_without_audience": binding.removed = ["aud"]
    case "binding_without_nonce": binding.removed = ["nonce"]
    case "binding_without_time": binding.removed = ["iat"]
    case "binding_without_hash": binding.removed = ["sd_hash"]
    case "binding_time_text": binding.payload["iat"] = "1795528010"
    case "binding_member": binding.payload["exp"] = .integer(Self.asked + 600)
    case "binding_hash_other": binding.payload["transaction_data_hashes_alg"] = "sha-256-32"
    case "binding_hash_unnamed": binding.removed = ["transaction_data_hashes_alg"]
    case "kelvin_hash":
      selectionHash = "\u{212A}" + SHA256.hash("other").base64url.dropFirst()
    case "binding_early": binding.payload["iat"] = .integer(Self.asked - 61)
    case "binding_at_once": binding.payload["iat"] = .integer(Self.asked - 60)
    case "binding_future": binding.payload["iat"] = .integer(time + 61)
    case "binding_after_end":
      binding.payload["iat"] = .integer(Self.asked + 601)
      time = Self.asked + 599
    case "selection_other": selectionHash = SHA256.hash("other").base64url
    case "selection_of_full": selectionHash = SHA256.hash(try certificate.bytes()).base64url
    case "unbound": certificate.payload["cnf"] = nil
    case "bound_to_other":
      certificate.payload["cnf"] = [
        "jwk": try JSONValue(parsing: JWK.canonicalBytes(registry.seal.key.publicKey))
      ]
    case "no_request_late":
      isRequestGiven = false
      time = Self.asked + 10 + 301
    default: return false
    }
    return true
  }

  private mutating func changeForm(_ name: String) throws -> Bool {
    switch name {
    case "stripped":
      afterSigning = { bytes in
        Array(bytes[...(bytes.lastIndex(of: UInt8(ascii: "~")) ?? 0)])
      }
    case "no_tilde":
      afterSigning = { bytes in Array(bytes.prefix { $0 != UInt8(ascii: "~") }) }
    case "two_tildes":
      afterSigning = { bytes in
        let end = bytes.lastIndex(of: UInt8(ascii: "~")) ?? 0
        return bytes[...end] + [UInt8(ascii: "~")] + bytes[(end + 1)...]
      }
    case "binding_twice":
      afterSigning = { bytes in
        let end = bytes.lastIndex(of: UInt8(ascii: "~")) ?? 0
        return bytes + [UInt8(ascii: "~")] + bytes[(end + 1)...]
      }
    case "binding_in_front":
      afterSigning = { bytes in
        let end = bytes.lastIndex(of: UInt8(ascii: "~")) ?? 0
        return bytes[(end + 1)...] + [UInt8(ascii: "~")] + bytes[...end]
      }
    case "disclosure_dropped":
      afterSigning = { bytes in
        var parts = bytes.split(separator: UInt8(ascii: "~"))
        parts.remove(at: 1)
        return Array(parts.joined(separator: [UInt8(ascii: "~")]))
      }
    case "disclosure_added":
      let hidden = try certificate.disclosures.first { try $0.content().name == "scope" }
      let more = try #require(hidden).bytes
      afterSigning = { bytes in
        let end = bytes.lastIndex(of: UInt8(ascii: "~")) ?? 0
        return bytes[...end] + more + bytes[end...]
      }
    case "disclosure_twice":
      afterSigning = { bytes in
        let parts = bytes.split(separator: UInt8(ascii: "~"))
        return Array(
          ([parts[0], parts[1]] + parts[1...]).joined(separator: [UInt8(ascii: "~")]))
      }
    case "binding_padded": afterSigning = { $0 + [UInt8(ascii: "=")] }
    case "child_alone": shown = ["category", "number", nil]
    default: return false
    }
    return true
  }

  private mutating func changeAnswer(_ name: String) throws -> Bool {
    switch name {
    case "no_request": isRequestGiven = false
    case "other_nonce":
      binding.payload["nonce"] = .string(SHA256.hash("other").base64url)
    case "other_audience":
      binding.payload["aud"] = .string("x509_hash:\(SHA256.hash("x").base64url)")
    case "audience_without_prefix":
      binding.payload["aud"] = .string(asker.chain[0].sha256.base64url)
    case "audience_is_issuer": binding.payload["aud"] = request.payload["iss"]
    case "kelvin_nonce": try kelvin()
    case "no_purpose":
      binding.removed = ["transaction_data_hashes", "transaction_data_hashes_alg"]
    case "other_purpose":
      binding.payload["transaction_data_hashes"] = [.string(SHA256.hash("other").base64url)]
    case "two_purposes":
      let statement = request.payload["transaction_data"]?.arrayValue?.first?.stringValue ?? ""
      let hash = JSONValue.string(SHA256.hash(statement).base64url)
      binding.payload["transaction_data_hashes"] = [hash, hash]
    case "purpose_changed_later":
      // The holder saw and signed the text of before.
      let answered = self
      try purpose("进场收费")
      afterSigning = { _ in try answered.answer() }
    case "too_late": time = Self.asked + 600
    case "last_second": time = Self.asked + 599
    case "request_ahead": time = Self.asked - 61
    case "claim_withheld": shown = ["category"]
    case "claim_more": shown = ["category", "number", "scope"]
    case "all_shown": shown = Set(try certificate.disclosures.map { try $0.content().name })
    case "other_value": try ask { $0[0]["values"] = ["high-voltage"] }
    case "value_alike": try ask { $0[0]["values"] = ["Low-voltage"] }
    case "elements_asked":
      try ask { $0 = [["path": ["holders", nil, "name"]]] }
      shown = ["holders", nil]
    case "elements_partly":
      // Whether an element is withheld or a decoy nobody can tell.
      try ask { $0 = [["path": ["holders"]]] }
      shown = ["holders"]
      let element = try #require(try certificate.disclosures.first { try $0.content().name == nil })
      let rest = certificate.disclosures.filter { $0 != element }
      certificate.disclosures = rest
      shown = ["holders", nil]
    case "step_misfits": try ask { $0 = [["path": ["number", "x"]]] }
    case "element_misfits": try ask { $0 = [["path": ["number", nil]]] }
    case "value_of_other_kind": try ask { $0[1]["values"] = [1] }
    case "empty_list":
      try ask { $0 = [["path": ["holders"]]] }
      shown = ["holders"]
    case "nothing_asked":
      try credential { $0["claims"] = nil }
      shown = []
    case "nothing_asked_number":
      try credential { $0["claims"] = nil }
      shown = ["number"]
    case "second_set":
      try sets()
      shown = ["number"]
    case "both_sets":
      try sets()
    case "other_type":
      try credential {
        $0["meta"] = ["vct_values": ["https://registry.example/types/11100000000013338W011/2"]]
      }
    default: return false
    }
    return true
  }

  private mutating func changeAsker(_ name: String) throws -> Bool {
    let begin = SampleRegistry.begin
    let index = list.departments.firstIndex { $0.code.text == Self.askerCode } ?? 0
    switch name {
    case "request_tampered":
      // Another key signs what the asker's identity stands for.
      request.key = registry.seal.key
    case "asker_seal":
      let holder = try SampleRegistry.issue(.seal, Self.askerCode, registry.issuer)
      try sign(with: holder)
      list.departments[index].identities = [
        .init(id: holder.chain[0].sha256, use: .seal, from: begin)
      ]
    case "asker_other_department":
      request.payload["iss"] = "https://registry.example/departments/11330105002500287C"
    case "asker_foreign":
      try sign(with: try SampleRegistry.issue(.act, Self.askerCode, try SampleRegistry().issuer))
    case "asker_unknown": list.departments.remove(at: index)
    case "asker_identity_unknown": list.departments[index].identities = []
    case "asker_identity_seal": list.departments[index].identities[0].use = .seal
    case "asker_retired": list.departments[index].identities[0].state = .retired(at: Self.asked - 1)
    case "asker_retired_after":
      list.departments[index].identities[0].state = .retired(at: Self.asked)
    case "asker_compromised":
      list.departments[index].identities[0].state = .compromised(since: Self.asked + 1)
    case "asker_not_yet": list.departments[index].identities[0].from = Self.asked + 61
    case "asker_of_other_host":
      try credential {
        $0["meta"] = ["vct_values": ["https://other.example/types/11100000000013338W011/1"]]
      }
    case "version_unlisted": list.types = []
    case "no_list": isListGiven = false
    case "no_type_file": types = []
    case "one_type_file":
      try credential {
        $0["meta"] = [
          "vct_values": [
            "https://registry.example/types/11100000000013338W011/1",
            "https://registry.example/types/11100000000013338W011/2",
          ]
        ]
      }
    case "other_type_file": types = [try SampleRegistry.typeFile(name: "另一种证")]
    case "purpose_not_allowed": try purpose("进场检查", code: "tax")
    case "claim_not_allowed":
      try ask { $0.append(["path": ["scope"]]) }
      shown = ["category", "number", "scope"]
    case "two_duties":
      types = [
        try SampleRegistry.typeFile(
          duties: .array(
            ["category", "number"].map { claim in
              [
                "department": .string(Self.askerCode), "claims": [.string(claim)],
                "purpose": "site-inspection", "citation": "法一",
              ]
            }))
      ]
      list.types[0].digest = types[0].digest
      certificate.payload["vct#integrity"] = .string(types[0].kind.integrity)
    default: return false
    }
    return true
  }

  // MARK: Changing the request

  /// A nonce with a K, and its answer with the Kelvin sign, which Swift holds for equal.
  private mutating func kelvin() throws {
    let nonce = "K" + SHA256.hash("nonce").base64url.dropFirst()
    request.payload["nonce"] = .string(String(nonce))
    binding.payload["nonce"] = .string("\u{212A}" + nonce.dropFirst())
  }

  private mutating func credential(_ body: (inout JSONObject) -> Void) throws {
    var credential =
      request.payload["dcql_query"]?["credentials"]?.arrayValue?.first?.objectValue ?? [:]
    body(&credential)
    request.payload["dcql_query"] = ["credentials": [.object(credential)]]
  }

  private mutating func ask(_ body: (inout [JSONObject]) -> Void) throws {
    try credential { credential in
      var claims = (credential["claims"]?.arrayValue ?? []).compactMap(\.objectValue)
      body(&claims)
      credential["claims"] = .array(claims.map { .object($0) })
    }
  }

  private mutating func sets() throws {
    try ask {
      $0 = [
        ["id": "a", "path": ["remark"]], ["id": "b", "path": ["number"]],
        ["id": "c", "path": ["category"]],
      ]
    }
    try credential { $0["claim_sets"] = [["a", "c"], ["b"]] }
  }

  private mutating func purpose(_ text: String, code: String = "site-inspection") throws {
    let statement: JSONValue = [
      "credential_ids": ["certificate"], "purpose": .string(code), "text": .string(text),
      "transaction_data_hashes_alg": ["sha-256"], "type": "kanhe_purpose",
    ]
    request.payload["transaction_data"] = [
      .string(Base64URL.encode(statement.canonicalBytes()))
    ]
  }

  /// The request as another identity signs it.
  private mutating func sign(with holder: SampleRegistry.Holder) throws {
    request.header["x5c"] = .array(holder.identities.map { .string(Base64.encode($0)) })
    let client = JSONValue.string("x509_hash:\(holder.chain[0].sha256.base64url)")
    request.payload["client_id"] = client
    binding.payload["aud"] = client
    request.key = holder.key
  }
}
