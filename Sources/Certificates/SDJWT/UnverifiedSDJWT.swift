import Cryptography
import Encoding

/// A combined form taken apart: the issuer's token, disclosures and perhaps a key binding token.
///
/// Nothing in it is verified. Whether a key binding is demanded is decided by the caller and never
/// by what the input holds: otherwise it could be stripped (RFC 9901 §7.3).
public struct UnverifiedSDJWT: Sendable {
  /// Whether a key binding token may stand at the end.
  public enum KeyBinding: Sendable {
    /// A certificate as issued: the form ends with `~`.
    case refused
    /// A presentation: the form ends with a token after the last `~`.
    case demanded
  }

  /// The most bytes of the whole; a photo of 200 KB makes 360 KB.
  public static let byteCountMax = 1 << 20
  /// The most disclosures.
  public static let disclosureCountMax = 1024

  /// The issuer's token, ASCII.
  public let token: [UInt8]
  /// The disclosures in order.
  public let disclosures: [Disclosure]
  /// The key binding token, ASCII, if it was demanded.
  public let keyBinding: [UInt8]?
  /// How many bytes `sd_hash` covers: everything up to and with the last `~`.
  public let boundByteCount: Int

  /// Takes a combined form apart.
  ///
  /// Throws `tooLarge`, `bareToken`, `missingTilde`, `emptyDisclosure`, `notBase64URL`,
  /// `tooManyDisclosures`, `duplicateDisclosure`, `keyBindingUnexpected` or `keyBindingMissing`.
  /// Spec: certificate.md, "Combined form"; RFC 9901 §4.
  public init(parsing bytes: [UInt8], keyBinding policy: KeyBinding) throws(CertificatesError) {
    guard bytes.count <= Self.byteCountMax else {
      throw CertificatesError(
        .tooLarge, "the certificate has more than the \(Self.byteCountMax) bytes that are read")
    }
    let parts = bytes.parts(
      between: UInt8(ascii: "~"), atMost: Self.disclosureCountMax + 3)
    guard parts.count > 1, let last = parts.last else {
      throw CertificatesError(
        .bareToken, "a signed token alone is no certificate; it ends with ~ and its disclosures")
    }
    let middle = parts[1..<(parts.count - 1)]
    // Before the end is looked at: of more the last part is all the rest.
    guard middle.count <= Self.disclosureCountMax else {
      throw CertificatesError(
        .tooManyDisclosures, "at most \(Self.disclosureCountMax) disclosures are read")
    }
    try Self.checkEnd(last, policy)
    var disclosures: [Disclosure] = []
    var known = SeenDigests()
    disclosures.reserveCapacity(middle.count)
    for (index, part) in middle.enumerated() {
      guard !part.isEmpty else {
        throw CertificatesError(
          .emptyDisclosure, "two ~ with nothing between", at: "disclosure \(index + 1)")
      }
      let disclosure = Disclosure(Array(part))
      guard known.insert(disclosure.digest) else {
        throw CertificatesError(
          .duplicateDisclosure, "the same disclosure twice", at: "disclosure \(index + 1)")
      }
      disclosures.append(disclosure)
    }
    token = Array(parts[0])
    self.disclosures = disclosures
    keyBinding = last.isEmpty ? nil : Array(last)
    boundByteCount = bytes.count - last.count
  }

  private static func checkEnd(
    _ last: ArraySlice<UInt8>, _ policy: KeyBinding
  ) throws(CertificatesError) {
    let isToken = last.contains(UInt8(ascii: "."))
    switch policy {
    case .refused where last.isEmpty: return
    case .refused where isToken:
      throw CertificatesError(
        .keyBindingUnexpected, "this is a presentation; a bare certificate is wanted")
    case .demanded where isToken: return
    case .demanded where last.isEmpty:
      throw CertificatesError(
        .keyBindingMissing, "the holder's key binding is demanded and is not there")
    default:
      throw CertificatesError(.missingTilde, "the last ~ is missing; the text was cut off")
    }
  }
}
