import Cryptography
import Encoding

/// Which parts of a claim set are hidden, as a tree beside it.
///
/// Members are named; array elements are named by their index in decimal.
public struct DisclosureFrame: Sendable, Hashable {
  /// Members or elements of this place that are selectively disclosable.
  public var hidden: Set<String>
  /// Frames of the members or elements below.
  public var children: [String: DisclosureFrame]
  /// Decoys pad the digests of this place to so many.
  public var digestCountMin: Int

  /// Makes a frame.
  public init(
    hidden: Set<String> = [], children: [String: DisclosureFrame] = [:], digestCountMin: Int = 0
  ) {
    self.hidden = hidden
    self.children = children
    self.digestCountMin = digestCountMin
  }
}

extension SDJWT {
  /// A claim set with digests in place of what is hidden.
  public struct Hidden: Sendable {
    /// The payload to sign; without `_sd_alg`, which defaults to SHA-256.
    public let payload: JSONObject
    /// The openings, parents after their children.
    public let disclosures: [Disclosure]
  }

  /// Hides what the frame says. Certificates and events have faster ways of their own.
  ///
  /// Throws `reservedName` for a claim named `_sd`, `_sd_alg` or `...`, `unknownMember` for a frame
  /// that names what is not there, `cryptography`. Spec: RFC 9901 §4.2.
  public static func hide(
    _ claims: JSONObject, frame: DisclosureFrame, random: some RandomSource
  ) throws(CertificatesError) -> Hidden {
    var hiding = Hiding(random: random)
    let payload = try hiding.object(claims, frame, "claims")
    return Hidden(payload: payload, disclosures: hiding.disclosures)
  }

  /// Refuses the mechanism's own names anywhere in a value. Throws `reservedName`.
  static func refuseReservedNames(
    _ value: JSONValue, at path: String
  ) throws(CertificatesError) {
    switch value {
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        try refuseReservedNames(element, at: "\(path)[\(index)]")
      }
    case .object(let object):
      for member in object {
        guard !reservedNames.contains(member.name) else {
          throw CertificatesError(
            .reservedName, "no claim may be named _sd, _sd_alg or ...; rename it", at: path)
        }
        try refuseReservedNames(member.value, at: path)
      }
    default: return
    }
  }
}

/// One run of `SDJWT.hide`.
private struct Hiding<Source: RandomSource> {
  let random: Source
  var disclosures: [Disclosure] = []

  init(random: Source) { self.random = random }

  mutating func value(
    _ value: JSONValue, _ frame: DisclosureFrame?, _ path: String
  ) throws(CertificatesError) -> JSONValue {
    guard let frame else {
      try SDJWT.refuseReservedNames(value, at: path)
      return value
    }
    switch value {
    case .object(let members): return .object(try object(members, frame, path))
    case .array(let elements): return .array(try array(elements, frame, path))
    default:
      throw CertificatesError(
        .unknownMember, "the frame goes below a value without members", at: path)
    }
  }

  mutating func object(
    _ object: JSONObject, _ frame: DisclosureFrame, _ path: String
  ) throws(CertificatesError) -> JSONObject {
    for name in frame.hidden.union(frame.children.keys) where !object.contains(name) {
      throw CertificatesError(.unknownMember, "the frame names a claim that is absent", at: path)
    }
    var digests: [Digest] = []
    var result = JSONObject()
    for member in object {
      guard !SDJWT.reservedNames.contains(member.name) else {
        throw CertificatesError(
          .reservedName, "no claim may be named _sd, _sd_alg or ...; rename it", at: path)
      }
      let value = try value(member.value, frame.children[member.name], path)
      guard frame.hidden.contains(member.name) else {
        result.append(member.name, value)
        continue
      }
      let disclosure = Disclosure.make(
        salt: try Salt(from: random), name: member.name, value: value)
      digests.append(disclosure.digest)
      disclosures.append(disclosure)
    }
    while digests.count < frame.digestCountMin { digests.append(try decoy()) }
    if !digests.isEmpty {
      result.append("_sd", .array(digests.sorted().map { .string($0.base64url) }))
    }
    return result
  }

  mutating func array(
    _ elements: [JSONValue], _ frame: DisclosureFrame, _ path: String
  ) throws(CertificatesError) -> [JSONValue] {
    let names = Set(elements.indices.map(String.init))
    guard frame.hidden.union(frame.children.keys).isSubset(of: names) else {
      throw CertificatesError(.unknownMember, "the frame names an element that is absent", at: path)
    }
    var result: [JSONValue] = []
    for (index, element) in elements.enumerated() {
      let name = String(index)
      let value = try value(element, frame.children[name], path)
      guard frame.hidden.contains(name) else {
        result.append(value)
        continue
      }
      let disclosure = Disclosure.make(salt: try Salt(from: random), element: value)
      disclosures.append(disclosure)
      result.append(["...": .string(disclosure.digest.base64url)])
    }
    for _ in frame.hidden.count..<max(frame.hidden.count, frame.digestCountMin) {
      result.append(["...": .string(try decoy().base64url)])
    }
    return result
  }

  private func decoy() throws(CertificatesError) -> Digest {
    do {
      return SHA256.hash(try random.bytes(Digest.byteCount))
    } catch {
      throw CertificatesError(error, in: "decoy")
    }
  }
}
