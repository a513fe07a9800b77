import ArgumentParser
import Verification

/// Whom to believe, and where evidence lies: what verifying and the wallet have in common.
struct TrustOptions: ParsableArguments {
  /// The options that may be given several times.
  static let repeatable = ["--root", "--evidence"]

  @Option(
    help: ArgumentHelp(
      "A registry's root identity, PEM or DER: the only anchor. Default: the pinned roots.",
      valueName: "file"))
  var root: [String] = []

  @Option(
    help: ArgumentHelp(
      "An export, or a registry's public folder, to take trust list, types and status from; one "
        + "for each registry.", valueName: "dir"))
  var evidence: [String] = []

  /// The roots given, or else those pinned.
  func anchors() throws -> [Anchor] { try VerifyRun(roots: root).anchors() }
}
