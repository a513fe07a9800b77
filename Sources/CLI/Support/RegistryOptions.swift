import ArgumentParser
import Foundation
import Registry
import SQLiteStorage

/// The options of every command that works on a registry: `spec/cli/README.md`.
struct RegistryOptions: ParsableArguments {
  @Option(
    name: .customLong("registry"),
    help: ArgumentHelp(
      "The registry's directory; default $KANHE_REGISTRY.", valueName: "dir"))
  var directory: String?

  @Flag(help: "Go on though the clock is far ahead of the last entry.")
  var confirmClock = false

  /// The directory given, or that of the environment.
  func registryDirectory() throws -> String {
    let given = directory ?? ProcessInfo.processInfo.environment["KANHE_REGISTRY"]
    guard let given, !given.isEmpty else {
      throw Failure(
        .usage, code: "registry_missing", "no registry was named",
        hint: "give --registry DIR or set KANHE_REGISTRY")
    }
    return given
  }

  /// Opens the registry; close it before the command ends.
  ///
  /// `actor`: whose keys are needed, for `--as` and `--keys`; nil where no department acts.
  func open(forWriting: Bool, actor: ActorOptions? = nil) throws -> OpenRegistry {
    let options = OpenOptions(
      isForWriting: forWriting,
      passphrases: { role throws(RegistryError) in
        try Passphrases.provide(role)
      },
      departmentKeys: actor?.keysDirectory, isClockConfirmed: confirmClock)
    return try OpenRegistry.open(
      directory: try registryDirectory(), storage: SQLiteProvider(), options: options)
  }
}

/// Who acts, and where its keys lie.
struct ActorOptions: ParsableArguments {
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("The acting department's USCC; default $KANHE_AS.", valueName: "code"))
  var actorCode: String?

  @Option(
    help: ArgumentHelp(
      "The folder of the acting department's keys; default $KANHE_KEYS, else in the registry.",
      valueName: "dir"))
  var keys: String?

  /// The department given, or that of the environment.
  func code() throws -> String {
    let given = actorCode ?? ProcessInfo.processInfo.environment["KANHE_AS"]
    guard let given, !given.isEmpty else {
      throw Failure(
        .usage, code: "actor_missing", "it is not said which department acts",
        hint: "give --as CODE or set KANHE_AS")
    }
    return try CodeArgument.department(given, option: actorCode == nil ? "KANHE_AS" : "--as").text
  }

  /// Whether a department is named at all.
  var isNamed: Bool {
    let given = actorCode ?? ProcessInfo.processInfo.environment["KANHE_AS"]
    return given.map { !$0.isEmpty } ?? false
  }

  var keysDirectory: String? { keys ?? ProcessInfo.processInfo.environment["KANHE_KEYS"] }
}
