import Cryptography
import Encoding
import Rules

/// Bytes that are no event: they cannot even be judged.
struct MalformedEvent: Sendable {
  let name: String
  let description: String
  let error: RulesError.Code
  let make: @Sendable (World) throws -> [UInt8]

  private init(
    _ name: String, _ description: String, _ error: RulesError.Code = .malformedEvent,
    _ make: @escaping @Sendable (World) throws -> [UInt8]
  ) {
    self.name = name
    self.description = description
    self.error = error
    self.make = make
  }

  /// The registrar's plain act with another header or payload; the signature is right.
  private static func signed(
    _ world: World, header: (String) -> String = { $0 }, payload: (String) -> String = { $0 }
  ) throws -> [UInt8] {
    let act = try world.issued()
    return try Act.sign(
      header: header(act.header()),
      payload: Array(payload(JSONText.of(.object(act.payload()))).utf8),
      act.signer)
  }

  private static func payload(
    _ name: String, _ description: String, _ change: @escaping @Sendable (String) -> String
  ) -> MalformedEvent {
    MalformedEvent(name, description) { try signed($0, payload: change) }
  }

  private static func header(
    _ name: String, _ description: String, _ change: @escaping @Sendable (String) -> String
  ) -> MalformedEvent {
    MalformedEvent(name, description) { try signed($0, header: change) }
  }

  static let all: [MalformedEvent] = [
    header("alg-none", "alg none") { $0.replacing("ES256", with: "none") },
    header("alg-hs256", "alg HS256, keyed with anything") { $0.replacing("ES256", with: "HS256") },
    header("header-typ", "another typ") { $0.replacing("kanhe-event+jwt", with: "JWT") },
    header("header-more", "a further header member") {
      $0.replacing("}", with: #","x5u":"https://x"}"#)
    },
    header("header-space", "a space in the header") { $0.replacing(",", with: ", ") },
    header("header-kid", "a kid of another length") {
      $0.replacing(#""kid":""#, with: #""kid":"A"#)
    },
    payload("payload-space", "a space in the payload") {
      $0.replacing(#","aud""#, with: #", "aud""#)
    },
    payload("payload-order", "members out of order") {
      "{\"kind\":\"certificate.issued\","
        + $0.dropFirst().replacing(#","kind":"certificate.issued""#, with: "")
    },
    payload("payload-twice", "a member twice") {
      $0.replacing(#""version":1"#, with: #""version":1,"version":1"#)
    },
    payload("payload-array", "a payload that is no object") { "[\($0)]" },
    payload("payload-escape", "a letter written as an escape") {
      $0.replacing("certificate.issued", with: #"certificate.issue\u0064"#)
    },
    payload("iat-missing", "no iat") { $0.replacing(#""iat""#, with: #""ia""#) },
    payload("iat-negative", "a time before 1970") { $0.replacing(#""iat":"#, with: #""iat":-"#) },
    payload("iat-fraction", "a time with a fraction") {
      $0.replacing(#","iss""#, with: #".5,"iss""#)
    },
    payload("jti-short", "a number that is not 32 bytes") {
      $0.replacing(#""jti":""#, with: #""jti":"AA"#)
    },
    payload("seen-more", "a third member in seen") {
      $0.replacing(#""seen":{"#, with: #""seen":{"a":1,"#)
    },
    payload("digests-empty", "an empty list of digests") {
      guard let end = $0.firstIndex(of: "]") else { return $0 }
      return "{\"_sd\":[" + $0[end...]
    },
    payload("digests-order", "digests that do not ascend") { text in
      guard let end = text.firstIndex(of: "]") else { return text }
      let list = text[text.index(text.startIndex, offsetBy: 8)..<end].split(separator: ",")
      return "{\"_sd\":[" + list.reversed().joined(separator: ",") + text[end...]
    },
    payload("digests-twice", "a digest twice") { text in
      guard let comma = text.firstIndex(of: ",") else { return text }
      let first = text[text.index(text.startIndex, offsetBy: 8)..<comma]
      return "{\"_sd\":[\(first)," + text.dropFirst(8)
    },
    MalformedEvent("kind-unknown", "a kind that no version has", .unknownKind) {
      try signed($0, payload: { $0.replacing("certificate.issued", with: "certificate.painted") })
    },
    MalformedEvent("signature-short", "a signature of 63 bytes") {
      var act = try $0.ruled()
      act.spoil = { Array($0.dropLast()) }
      return try act.jwt()
    },
    MalformedEvent("segments-two", "no signature") {
      let jwt = try $0.ruled().jwt()
      return Array(jwt[..<(jwt.lastIndex(of: 0x2E) ?? 0)])
    },
    MalformedEvent("segments-four", "a fourth segment") {
      try $0.ruled().jwt() + Array(".AA".utf8)
    },
    MalformedEvent("padding", "base64 padding") { try $0.ruled().jwt() + Array("==".utf8) },
    MalformedEvent("disclosures", "disclosures behind the event") {
      try $0.ruled().jwt() + Array("~".utf8)
    },
    MalformedEvent("idle-bits", "idle bits of the signature's last character") {
      var jwt = try $0.ruled().jwt()
      // 64 bytes are 86 characters, the last of which has four idle bits.
      jwt[jwt.count - 1] = jwt[jwt.count - 1] == 0x41 ? 0x42 : jwt[jwt.count - 1] + 1
      return jwt
    },
    MalformedEvent("empty", "nothing") { _ in [] },
  ]
}
