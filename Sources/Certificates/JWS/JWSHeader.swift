import Encoding
import Synchronization

/// The header of a signed token, read strictly and found to be of its form.
final class JWSHeader: Sendable {
  /// Its members.
  let object: JSONObject
  /// `x5c` as DER, leaf first; empty if there is none.
  let identities: [[UInt8]]
  private let readPath = Mutex<IssuerPath?>(nil)

  /// Reads base64url of a header. Throws what ``JWS/init(parsing:as:)`` does of it.
  init(parsing text: ArraySlice<UInt8>, _ form: JWSForm) throws(CertificatesError) {
    object = try JWS.object(try JWS.decode(text, "header"), "header")
    try Self.check(object, form)
    identities = try Self.identities(object, form)
  }

  /// The path that begins with the leaf in `x5c`; it is read once,
  /// unless it could not be.
  func path(_ reader: IdentityReaderCache) -> IssuerPath {
    if let path = readPath.withLock({ $0 }) { return path }
    let path = IssuerPath(identities, reader: reader)
    if path.isRead { readPath.withLock { $0 = path } }
    return path
  }
}

extension JWSHeader {
  /// The order of the checks decides which of several faults is named: the most dangerous first.
  private static func check(
    _ header: JSONObject, _ form: JWSForm
  ) throws(CertificatesError) {
    guard let algorithm = header["alg"] else {
      throw CertificatesError(.algorithmMissing, "the header has no alg", at: "header")
    }
    if let text = algorithm.stringValue, text.lowercased() == "none" {
      throw CertificatesError(.algorithmNone, "alg none signs nothing", at: "header.alg")
    }
    guard algorithm == "ES256" else {
      throw CertificatesError(.algorithmRefused, "only ES256 is accepted", at: "header.alg")
    }
    guard !header.contains("crit") else {
      throw CertificatesError(
        .criticalHeader, "the header demands an extension; none is implemented",
        at: "header.crit")
    }
    if let type = form.type {
      guard header["typ"] == .string(type) else {
        throw CertificatesError(
          .wrongTokenType, "typ must be \(type); this token was made for another use",
          at: "header.typ")
      }
    }
    for member in header {
      switch member.name {
      case "alg", "typ": continue
      case "kid" where form.keyReference != .identities: continue
      case "x5c" where form.keyReference == .identities: continue
      default:
        // jwk, jku and x5u would let the token choose its own key.
        throw CertificatesError(
          .headerMemberRefused, "the header has a member that this kind of token must not have",
          at: "header")
      }
    }
    if header.contains("kid"), header["kid"]?.stringValue == nil {
      throw CertificatesError(.wrongMember, "kid must be a string", at: "header.kid")
    }
    if form.keyReference == .identifier, !header.contains("kid") {
      throw CertificatesError(.keyReferenceMissing, "the header has no kid", at: "header")
    }
  }

  /// At most four identities of at most 8 KiB each: no path of ours is longer than two.
  private static func identities(
    _ header: JSONObject, _ form: JWSForm
  ) throws(CertificatesError) -> [[UInt8]] {
    guard form.keyReference == .identities else { return [] }
    guard let list = header["x5c"] else {
      throw CertificatesError(.keyReferenceMissing, "the header has no x5c", at: "header")
    }
    guard let elements = list.arrayValue, (1...4).contains(elements.count) else {
      throw CertificatesError(
        .identityListInvalid, "x5c is a list of one to four identities", at: "header.x5c")
    }
    var identities: [[UInt8]] = []
    for (index, element) in elements.enumerated() {
      let place = "header.x5c[\(index)]"
      guard let text = element.stringValue, (1...11_000).contains(text.utf8.count) else {
        throw CertificatesError(
          .identityListInvalid, "an identity is a text of at most 8 KiB of DER", at: place)
      }
      do {
        identities.append(try Base64.decode(text))
      } catch {
        throw CertificatesError(
          .identityListInvalid, "an identity stands in standard base64: \(error.message)",
          cause: error, at: place)
      }
    }
    return identities
  }
}

/// Headers of one form that were read before: all tokens of a seal have the same, and most of a
/// token's bytes are in it.
final class JWSHeaders: Sendable {
  /// When a hostile input floods it, all is forgotten.
  private static let countMax = 32
  let form: JWSForm
  private let known = Mutex<[(text: [UInt8], header: JWSHeader)]>([])

  init(of form: JWSForm) { self.form = form }

  /// The header of a text, byte for byte. Throws as reading it does, and remembers no fault.
  func header(_ text: ArraySlice<UInt8>) throws(CertificatesError) -> JWSHeader {
    // To compare with a few costs a tenth of hashing the text.
    let header = known.withLock { known in known.first { text.hasSameBytes(as: $0.text) }?.header }
    if let header { return header }
    let new = try JWSHeader(parsing: text, form)
    known.withLock { known in
      if known.count >= Self.countMax { known.removeAll(keepingCapacity: true) }
      known.append((Array(text), new))
    }
    return new
  }
}
