import Cryptography
import Rules

extension IdentityUse {
  /// The profile of an identity of this use.
  public var profile: IdentityProfile {
    switch self {
    case .act: .act
    case .seal: .seal
    case .open: .open
    }
  }

  /// The purpose for which a path to it is judged.
  public var purpose: IdentityPurpose {
    switch self {
    case .act: .act
    case .seal: .seal
    case .open: .open
    }
  }

  /// The use whose key usages an identity has exactly; nil if it has those of none.
  public init?(of identity: Identity) {
    let use = IdentityUse.allCases.first { use in
      !identity.isCA && identity.keyUsages == use.profile.keyUsages
        && identity.extendedKeyUsages == use.profile.extendedKeyUsages
    }
    guard let use else { return nil }
    self = use
  }
}
