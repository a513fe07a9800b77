/// Whom an identity names.
public struct IdentitySubject: Sendable, Hashable {
  /// The name in words, at most 64 characters.
  public var commonName: String
  /// The department's USCC, written verbatim; nil for identities of no department.
  public var organizationIdentifier: String?

  /// Makes a subject.
  public init(commonName: String, organizationIdentifier: String? = nil) {
    self.commonName = commonName
    self.organizationIdentifier = organizationIdentifier
  }
}

/// Everything an issuer puts into an identity, but for serial number and signature.
public struct IdentityContents: Sendable {
  /// What it is for.
  public var profile: IdentityProfile
  /// The key it certifies.
  public var publicKey: P256PublicKey
  /// Whom it names.
  public var subject: IdentitySubject
  /// The URI among its alternative names; required for `act`, `seal` and `open`.
  public var uri: String?
  /// The first second of validity, since 1970 UTC.
  public var notBefore: Int64
  /// The end of validity, since 1970 UTC.
  public var notAfter: Int64

  /// Makes contents; they are checked when issued.
  public init(
    profile: IdentityProfile, publicKey: P256PublicKey, subject: IdentitySubject,
    uri: String? = nil, validFrom notBefore: Int64, through notAfter: Int64
  ) {
    self.profile = profile
    self.publicKey = publicKey
    self.subject = subject
    self.uri = uri
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  /// Refuses what cannot be written faithfully; throws `invalidProfile`.
  func check() throws(CryptographyError) {
    let length = subject.commonName.unicodeScalars.count
    guard length >= 1, length <= 64 else {
      throw refusal("a common name has 1 to 64 characters, not \(length); shorten the name")
    }
    guard subject.commonName.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
    else { throw refusal("a common name holds no control characters") }
    if let identifier = subject.organizationIdentifier {
      guard identifier.utf8.count <= 64, !identifier.isEmpty,
        identifier.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
      else { throw refusal("an organization identifier is 1 to 64 visible ASCII characters") }
    }
    guard notBefore < notAfter else { throw refusal("it would end before it begins") }
    switch profile {
    case .root: break
    case .authority(let host):
      guard IdentityContents.isHost(host) else {
        throw refusal("the host is no lower-case DNS name; give one such as kanhe.example.cn")
      }
    case .listSigner:
      if let uri { try checkURI(uri) }
    case .act, .seal, .open:
      guard let uri else { throw refusal("an identity of a department needs its URI") }
      try checkURI(uri)
    }
    if profile.pathLength != nil, uri != nil { throw refusal("an authority carries no URI") }
  }

  /// Whether a text is a lower-case DNS name of at least two labels.
  public static func isHost(_ host: String) -> Bool {
    let labels = host.utf8.split(separator: 0x2e, omittingEmptySubsequences: false)
    guard host.utf8.count <= 253, labels.count >= 2 else { return false }
    return labels.allSatisfy { label in
      label.count >= 1 && label.count <= 63 && label.first != 0x2d && label.last != 0x2d
        && label.allSatisfy { byte in
          (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2d
        }
    }
  }

  private func checkURI(_ uri: String) throws(CryptographyError) {
    let prefix = "https://"
    // libcrypto takes the first colon after `//` as the end of the host, even inside the path.
    guard uri.hasPrefix(prefix), uri.utf8.count <= 512,
      uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), !uri.dropFirst(8).contains(":"),
      IdentityContents.isHost(
        String(uri.dropFirst(prefix.count).prefix(while: { $0 != "/" })))
    else {
      throw refusal("the URI must be https://HOST/… in ASCII, without a colon after the scheme")
    }
  }

  private func refusal(_ what: String) -> CryptographyError {
    CryptographyError(.invalidProfile, "cannot issue the identity: \(what)")
  }
}
