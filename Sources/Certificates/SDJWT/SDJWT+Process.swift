import Cryptography
import Encoding

extension SDJWT {
  /// The most digests of one token.
  public static let digestCountMax = 4096
  /// The deepest nesting after all disclosures were put in place.
  public static let depthMax = 64

  /// One step on the way to a claim.
  public enum PathStep: Sendable, Hashable {
    /// A member.
    case name(String)
    /// An element, counted from 0 in the processed array.
    case index(Int)
  }

  /// A payload with its disclosures put in place.
  public struct Processed: Sendable {
    /// The claims; `_sd`, `_sd_alg` and undisclosed elements are gone.
    public let claims: JSONObject
    /// For each disclosure, in the order given, where it was put.
    public let paths: [[PathStep]]
    /// How many digests are still closed, decoys included.
    public let closedDigestCount: Int
  }

  /// Puts disclosures in the place of their digests (RFC 9901 §7.1, steps 2d–5).
  ///
  /// `visible` names top-level claims that must never be hidden, in whole or in part. The signature
  /// is the caller's business. Throws the codes of ``Disclosure/content()``, `duplicateDisclosure`,
  /// `unreferencedDisclosure`, `duplicateDigest`, `digestListInvalid`, `elementDigestInvalid`,
  /// `hashRefused`, `hashNested`, `nameCollision`, `protectedClaimDisclosed`,
  /// `digestInProtectedClaim`, `tooManyDigests`, `tooDeep`.
  public static func process(
    _ payload: JSONObject, disclosures: [Disclosure], visible: Set<String>
  ) throws(CertificatesError) -> Processed {
    if let algorithm = payload["_sd_alg"], algorithm != "sha-256" {
      throw CertificatesError(
        .hashRefused, "only sha-256 is accepted, not truncated", at: "_sd_alg")
    }
    for member in payload where visible.contains(member.name) {
      guard !containsMechanism(member.value) else {
        throw CertificatesError(
          .digestInProtectedClaim, "this claim must be visible as a whole", at: member.name)
      }
    }
    var run = try Processing(disclosures, visible)
    let claims = try run.object(payload)
    var paths: [[PathStep]] = []
    for (index, path) in run.paths.enumerated() {
      guard let path else {
        throw CertificatesError(
          .unreferencedDisclosure,
          "no digest belongs to this disclosure, or its parent was not sent",
          at: "disclosure \(index + 1)")
      }
      paths.append(path)
    }
    return Processed(
      claims: claims, paths: paths, closedDigestCount: run.seen.count - disclosures.count)
  }

  private static func containsMechanism(_ value: JSONValue) -> Bool {
    switch value {
    case .array(let elements): elements.contains(where: containsMechanism)
    case .object(let object):
      object.contains { reservedNames.contains($0.name) || containsMechanism($0.value) }
    default: false
    }
  }
}

/// One run of `SDJWT.process`.
private struct Processing {
  let disclosures: [Disclosure]
  let visible: Set<String>
  /// Positions of the disclosures by digest, where they are more than a few.
  private var positions: [Digest: Int] = [:]
  var paths: [[SDJWT.PathStep]?]
  var seen = SeenDigests()
  /// The way to what is being read.
  private var path: [SDJWT.PathStep] = []

  init(_ disclosures: [Disclosure], _ visible: Set<String>) throws(CertificatesError) {
    self.disclosures = disclosures
    self.visible = visible
    paths = Array(repeating: nil, count: disclosures.count)
    var known = SeenDigests()
    for (index, disclosure) in disclosures.enumerated() {
      guard known.insert(disclosure.digest) else {
        throw CertificatesError(
          .duplicateDisclosure, "the same disclosure twice", at: "disclosure \(index + 1)")
      }
      if disclosures.count > Self.searchedCountMax { positions[disclosure.digest] = index }
    }
  }

  /// So many disclosures are searched one by one.
  private static let searchedCountMax = 16

  /// The position of the disclosure with a digest.
  private func index(of digest: Digest) -> Int? {
    disclosures.count > Self.searchedCountMax
      ? positions[digest] : disclosures.firstIndex { $0.digest == digest }
  }

  /// The value one step further on.
  private mutating func value(
    _ value: JSONValue, at step: SDJWT.PathStep
  ) throws(CertificatesError) -> JSONValue {
    switch value {
    case .array(let elements):
      path.append(step)
      defer { path.removeLast() }
      return .array(try array(elements))
    case .object(let members):
      path.append(step)
      defer { path.removeLast() }
      return .object(try object(members))
    default: return value
    }
  }

  mutating func object(_ object: JSONObject) throws(CertificatesError) -> JSONObject {
    guard path.count < SDJWT.depthMax else {
      throw CertificatesError(.tooDeep, "disclosures nest more than \(SDJWT.depthMax) deep")
    }
    var result = JSONObject()
    for member in object {
      switch member.name {
      case "_sd": continue
      case "_sd_alg":
        guard path.isEmpty else {
          throw CertificatesError(.hashNested, "_sd_alg stands at the top level only")
        }
      case "...":
        throw CertificatesError(
          .elementDigestInvalid, "... stands only alone and in an array")
      default:
        result.append(member.name, try value(member.value, at: .name(member.name)))
      }
    }
    guard let list = object["_sd"] else { return result }
    guard case .array(let digests) = list else {
      throw CertificatesError(.digestListInvalid, "_sd is an array of digests")
    }
    for text in digests {
      try open(text, into: &result)
    }
    return result
  }

  /// Puts the member behind a digest of `_sd` in place, if its disclosure is there.
  private mutating func open(
    _ text: JSONValue, into object: inout JSONObject
  ) throws(CertificatesError) {
    let digest = try note(text, else: .digestListInvalid)
    guard let index = index(of: digest) else { return }
    let place = "disclosure \(index + 1)"
    let content = try disclosures[index].content()
    guard let name = content.name else {
      throw CertificatesError(
        .disclosureArity, "a disclosed member has three elements: salt, name, value", at: place)
    }
    if path.isEmpty, visible.contains(name) {
      throw CertificatesError(
        .protectedClaimDisclosed, "this claim must not be selectively disclosable", at: place)
    }
    paths[index] = path + [.name(name)]
    guard object.append(name, try value(content.value, at: .name(name))) else {
      throw CertificatesError(
        .nameCollision, "the object has a member of the disclosed name already", at: place)
    }
  }

  private mutating func array(
    _ elements: [JSONValue]
  ) throws(CertificatesError) -> [JSONValue] {
    guard path.count < SDJWT.depthMax else {
      throw CertificatesError(.tooDeep, "disclosures nest more than \(SDJWT.depthMax) deep")
    }
    var result: [JSONValue] = []
    result.reserveCapacity(elements.count)
    for element in elements {
      let step = SDJWT.PathStep.index(result.count)
      guard case .object(let object) = element, let text = object["..."] else {
        result.append(try value(element, at: step))
        continue
      }
      guard object.count == 1 else {
        throw CertificatesError(
          .elementDigestInvalid, "... has no other member beside it")
      }
      let digest = try note(text, else: .elementDigestInvalid)
      guard let index = index(of: digest) else { continue }
      let content = try disclosures[index].content()
      guard content.name == nil else {
        throw CertificatesError(
          .disclosureArity, "a disclosed element has two elements: salt, value",
          at: "disclosure \(index + 1)")
      }
      paths[index] = path + [step]
      result.append(try value(content.value, at: step))
    }
    return result
  }

  /// Reads a digest and refuses one that was seen before, opened or not.
  private mutating func note(
    _ text: JSONValue, else code: CertificatesError.Code
  ) throws(CertificatesError) -> Digest {
    guard case .string(let characters) = text else {
      throw CertificatesError(code, "a digest is a text")
    }
    guard let digest = Digest(canonicalText: characters) else {
      throw CertificatesError(code, "a digest is 43 characters of base64url")
    }
    guard seen.insert(digest) else {
      throw CertificatesError(.duplicateDigest, "the same digest twice")
    }
    guard seen.count <= SDJWT.digestCountMax else {
      throw CertificatesError(.tooManyDigests, "at most \(SDJWT.digestCountMax) digests are read")
    }
    return digest
  }
}
