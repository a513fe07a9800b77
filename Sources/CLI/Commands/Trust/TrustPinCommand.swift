import ArgumentParser
import Certificates
import Cryptography
import Encoding

/// `kanhe trust pin`: remember a root, and the newest trust list seen under it.
struct TrustPinCommand: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "pin",
    abstract: "Remember a registry's root, and with --list the newest trust list seen.",
    discussion: """
      Prints the root's fingerprint: compare it by another channel, such as the registry's site \
      or a letter. An older trust list is refused from then on. Of several pinned roots each \
      vouches for its own host, which --list makes known.

      Examples:
        kanhe trust pin root.pem --list trust.jwt
        kanhe trust pin root.pem --list trust.jwt --name Shenzhen
      """)

  @Argument(help: ArgumentHelp("The root identity, PEM or DER.", valueName: "root"))
  var root: String

  @Option(help: ArgumentHelp("The registry's signed trust list.", valueName: "file"))
  var list: String?

  @Option(help: "A name to remember it by.")
  var name: String?

  @Flag(help: "Pin it also when its host is pinned to another root.")
  var force = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let name, name.isEmpty || name.unicodeScalars.count > 200 || TerminalText.line(name) != name
    {
      throw ValidationError("--name has 1 to 200 characters, none of them invisible.")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    guard let pins = TrustPins() else {
      throw Failure(
        .cannot, code: "no_trust_folder", "neither KANHE_TRUST nor HOME is set",
        hint: "set KANHE_TRUST to a folder")
    }
    let identity = try RootFile.read(root)
    _ = try RootFile.anchor(identity, host: nil)
    let known = try pins.pin(of: identity)
    let now = Timestamp.now()
    var pin = known ?? TrustPin(root: identity, pinnedAt: now)
    if let name { pin.name = name }
    if let list { try note(list, in: &pin) }
    try refuseOther(pin, pins)
    try refuseUnknownHost(pin, pins)
    try pins.store(pin)
    try console.result(
      ["pinned": .array([TrustRows.json(pin, pins)])],
      text: { "\(TrustRows.text(pin))\n" })
    console.hint("compare the fingerprint with the registry's by another channel")
    return .yes
  }

  /// Verifies a trust list under the root and takes up its host and sequence.
  private func note(_ path: String, in pin: inout TrustPin) throws {
    // A registry keeps its host: a list of another one is refused, unless it is forced.
    let says = try VerifiedList.read(
      path, under: pin.root, host: force ? nil : pin.host, sequenceMin: pin.sequence)
    pin.sequence = max(says.sequence, pin.sequence ?? says.sequence)
    pin.host = try RegistryNames.parse(department: says.issuer).host
  }

  /// Each of several roots vouches for its own host, so each must have one.
  private func refuseUnknownHost(_ pin: TrustPin, _ pins: TrustPins) throws {
    let others = try pins.all().filter { $0.root != pin.root }
    guard !others.isEmpty, let unknown = ([pin] + others).first(where: { $0.host == nil }) else {
      return
    }
    throw Failure(
      .no, code: "host_unknown",
      "of several pinned roots each vouches for its own host, and that of "
        + "\(unknown.root.keyID) is not known",
      hint: "pin that root with --list trust.jwt, the registry's signed trust list")
  }

  /// Two roots that claim one host: one of them is false, or the registry began anew.
  private func refuseOther(_ pin: TrustPin, _ pins: TrustPins) throws {
    guard !force, let host = pin.host else { return }
    let others = try pins.all().filter { $0.host == host && $0.root != pin.root }
    guard others.isEmpty else {
      throw Failure(
        .no, code: "other_root", "\(host) is pinned to another root",
        hint: "if the registry has a new root, compare its fingerprint and use --force")
    }
  }
}
