import ArgumentParser
import Certificates
import Encoding
import Foundation
import Rules
import Wallet

/// `kanhe holder grant`: the holder allows a department to ask another.
struct HolderGrant: KanheCommand {
  static let repeatable = ["--type"]

  static let configuration = CommandConfiguration(
    commandName: "grant",
    abstract: "Sign that a department may ask for data about you.",
    discussion: """
      The grant is signed with the key of a copy, which shows whose it is; any department lodges \
      it (grant give). Windows of --days begin with the period; a window allows --times requests. \
      Days are UTC, --until is the last day. Everyone sees which requests rest on one grant, so a \
      grant for each affair links least.

      Examples:
        kanhe holder grant --wallet my --to 11440300MB2C92113X \\
          --type 11440300KH0002054H001 --claims number,holders \\
          --purpose social-insurance --until 2026-12-31 --out grant.jwt
        kanhe holder grant --wallet my --to 11440300MB2C92113X \\
          --type 11440300KH0002054H001 --claims number --purpose pension \\
          --until 2027-12-31 --times 1 --days 30 --out grant.jwt
      """)

  @Option(help: ArgumentHelp("The USCC of the department that may ask.", valueName: "code"))
  var to: String

  @Option(help: ArgumentHelp("A type of certificate; may be repeated.", valueName: "code"))
  var type: [String]

  @Option(help: ArgumentHelp("Names of claims, with commas between.", valueName: "names"))
  var claims: String

  @Option(help: ArgumentHelp("The purpose, a code such as social-insurance.", valueName: "code"))
  var purpose: String

  @Option(help: ArgumentHelp("The first day; default now.", valueName: "day"))
  var from: String?

  @Option(help: ArgumentHelp("The last day.", valueName: "day"))
  var until: String

  @Option(help: ArgumentHelp("How many requests a window allows; default any.", valueName: "n"))
  var times: Int64?

  @Option(help: ArgumentHelp("The length of a window in days.", valueName: "n"))
  var days: Int64?

  // A digest may begin with a hyphen.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Identifier or digest of the copy that signs; default the newest one of the types.",
      valueName: "copy"))
  var copy: String?

  @Option(help: ArgumentHelp("The new file for the grant.", valueName: "file"))
  var out: String

  @Flag(help: "Replace a file that is there.")
  var force = false

  @OptionGroup var wallet: WalletOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (times == nil) == (days == nil) else {
      throw ValidationError("--times and --days belong together")
    }
    guard !type.isEmpty else { throw ValidationError("name at least one --type") }
    _ = try range()
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let now = Timestamp.now()
    let terms = try terms(at: now)
    try OutputFile.requireFree(out, force: force)
    let wallet = try wallet.open()
    let copy =
      try self.copy.map { try wallet.named($0) } ?? wallet.copy(for: terms.types, at: now.seconds)
    warn(about: copy, terms, at: now, console)
    let held = try wallet.sign(
      terms, with: copy, at: now, passphrase: try Passphrases.read(.wallet))
    try OutputFile.write(
      Array((held.grant.text + "\n").utf8), to: out, force: force, mode: 0o600)
    var object = HolderShape.grant(held)
    object["out"] = .string(out)
    if let identifier = copy.certificate.identifier { object["identifier"] = .string(identifier) }
    try console.result(
      .object(object),
      text: {
        "grant \(held.grant.number.base64url) in \(out)\n"
          + Table(
            rows: GrantShape.rows(terms) + [
              ["signed with", copy.certificate.identifier ?? copy.digest.base64url]
            ]
          ).aligned
      })
    console.hint("hand over \(out); it allows nothing before a department has lodged it")
    return .yes
  }

  private func terms(at now: Timestamp) throws -> GrantTerms {
    let requester = try CodeArgument.department(to, option: "--to").text
    let types = try type.map { try CodeArgument.type($0, option: "--type").text }
    let names = claims.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard !names.contains("") else {
      throw Failure(
        .usage, code: "claims", "--claims is a list of names with commas between")
    }
    let range = try range()
    let end = Int64(range.until.number + 1) * 86_400
    guard end > now.seconds else {
      throw Failure(.usage, code: "period", "--until: that day is over")
    }
    let terms = GrantTerms(
      requester: requester, types: types, claims: names, purpose: purpose,
      period: GrantTerms.Period(
        from: range.from.map { Int64($0.number) * 86_400 } ?? now.seconds, until: end),
      frequency: times.flatMap { times in
        days.map { GrantTerms.Frequency(days: $0, times: times) }
      })
    guard terms.isSound else {
      throw Failure(
        .usage, code: "terms",
        "a grant names types and claims once each, a purpose code such as social-insurance, and at "
          + "most ten years")
    }
    return terms
  }

  private func range() throws -> (from: Day?, until: Day) {
    let range = try DayRange(("--from", from), ("--until", until))
    guard let until = range.through else { throw ValidationError("--until is a day") }
    return (range.from, until)
  }

  /// What will come to nothing: a claim that the copy does not have, a copy that has expired.
  private func warn(
    about copy: WalletCopy, _ terms: GrantTerms, at now: Timestamp, _ console: Console
  ) {
    if !copy.isValid(at: now.seconds) {
      console.warning("the copy is not valid now; a ledger takes no grant signed with it")
    }
    guard terms.types.contains(copy.type) else { return }
    for name in terms.claims where copy.certificate.claims[name] == nil {
      console.warning("the copy has no claim \(name)")
    }
  }
}
