import ArgumentParser
import Cryptography
import Encoding
import Foundation
import Ledger
import Registry
import SQLiteStorage

/// `kanhe registry init`: keys, databases, state folder and the first entries.
struct RegistryInit: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a registry: its keys, its ledger and its first entries.",
    discussion: """
      Makes root, authority, list signer, ledger key, vault key and the registry's own department. \
      Asks for the registry's and the ledger's passphrase (KANHE_REGISTRY_PASSPHRASE_FILE, \
      KANHE_LEDGER_PASSPHRASE_FILE). Afterwards move offline/root.key to a medium off line, and \
      publish the root's SHA-256.

      Examples:
        kanhe registry init city --name 深圳市 --host zs.example \\
          --origin zs.example/ledger --code 11440300KH00000165
        kanhe registry init /srv/city --state /var/lib/kanhe/city \\
          --name Shenzhen --host zs.example --origin zs.example/ledger \\
          --code 11440300KH00000165 --format json
      """)

  @Argument(help: ArgumentHelp("A directory that does not exist or is empty.", valueName: "dir"))
  var directory: String

  @Option(help: "The display name, 1 to 200 characters.")
  var name: String

  @Option(help: "The host of all URIs, such as zs.example.")
  var host: String

  @Option(help: "The ledger's origin, such as zs.example/ledger.")
  var origin: String

  @Option(help: "The unified social credit code of the registry's own department.")
  var code: String

  @Option(
    help: ArgumentHelp("The high-water folder, outside DIR; default DIR.state.", valueName: "dir"))
  var state: String?

  @Flag(help: "Cheap key derivation, for tests and demonstrations only.")
  var testKeys = false

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let path = UserPath.absolute(directory)
    let state = state.map(UserPath.absolute)
    if let state, state == path || state.hasPrefix(path + "/") {
      throw Failure(
        .usage, code: "state_inside", "the state folder must lie outside the registry",
        hint: "a backup that brings its own high-water mark back cannot be recognised")
    }
    let new: NewRegistry
    do {
      new = try NewRegistry(
        name: name, host: host, origin: origin, code: code, state: state,
        keys: testKeys ? .test : .production)
    } catch {
      throw Failure(.usage, code: "invalid_settings", "--\(error.description)")
    }
    try Passphrases.read(.registry, confirming: true)
    try Passphrases.read(.ledger, confirming: true)
    if testKeys { console.warning("test keys: anyone can try passphrases quickly") }
    try OpenRegistry.create(
      directory: path, new, storage: SQLiteProvider(),
      options: OpenOptions(isForWriting: true, passphrases: Passphrases.provide))
    try show(path, console)
    console.hint("move \(path)/offline/root.key to a medium off line")
    console.hint("publish the root's SHA-256, and \(path)/public/root.pem")
    return .yes
  }

  private func show(_ path: String, _ console: Console) throws {
    let registry = try OpenRegistry.open(
      directory: path, storage: SQLiteProvider(), options: OpenOptions(isForWriting: false))
    let status = try registry.status()
    let settings = registry.settings
    let root = try Identity(
      pem: try BoundedFile.readRegular(path: registry.paths.root, maximumBytes: 1 << 16))
    var object: JSONObject = [
      "code": .string(settings.code), "host": .string(settings.host),
      "instance": .string(Base64URL.encode(settings.instance)),
      "keys": .string(settings.keys.rawValue), "ledger_key": .string(settings.ledgerKey),
      "name": .string(settings.name), "origin": .string(settings.origin),
      "registry": .string(path), "root_file": .string(registry.paths.root),
      "root_key_file": .string(registry.paths.rootKey), "root_sha256": .string(root.keyID),
      "state": .string(UserPath.absolute(registry.paths.resolve(settings.state))),
    ]
    if let checkpoint = status.checkpoint { object["checkpoint"] = Shape.checkpoint(checkpoint) }
    try registry.close()
    try console.result(
      .object(object),
      text: {
        """
        registry     \(path)
        department   \(settings.code)  \(settings.name)
        ledger       \(settings.ledgerKey), \(Counted.entries(status.head.size.value))
        root         \(registry.paths.root)
        root SHA-256 \(root.keyID)
        root key     \(registry.paths.rootKey)
        state        \(UserPath.absolute(registry.paths.resolve(settings.state)))

        """
      })
  }
}
