import Cryptography
import Encoding
import Ledger
import Rules

/// The event that spec/event.md shows: everything but the signature comes from fixed values.
enum ExampleEvent {
  /// 0, 1, 2, …: salts and number can be recognised in the bytes.
  struct Counting: RandomSource {
    func bytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    }
  }

  static let time = Timestamp(milliseconds: 1_790_000_000_123)

  static func draft() throws -> EventDraft {
    let seen = SeenTree(size: TreeSize(12), root: SHA256.hash("example"))
    var draft = EventDraft(
      .certificateIssued, audience: World.origin,
      issuer: DepartmentURI(host: World.host, code: World.police).text, seen: seen,
      clear: ["type": .string(World.type), "version": 1])
    let certificate = ThreadKey(SHA256.hash("certificate"))
    let subject = ThreadKey(SHA256.hash("subject"))
    draft.disclose(
      "certificate",
      [
        "identifier": .string(try World.identifier()),
        "thread": .string(certificate.commitment.base64url),
      ])
    draft.disclose(
      "subject_1",
      [
        "code": .string(World.citizens[0]), "code_type": "111",
        "thread": .string(subject.commitment.base64url),
      ])
    draft.disclose("copy_1", World.copy(1))
    return draft
  }

  static func signed(with key: P256PrivateKey, keyID: Digest) throws -> SignedEvent {
    try draft().signed(with: key, keyID: keyID, at: time, random: Counting())
  }

  /// Everything that the page and the file tell of a signed example.
  static func row(_ signed: SignedEvent, _ identity: Identity) -> JSONObject {
    [
      "description": "the example of event.md: salts and number count bytes from 0",
      "identity": World.der(identity),
      "event": .string(String(decoding: signed.event.jwt, as: UTF8.self)),
    ]
  }
}
