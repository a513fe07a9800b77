import Cryptography
import Encoding
import Ledger

/// The name of an event: who stated it and its 256-bit number.
///
/// Never derived from the ECDSA signature, which anyone can alter into another valid one.
public struct EventID: Sendable, Hashable {
  /// The department's URI.
  public let issuer: String
  /// 48-bit big-endian milliseconds, then 208 random bits.
  public let number: Digest

  /// The id with these parts.
  public init(issuer: String, number: Digest) {
    self.issuer = issuer
    self.number = number
  }

  /// The milliseconds since 1970 in the number.
  public var milliseconds: Int64 { Int64(number.words.0 >> 16) }

  /// SHA-256(issuer ‖ 0x00 ‖ number): the key of the store's index.
  public var digest: Digest {
    var hash = SHA256()
    hash.update(issuer)
    hash.update(0 as UInt8)
    hash.update(number)
    return hash.finish()
  }
}

/// The tree that the actor last verified: every actor is a witness.
public struct SeenTree: Sendable, Hashable {
  /// Its size.
  public let size: TreeSize
  /// Its root.
  public let root: Digest

  /// The tree with this size and root.
  public init(size: TreeSize, root: Digest) {
    self.size = size
    self.root = root
  }

  /// The empty tree: only `ledger.opened` may have seen no more.
  public static let empty = SeenTree(size: TreeSize(0), root: SHA256.hash([UInt8]()))
}

/// A well-formed event; nothing in it is believed before its signature is checked.
///
/// Spec: event.md. Keeps the exact bytes that were signed. A class, since it passes through many
/// hands and never changes.
public final class Event: Sendable, Hashable {
  /// The compact JWT, ASCII.
  public let jwt: [UInt8]
  /// Length of the signed part: header and payload segments with the dot between.
  public let signingInputCount: Int
  /// The 64-byte signature r ‖ s.
  public let signature: [UInt8]
  /// The key id: SHA-256 of the signer's identity.
  public let keyID: Digest
  /// What it states.
  public let kind: EventKind
  /// Who stated it, and its number.
  public let id: EventID
  /// The origin of the ledger that it is meant for.
  public let audience: String
  /// When it was signed, in seconds since 1970.
  public let issuedAt: Int64
  /// The tree that its actor had verified.
  public let seen: SeenTree
  /// The members of its kind.
  public let clear: JSONObject
  /// The digests of its private members, ascending by their text; empty if it has none.
  public let digests: [Digest]

  /// The USCC at the end of the issuer's URI; nil if it has another form.
  public let issuerCode: String?

  init(
    jwt: [UInt8], signingInputCount: Int, signature: [UInt8], keyID: Digest, kind: EventKind,
    id: EventID, audience: String, issuedAt: Int64, seen: SeenTree, clear: JSONObject,
    digests: [Digest]
  ) {
    self.jwt = jwt
    self.signingInputCount = signingInputCount
    self.signature = signature
    self.keyID = keyID
    self.kind = kind
    self.id = id
    self.audience = audience
    self.issuedAt = issuedAt
    self.seen = seen
    self.clear = clear
    self.digests = digests
    issuerCode = DepartmentURI(id.issuer)?.code
  }

  /// The department's URI.
  public var issuer: String { id.issuer }

  /// The signed bytes.
  public var signingInput: ArraySlice<UInt8> { jwt[..<signingInputCount] }

  /// A clear member's text; nil if it is absent or no text.
  public func text(_ name: String) -> String? { clear[name]?.stringValue }

  /// A clear member's integer; nil if it is absent or no integer.
  public func integer(_ name: String) -> Int64? { clear[name]?.integerValue }

  /// A clear member's digest; nil if it is absent or no digest.
  public func digest(_ name: String) -> Digest? {
    guard let text = text(name) else { return nil }
    return Digest(canonicalText: text)
  }

  /// Compares the exact bytes.
  public static func == (left: Event, right: Event) -> Bool { left.jwt == right.jwt }

  /// Hashes the id.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// `https://<host>/departments/<USCC>`: the name of a department in events and identities.
public struct DepartmentURI: Sendable, Hashable {
  /// The host of the registry.
  public let host: String
  /// The department's USCC.
  public let code: String

  /// The URI of a department of the registry at `host`.
  public init(host: String, code: String) {
    self.host = host
    self.code = code
  }

  /// The parts of a URI; nil unless it has exactly the form.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.starts(with: Self.scheme) else { return nil }
    let rest = bytes[Self.scheme.count...]
    guard let slash = rest.firstIndex(of: 0x2F), slash != rest.startIndex,
      rest[slash...].starts(with: Self.path)
    else { return nil }
    let code = rest[(slash + Self.path.count)...]
    guard CodeCheck.isDepartment(code) else { return nil }
    self.init(
      host: String(decoding: rest[..<slash], as: UTF8.self),
      code: String(decoding: code, as: UTF8.self))
  }

  private static let scheme = Array("https://".utf8)
  private static let path = Array("/departments/".utf8)

  /// The URI's text.
  public var text: String { "https://\(host)/departments/\(code)" }
}
