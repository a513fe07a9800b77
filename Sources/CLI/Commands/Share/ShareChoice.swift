import ArgumentParser
import Registry
import Rules

/// Which requests are answered: some by name, or all that are open and fit.
struct ShareChoice: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Requests, by the index of the entry or as <USCC>/<jti>.", valueName: "request"))
  var requests: [String] = []

  @Flag(help: "All that wait for an answer.")
  var open = false

  @Option(help: ArgumentHelp("Of those: only what this department asked.", valueName: "code"))
  var requester: String?

  @Option(help: "Of those: only this mode, duty or grant.")
  var mode: ShareMode?

  @Option(help: ArgumentHelp("Of those: only this type.", valueName: "code"))
  var type: String?

  @Option(help: "Of those: only this purpose.")
  var purpose: String?

  func validate() throws {
    guard requests.isEmpty == open else {
      throw ValidationError("name requests, or give --open for all that wait")
    }
    guard open || (requester == nil && mode == nil && type == nil && purpose == nil) else {
      throw ValidationError("--requester, --mode, --type and --purpose belong to --open")
    }
  }

  /// The requests that were named; malformed ones are wrong usage.
  func named() throws -> [ActName] { try requests.map { try ActArgument.act($0) } }

  /// The requests that were named, or those in one of the states that fit, oldest first.
  func job(
    _ states: Set<ShareState>, of code: String, in registry: OpenRegistry
  ) throws -> ShareJob<ActName> {
    guard open else { return ShareJob(try named()) }
    var search = ShareSearch()
    search.providers = try registry.answered(by: code)
    search.states = states
    if let requester {
      search.requesters = [try CodeArgument.department(requester, option: "--requester").text]
    }
    search.mode = mode
    search.type = try type.map { try CodeArgument.type($0, option: "--type").text }
    search.purpose = purpose
    return try registry.shareJob(search)
  }
}
