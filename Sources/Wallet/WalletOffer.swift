import Certificates

/// A copy that can be shown, with what of it would be.
public struct WalletOffer: Sendable {
  /// The copy.
  public let copy: WalletCopy
  /// What of it is shown.
  public let presentation: Presentation
}
