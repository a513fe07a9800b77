/// What an identity is for: the key usages, extended key usages and constraints it carries.
///
/// Spec: identities.md, "Profiles".
public enum IdentityProfile: Sendable, Hashable {
  /// Self-signed, path length 1; the only thing a verifier pins.
  case root
  /// Path length 0, names limited to exactly this host.
  case authority(permittedHost: String)
  /// Signs trust lists; issued by the root.
  case listSigner
  /// Signs events and requests.
  case act
  /// Signs certificates, status tokens and material.
  case seal
  /// Receives material: key agreement only.
  case open

  /// 2.25 ‖ the decimal form of UUID 50677087-73b7-4107-9a85-0914149f979d: our own arc, which
  /// needs no registration (ITU-T X.667).
  public static let arc = "2.25.106875328600712222139343333885734786973"
  /// Extended key usage of `act` identities.
  public static let actUsage = arc + ".1.1"
  /// Extended key usage of list signers.
  public static let listSignerUsage = arc + ".1.2"
  /// id-kp-emailProtection (RFC 5280 §4.2.1.12): what CMS verifiers demand.
  public static let emailProtection = "1.3.6.1.5.5.7.3.4"

  /// Exactly the bits set, in the order of `KeyUsage.allCases`; no other may be.
  public var keyUsages: [KeyUsage] {
    switch self {
    case .root, .authority: [.keyCertSign, .cRLSign]
    case .listSigner, .act: [.digitalSignature]
    case .seal: [.digitalSignature, .nonRepudiation]
    case .open: [.keyAgreement]
    }
  }

  /// Exactly the extended usages named; none means the extension is absent.
  public var extendedKeyUsages: [String] {
    switch self {
    case .root, .authority, .open: []
    case .listSigner: [IdentityProfile.listSignerUsage]
    case .act: [IdentityProfile.actUsage]
    case .seal: [IdentityProfile.emailProtection]
    }
  }

  /// How many authorities may stand below, for those that issue; nil for the others.
  public var pathLength: Int? {
    switch self {
    case .root: 1
    case .authority: 0
    case .listSigner, .act, .seal, .open: nil
    }
  }

  /// The purpose an identity of this profile serves; a root serves none but being pinned.
  public var purpose: IdentityPurpose? {
    switch self {
    case .root: nil
    case .authority: .authority
    case .listSigner: .listSigner
    case .act: .act
    case .seal: .seal
    case .open: .open
    }
  }
}

/// What a verifier wants to use an identity for.
public enum IdentityPurpose: String, Sendable, Hashable, CaseIterable {
  /// Issuing identities, below the root.
  case authority
  /// Signing trust lists, below the root.
  case listSigner
  /// Signing events and requests.
  case act
  /// Signing certificates, status tokens and material.
  case seal
  /// Receiving material.
  case open

  /// Whether the root issues it, rather than an authority.
  var isBelowRoot: Bool { self == .authority || self == .listSigner }

  var keyUsages: [KeyUsage] {
    switch self {
    case .authority: IdentityProfile.root.keyUsages
    case .listSigner: IdentityProfile.listSigner.keyUsages
    case .act: IdentityProfile.act.keyUsages
    case .seal: IdentityProfile.seal.keyUsages
    case .open: IdentityProfile.open.keyUsages
    }
  }

  var extendedKeyUsages: [String] {
    switch self {
    case .authority: []
    case .listSigner: IdentityProfile.listSigner.extendedKeyUsages
    case .act: IdentityProfile.act.extendedKeyUsages
    case .seal: IdentityProfile.seal.extendedKeyUsages
    case .open: IdentityProfile.open.extendedKeyUsages
    }
  }
}
