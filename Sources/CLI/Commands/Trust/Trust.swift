import ArgumentParser

/// `kanhe trust`: what this machine trusts.
struct Trust: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remember the roots that this machine trusts, and admit other registries.",
    discussion: """
      Pinned roots lie in $KANHE_TRUST, default ~/.config/kanhe/trust. verify only reads them.
      """,
    subcommands: [TrustPinCommand.self, TrustListCommand.self, TrustAdmitCommand.self])
}
