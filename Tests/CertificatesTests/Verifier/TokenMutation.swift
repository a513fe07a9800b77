import Certificates
import Cryptography
import Encoding

/// One mutation of a good certificate, as a case describes it.
struct TokenMutation {
  private let element: JSONValue
  private var certificate: EditableCertificate
  private var headerText: [UInt8]?
  private var payloadText: [UInt8]?

  init(_ element: JSONValue, _ certificate: EditableCertificate) {
    self.element = element
    self.certificate = certificate
  }

  func bytes() throws -> [UInt8] {
    var copy = self
    return try copy.mutated()
  }

  private mutating func mutated() throws -> [UInt8] {
    merge(element["header"], into: \.header)
    merge(element["payload"], into: \.payload)
    try disclose()
    headerText = element["header_text"]?.stringValue.map { Array($0.utf8) }
    payloadText = element["payload_text"]?.stringValue.map { Array($0.utf8) }
    if let pair = element["payload_replace"]?.arrayValue?.compactMap({ $0.stringValue }) {
      let text = String(
        decoding: JSONValue.object(certificate.payload).canonicalBytes(), as: UTF8.self)
      let parts = text.split(separator: pair[0], maxSplits: 1, omittingEmptySubsequences: false)
      payloadText = Array(parts.joined(separator: pair[1]).utf8)
    }
    let name = element["text"]?.stringValue ?? ""
    try changeParts(name)
    let token = try changeToken(
      name, try certificate.token(headerText: headerText, payloadText: payloadText))
    return changeWhole(name, SDJWT.join(token: token, disclosures: certificate.disclosures), token)
  }

  private mutating func merge(
    _ changes: JSONValue?, into part: WritableKeyPath<EditableCertificate, JSONObject>
  ) {
    for member in changes?.objectValue ?? [:] {
      // An optional nil, not the JSON null that a bare nil would be here.
      let value: JSONValue? = member.value == .null ? .none : .some(member.value)
      certificate[keyPath: part][member.name] = value
    }
  }

  private mutating func disclose() throws {
    guard let text = element["disclose"]?["json"]?.stringValue else { return }
    let disclosure = Disclosure(Base64URL.encodeBytes(Array(text.utf8)))
    certificate.disclosures.append(disclosure)
    let digest = JSONValue.string(disclosure.digest.base64url)
    switch element["disclose"]?["in"]?.stringValue {
    case "_sd": addDigests([digest])
    case "twice": addDigests([digest, digest])
    case "element": certificate.payload["list"] = [["...": digest]]
    default: break
    }
  }

  private mutating func addDigests(_ digests: [JSONValue]) {
    certificate.payload["_sd"] = .array((certificate.payload["_sd"]?.arrayValue ?? []) + digests)
  }

  /// Changes before the token is signed.
  private mutating func changeParts(_ name: String) throws {
    switch name {
    case "huge_identity":
      let text = Base64.encode([UInt8](repeating: 0x30, count: 8_300))
      certificate.header["x5c"] = [.string(text)]
    case "invalid_utf8":
      payloadText = Array("{\"iss\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8)
    case "byte_order_mark":
      payloadText = [0xEF, 0xBB, 0xBF] + JSONValue.object(certificate.payload).canonicalBytes()
    case "deep":
      let text = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
      payloadText = Array("{\"iss\":\(text)}".utf8)
    case "repeat_disclosure": certificate.disclosures.append(certificate.disclosures[0])
    case "drop_parent": certificate.disclosures.removeLast()
    case "repeat_decoy":
      let decoy = JSONValue.string(SHA256.hash("decoy").base64url)
      addDigests([decoy, decoy])
    case "digest_in_both":
      let closed = certificate.disclosures.removeFirst()
      certificate.payload["list"] = [["...": .string(closed.digest.base64url)]]
    case "digest_in_child":
      let digest = certificate.disclosures[0].digest.base64url
      let text = "[\"c2FsdA\",\"extra\",{\"_sd\":[\"\(digest)\"]}]"
      let child = Disclosure(Base64URL.encodeBytes(Array(text.utf8)))
      certificate.disclosures.append(child)
      addDigests([.string(child.digest.base64url)])
    case "many_disclosures":
      certificate.disclosures = (0..<1025).map { Disclosure(Array("A\($0)".utf8)) }
    case "very_many_disclosures":
      certificate.disclosures = (0..<3_000).map { Disclosure(Array("A\($0)".utf8)) }
    case "many_digests":
      // Across two disclosures, since the token alone is bounded too.
      addDigests((0..<1_000).map { .string(SHA256.hash("a\($0)").base64url) })
      for part in 0..<2 {
        let list = (0..<1_700).map { "\"\(SHA256.hash("\(part) \($0)").base64url)\"" }
        let text = "[\"c2FsdA\",\"extra\(part)\",{\"_sd\":[\(list.joined(separator: ","))]}]"
        let child = Disclosure(Base64URL.encodeBytes(Array(text.utf8)))
        certificate.disclosures.append(child)
        addDigests([.string(child.digest.base64url)])
      }
    case "no_disclosures": certificate.disclosures = []
    case "one_disclosure": certificate.disclosures = [certificate.disclosures[4]]
    case "padded_disclosure":
      let padded = Disclosure(certificate.disclosures[0].bytes + [UInt8(ascii: "=")])
      certificate.disclosures.append(padded)
      addDigests([.string(padded.digest.base64url)])
    default: break
    }
  }

  /// Changes of the signed token.
  private func changeToken(_ name: String, _ token: [UInt8]) throws -> [UInt8] {
    var parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .map(Array.init)
    var signature = try Base64URL.decode(bytes: parts[2])
    let order = try Hex.decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
    switch name {
    case "short_signature": signature.removeLast()
    case "long_signature": signature.append(0)
    case "der_signature":
      signature = try certificate.key.signDER(digest: SHA256.hash(token))
    case "zero_r": signature.replaceSubrange(..<32, with: repeatElement(0, count: 32))
    case "zero_s": signature.replaceSubrange(32..., with: repeatElement(0, count: 32))
    case "order_r": signature.replaceSubrange(..<32, with: order)
    case "ones_s": signature.replaceSubrange(32..., with: repeatElement(255, count: 32))
    default: break
    }
    parts[2] = Base64URL.encodeBytes(signature)
    switch name {
    case "padded": parts[2] += Array("==".utf8)
    case "plus": parts[1][10] = UInt8(ascii: "+")
    case "space": parts[1].insert(UInt8(ascii: " "), at: 8)
    case "line_feed": parts[0].append(0x0A)
    case "trailing_bits": parts[2][parts[2].count - 1] = UInt8(ascii: "_")
    case "length_one": parts[2] += Array("AAA".utf8)
    case "empty_header": parts[0] = []
    case "empty_payload": parts[1] = []
    case "empty_signature": parts[2] = []
    case "two_parts": parts.removeLast()
    case "four_parts": parts.append(parts[2])
    case "huge_token": parts[1] += [UInt8](repeating: UInt8(ascii: "A"), count: 131_072)
    default: break
    }
    return Array(parts.joined(separator: [UInt8(ascii: ".")]))
  }

  /// Changes of the whole text.
  private func changeWhole(_ name: String, _ bytes: [UInt8], _ token: [UInt8]) -> [UInt8] {
    switch name {
    case "nothing": return []
    case "huge": return bytes + [UInt8](repeating: UInt8(ascii: "A"), count: 1 << 20)
    case "no_last_tilde": return bytes.dropLast()
    case "double_tilde":
      let first = token.count
      return Array(bytes[..<first]) + [UInt8(ascii: "~")] + Array(bytes[first...])
    case "double_tilde_end": return bytes + [UInt8(ascii: "~")]
    case "bare": return token
    case "key_binding": return bytes + token
    default: return bytes
    }
  }
}
