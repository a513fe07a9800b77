import Cryptography
import Encoding
import Ledger
import Rules

/// An event in the making of which anything can be made wrong before it is signed.
struct Act {
  var kind: String
  var signer: World.Actor
  var issuer: String
  var audience = World.origin
  var time: Timestamp
  var number: Digest
  var seen: SeenTree
  var clear: JSONObject
  var disclosures: [EventDisclosure] = []
  /// Instead of those of the disclosures.
  var digests: [Digest]?
  var privateTags: [Ledger.Tag] = []
  /// Instead of the right department tags and the private ones.
  var tags: [Ledger.Tag]?
  var received: Timestamp?
  var openings: Openings?
  /// What is known of acts before it.
  var beside = Beside()
  /// The threads of the person, certificate and case, and what the act opens of them.
  var affair: Affair?
  var pinnedRoot: Digest?
  /// The event after it, of these bytes; received so many milliseconds later.
  var following: (jwt: [UInt8], delay: Int64)?
  /// Changes the signed bytes' signature.
  var spoil: ([UInt8]) -> [UInt8] = { $0 }

  init(_ world: World, _ kind: EventKind, by signer: World.Actor, _ clear: JSONObject) throws {
    self.kind = kind.rawValue
    self.signer = signer
    self.clear = clear
    issuer = signer.uri
    time = world.now
    number = try Act.number(world.now.milliseconds)
    seen = world.seen
    // What is private in nothing needs no opening, and an opened nothing does no harm.
    openings = Openings(disclosures: [])
  }

  static func number(_ milliseconds: Int64) throws -> Digest {
    var bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * $0)) }
    bytes += try SystemRandom().bytes(26)
    return try Digest(bytes: bytes)
  }

  mutating func disclose(_ name: String, _ value: JSONValue) throws {
    disclosures.append(try Act.disclosure(name, value))
  }

  static func disclosure(_ name: String, _ value: JSONValue) throws -> EventDisclosure {
    let salt = Base64URL.encode(try SystemRandom().bytes(16))
    let array: JSONValue = .array([.string(salt), .string(name), value])
    return try EventDisclosure(parsing: Base64URL.encode(array.canonicalBytes()))
  }

  /// Fills up with padding.
  mutating func pad(to count: Int) throws {
    var number = disclosures.count { $0.name.hasPrefix("pad_") } + 1
    while disclosures.count < count {
      try disclose("pad_\(number)", .boolean(true))
      number += 1
    }
  }

  mutating func replace(_ name: String, _ value: JSONValue) throws {
    disclosures.removeAll { $0.name == name }
    try disclose(name, value)
  }

  /// Turns a private member into padding.
  mutating func drop(_ name: String) throws {
    let count = disclosures.count
    disclosures.removeAll { $0.name == name }
    var number = 1
    while disclosures.contains(where: { $0.name == "pad_\(number)" }) { number += 1 }
    while disclosures.count < count { try disclose("pad_\(number)", .boolean(true)) }
  }

  func payload() -> JSONObject {
    var object = JSONObject()
    let digests = (self.digests ?? disclosures.map(\.digest)).map(\.base64url)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    if !digests.isEmpty { object.append("_sd", .array(digests.map { .string($0) })) }
    object.append("aud", .string(audience))
    object.append("iat", .integer(time.seconds))
    object.append("iss", .string(issuer))
    object.append("jti", .string(number.base64url))
    object.append("kind", .string(kind))
    object.append(
      "seen",
      ["root": .string(seen.root.base64url), "size": .integer(Int64(seen.size.value))])
    for member in clear { object.append(member.name, member.value) }
    return object
  }

  func header(alg: String = "ES256") -> String {
    #"{"alg":"\#(alg)","kid":"\#(signer.identity.sha256.base64url)","typ":"kanhe-event+jwt"}"#
  }

  func jwt() throws -> [UInt8] {
    try Act.sign(
      header: header(), payload: JSONValue.object(payload()).canonicalBytes(), signer, spoil)
  }

  static func sign(
    header: String, payload: [UInt8], _ signer: World.Actor,
    _ spoil: ([UInt8]) -> [UInt8] = { $0 }
  ) throws -> [UInt8] {
    let input =
      Base64URL.encodeBytes(Array(header.utf8)) + [0x2E] + Base64URL.encodeBytes(payload)
    return input + [0x2E] + Base64URL.encodeBytes(spoil(try signer.key.sign(input)))
  }
}

enum Malleated {
  /// n of P-256, big-endian.
  private static let order: [UInt8] = [
    0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6,
    0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
  ]

  /// (r, n − s): as valid as (r, s), and other bytes.
  static func signature(_ signature: [UInt8]) -> [UInt8] {
    var result = Array(signature[..<32])
    var difference = [UInt8](repeating: 0, count: 32)
    var borrow = 0
    for position in (0..<32).reversed() {
      var digit = Int(order[position]) - Int(signature[32 + position]) - borrow
      borrow = digit < 0 ? 1 : 0
      digit += borrow * 256
      difference[position] = UInt8(digit)
    }
    result += difference
    return result
  }

  /// The same event with the other signature.
  static func event(_ jwt: [UInt8]) throws -> [UInt8] {
    let cut = (jwt.lastIndex(of: 0x2E) ?? 0) + 1
    let bytes = try Base64URL.decode(bytes: jwt[cut...])
    return jwt[..<cut] + Base64URL.encodeBytes(signature(bytes))
  }
}
