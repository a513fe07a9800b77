import Cryptography
import Encoding
import Ledger

/// An event about to be signed.
public struct EventDraft: Sendable {
  /// What it states.
  public let kind: EventKind
  /// The origin of the ledger.
  public let audience: String
  /// The department's URI.
  public let issuer: String
  /// The last tree that the actor verified.
  public let seen: SeenTree
  /// The members of the kind.
  public private(set) var clear: JSONObject
  /// The private members in the order they were added.
  public private(set) var disclosures: [(name: String, value: JSONValue)] = []
  /// How many digests the event will have; padding fills up to it.
  public let disclosureCount: Int

  /// A draft of a kind; `subjects` and `copies` are the type's numbers, for certificate kinds.
  public init(
    _ kind: EventKind, audience: String, issuer: String, seen: SeenTree,
    clear: JSONObject, subjects: Int = 1, copies: Int = 1
  ) {
    self.kind = kind
    self.audience = audience
    self.issuer = issuer
    self.seen = seen
    self.clear = clear
    self.disclosureCount = kind.shape.disclosures.count(subjects: subjects, copies: copies)
    self.disclosures.reserveCapacity(disclosureCount)
  }

  /// Adds a private member.
  public mutating func disclose(_ name: String, _ value: JSONValue) {
    disclosures.append((name, value))
  }

  /// Signs the event at a time, with fresh salts and number.
  ///
  /// Hot path: one event costs little more than its ES256 signature.
  /// - Throws: `invalidDraft` if members or disclosures do not fit the kind, `signingFailed`.
  public func signed(
    with key: P256PrivateKey, keyID: Digest, at time: Timestamp,
    random: some RandomSource = SystemRandom()
  ) throws(RulesError) -> SignedEvent {
    try check()
    let bytes: [UInt8]
    do { bytes = try random.bytes(26 + 16 * disclosureCount) } catch {
      throw RulesError(.signingFailed, "no random bytes could be had", cause: error)
    }
    let number = EventDraft.number(milliseconds: time.milliseconds, random: bytes[..<26])
    let opened = openings(salts: bytes[26...])
    let digests = disclosureCount == 0 ? [] : opened.map(\.digest).sortedAsText()
    let payload = payload(number: number, seconds: time.seconds, digests: digests)
    var jwt = EventHeader.segment(keyID: keyID)
    jwt.reserveCapacity(jwt.count + payload.count * 4 / 3 + 100)
    jwt.append(0x2E)
    Base64URL.append(payload.span, to: &jwt)
    let signingInputCount = jwt.count
    let signature: [UInt8]
    do { signature = try key.sign(jwt) } catch {
      throw RulesError(.signingFailed, "the event could not be signed", cause: error)
    }
    jwt.append(0x2E)
    Base64URL.append(signature.span, to: &jwt)
    guard jwt.count <= Event.byteCountMax else {
      throw RulesError(
        .invalidDraft, "the event is longer than \(Event.byteCountMax) bytes; shorten its members")
    }
    let event = Event(
      jwt: jwt, signingInputCount: signingInputCount, signature: signature, keyID: keyID,
      kind: kind, id: EventID(issuer: issuer, number: number), audience: audience,
      issuedAt: time.seconds, seen: seen, clear: clear,
      digests: digests)
    return SignedEvent(verified: VerifiedEvent(trustingSignatureOf: event), disclosures: opened)
  }

  private func check() throws(RulesError) {
    guard disclosures.count <= disclosureCount else {
      throw RulesError(
        .invalidDraft, "\(kind.rawValue) has at most \(disclosureCount) disclosures here")
    }
    var matchedCount = 0
    for member in kind.shape.members {
      guard let value = clear[member.name] else {
        if member.isOptional { continue }
        throw RulesError(.invalidDraft, "\(kind.rawValue) needs \(member.name)")
      }
      guard member.form.matches(value) else {
        throw RulesError(
          .invalidDraft, "\(member.name) of \(kind.rawValue) must be \(member.form.summary)")
      }
      matchedCount += 1
    }
    // Whatever else there is: no judge takes it, and a common name would stand twice.
    guard clear.count == matchedCount else {
      throw RulesError(.invalidDraft, "\(kind.rawValue) has no such member beside its own")
    }
  }

  private func openings(salts: ArraySlice<UInt8>) -> [EventDisclosure] {
    var opened: [EventDisclosure] = []
    opened.reserveCapacity(disclosureCount)
    var salts = salts
    for disclosure in disclosures {
      opened.append(
        EventDisclosure(
          salt: salts.prefix(16), name: disclosure.name, value: disclosure.value))
      salts = salts.dropFirst(16)
    }
    let paddingCount = disclosureCount - disclosures.count
    for number in 0..<paddingCount {
      opened.append(
        EventDisclosure(salt: salts.prefix(16), name: "pad_\(number + 1)", value: .boolean(true)))
      salts = salts.dropFirst(16)
    }
    return opened
  }

  /// The canonical payload; the common members and the kind's are merged by name.
  private func payload(
    number: Digest, seconds: Int64, digests: [Digest]
  ) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 700 + digests.count * 46)
    let own = clear.members.sorted { CanonicalOrder.precedes($0.name, $1.name) }
    var next = own.startIndex
    for common in CommonMember.allCases {
      if common == .digests, digests.isEmpty { continue }
      while next < own.endIndex, CanonicalOrder.precedes(own[next].name, common.rawValue) {
        writer.member(own[next].name)
        writer.value(own[next].value)
        next += 1
      }
      writer.member(common.rawValue)
      switch common {
      case .digests:
        writer.raw("[")
        for (position, digest) in digests.enumerated() {
          if position > 0 { writer.raw(",") }
          digest.withBytes { writer.string(base64URL: $0) }
        }
        writer.raw("]")
      case .audience: writer.string(audience)
      case .issuedAt: writer.integer(seconds)
      case .issuer: writer.string(issuer)
      case .number: number.withBytes { writer.string(base64URL: $0) }
      case .kind: writer.string(kind.rawValue)
      case .seen:
        writer.raw("{\"root\":")
        seen.root.withBytes { writer.string(base64URL: $0) }
        writer.raw(",\"size\":")
        writer.integer(Int64(clamping: seen.size.value))
        writer.raw("}")
      }
    }
    for member in own[next...] {
      writer.member(member.name)
      writer.value(member.value)
    }
    writer.raw("}")
    return writer.bytes
  }

  private static func number(milliseconds: Int64, random: ArraySlice<UInt8>) -> Digest {
    var words: [UInt64] = [UInt64(milliseconds) & 0xFFFF_FFFF_FFFF, 0, 0, 0]
    var position = 6
    for byte in random {
      words[position / 8] = words[position / 8] << 8 | UInt64(byte)
      position += 1
    }
    return Digest(words[0], words[1], words[2], words[3])
  }
}

/// A signed event with the openings of its private members.
public struct SignedEvent: Sendable {
  /// The event.
  public let verified: VerifiedEvent
  /// Every private member's opening, padding included.
  public let disclosures: [EventDisclosure]

  /// The event.
  public var event: Event { verified.event }

  /// `JWT~disclosure…~`, as handed to those entitled to see.
  public func serialised() -> String {
    var text = String(decoding: event.jwt, as: UTF8.self) + "~"
    for disclosure in disclosures { text += disclosure.text + "~" }
    return text
  }
}

extension [Digest] {
  /// Ascending by their base64url texts, whose order is not that of the bytes.
  func sortedAsText() -> [Digest] {
    sorted { $0.precedesAsText($1) }
  }
}

extension Digest {
  /// Whether the base64url text of 43 characters comes before the other's: the first six bits that
  /// differ decide, by their characters.
  fileprivate func precedesAsText(_ other: Digest) -> Bool {
    let (left, right) = (words, other.words)
    func bit(_ a: UInt64, _ b: UInt64, _ start: Int) -> Int? {
      a == b ? nil : start + (a ^ b).leadingZeroBitCount
    }
    guard
      let first = bit(left.0, right.0, 0) ?? bit(left.1, right.1, 64) ?? bit(left.2, right.2, 128)
        ?? bit(left.3, right.3, 192)
    else { return false }
    return character(at: first / 6) < other.character(at: first / 6)
  }

  /// The character of one group of six bits; the last has four.
  private func character(at group: Int) -> UInt8 {
    let start = group * 6
    var value = 0
    let (first, second, third, fourth) = words
    let all: InlineArray<5, UInt64> = [first, second, third, fourth, 0]
    for bit in start..<(start + 6) {
      value = value << 1 | Int(all[bit / 64] >> UInt64(63 - bit % 64) & 1)
    }
    return Digest.characters[value]
  }

  private static let characters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
}
