import Cryptography
import Encoding
import Ledger

extension Event {
  /// The most bytes of a compact event: an entry with it stays below 65,536.
  public static let byteCountMax = 61_440

  /// Reads a compact event in its only form: exact header, canonical payload, 64-byte signature.
  ///
  /// The members of the kind are not looked at here; the judge names each that is wrong.
  /// - Throws: `malformedEvent`, `unknownKind`.
  public convenience init(parsing jwt: [UInt8]) throws(RulesError) {
    guard jwt.count <= Event.byteCountMax else {
      throw Event.malformed("it is longer than \(Event.byteCountMax) bytes")
    }
    let segments = jwt.split(separator: 0x2E, omittingEmptySubsequences: false)
    guard segments.count == 3 else { throw Event.malformed("it is no compact JWT") }
    let keyID = try Event.keyID(header: try Event.decode(segments[0], "header"))
    let payload = try Event.decode(segments[1], "payload")
    let signature = try Event.decode(segments[2], "signature")
    guard signature.count == 64 else { throw Event.malformed("the signature is not 64 bytes") }
    let object = try Event.object(payload)
    try self.init(
      jwt: jwt, signingInputCount: segments[1].endIndex, signature: signature, keyID: keyID,
      payload: object)
  }

  private convenience init(
    jwt: [UInt8], signingInputCount: Int, signature: [UInt8], keyID: Digest, payload: JSONObject
  ) throws(RulesError) {
    guard let audience = payload["aud"]?.stringValue, let issuer = payload["iss"]?.stringValue,
      let issuedAt = payload["iat"]?.integerValue, issuedAt >= 0,
      let number = payload["jti"]?.stringValue.flatMap(Digest.init(canonicalText:)),
      let seen = payload["seen"]?.objectValue, seen.count == 2,
      let size = seen["size"]?.integerValue, size >= 0,
      let root = seen["root"]?.stringValue.flatMap(Digest.init(canonicalText:)),
      let kindName = payload["kind"]?.stringValue
    else {
      throw Event.malformed("aud, iat, iss, jti, kind or seen is missing or of another form")
    }
    guard let kind = EventKind(rawValue: kindName) else {
      throw RulesError(.unknownKind, "no such kind of event; a newer version may know it")
    }
    var clear = JSONObject()
    for member in payload where CommonMember(rawValue: member.name) == nil {
      clear.append(member.name, member.value)
    }
    self.init(
      jwt: jwt, signingInputCount: signingInputCount, signature: signature, keyID: keyID,
      kind: kind, id: EventID(issuer: issuer, number: number), audience: audience,
      issuedAt: issuedAt, seen: SeenTree(size: TreeSize(UInt64(size)), root: root), clear: clear,
      digests: try Event.digests(payload["_sd"]))
  }

  /// Digests must be distinct and ascend, so that their order tells nothing.
  private static func digests(_ value: JSONValue?) throws(RulesError) -> [Digest] {
    guard let value else { return [] }
    guard let values = value.arrayValue, !values.isEmpty else {
      throw malformed("_sd is no list of digests")
    }
    var digests: [Digest] = []
    digests.reserveCapacity(values.count)
    var previous = ""
    for value in values {
      guard let text = value.stringValue, let digest = Digest(canonicalText: text) else {
        throw malformed("_sd has something that is no digest")
      }
      // ASCII text: comparing UTF-8 is comparing characters, without Unicode normalisation.
      guard previous.isEmpty || previous.utf8.lexicographicallyPrecedes(text.utf8) else {
        throw malformed("the digests of _sd do not ascend")
      }
      previous = text
      digests.append(digest)
    }
    return digests
  }

  /// `{"alg":"ES256","kid":"…43…","typ":"kanhe-event+jwt"}`: no other member, order or space.
  private static func keyID(header: [UInt8]) throws(RulesError) -> Digest {
    let start = EventHeader.start.count
    guard header.count == EventHeader.byteCount,
      header.starts(with: EventHeader.start),
      header[(start + 43)...].elementsEqual(EventHeader.end),
      let keyID = Digest(canonicalText: String(decoding: header[start..<start + 43], as: UTF8.self))
    else { throw malformed("the header is not exactly alg ES256, kid, typ kanhe-event+jwt") }
    return keyID
  }

  private static func decode(
    _ segment: ArraySlice<UInt8>, _ name: String
  ) throws(RulesError) -> [UInt8] {
    do { return try Base64URL.decode(bytes: segment) } catch {
      throw RulesError(.malformedEvent, "the \(name) is no base64url", cause: error)
    }
  }

  private static func object(_ payload: [UInt8]) throws(RulesError) -> JSONObject {
    let value: JSONValue
    do { value = try JSONValue(parsing: payload) } catch {
      throw RulesError(.malformedEvent, "the payload is no strict JSON", cause: error)
    }
    guard let object = value.objectValue else { throw malformed("the payload is no object") }
    // One statement, one text: two events cannot differ in spaces or the order of members only.
    guard value.canonicalBytes() == payload else {
      throw malformed("the payload is not canonical JSON (RFC 8785)")
    }
    return object
  }

  private static func malformed(_ reason: String) -> RulesError {
    RulesError(.malformedEvent, "this is no event: \(reason); ask its maker for a new one")
  }
}

/// Members of every event, in canonical order; the rest are those of its kind.
enum CommonMember: String, CaseIterable {
  case digests = "_sd"
  case audience = "aud"
  case issuedAt = "iat"
  case issuer = "iss"
  case number = "jti"
  case kind
  case seen
}

/// The fixed parts of every event's header.
enum EventHeader {
  static let start = Array(#"{"alg":"ES256","kid":""#.utf8)
  static let end = Array(#"","typ":"kanhe-event+jwt"}"#.utf8)
  static let byteCount = start.count + 43 + end.count

  /// The header segment of an identity's events.
  static func segment(keyID: Digest) -> [UInt8] {
    var header = start
    DigestText.append(keyID, to: &header)
    return Base64URL.encodeBytes(header + end)
  }
}

/// An event whose signature was checked with the identity that its `kid` names.
///
/// Whether that identity was in force is the judge's question.
public struct VerifiedEvent: Sendable {
  /// The event.
  public let event: Event

  /// For the two places that may claim it: a check of the signature, and making one.
  fileprivate init(checked event: Event) { self.event = event }

  /// An event that was verified before, such as one below an audited checkpoint.
  ///
  /// Whoever calls this answers for the signature; a forged event would be believed.
  public init(trustingSignatureOf event: Event) { self.event = event }
}

extension Event {
  /// Checks the signature with an identity.
  /// - Throws: `invalidSignature` if `kid` names another identity or the signature is wrong.
  public func verified(by identity: Identity) throws(RulesError) -> VerifiedEvent {
    guard identity.sha256 == keyID, let key = identity.publicKey else {
      throw RulesError(.invalidSignature, "the event names another identity")
    }
    guard key.verify(signature: signature, message: Array(signingInput)) else {
      throw RulesError(.invalidSignature, "the signature does not match; the event was altered")
    }
    return VerifiedEvent(checked: self)
  }
}
