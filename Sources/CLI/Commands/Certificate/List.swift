import ArgumentParser
import Certificates
import Encoding
import Foundation
import Registry
import Rules

/// `kanhe certificate list`.
struct CertificateList: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Find certificates; newest first, no values shown.",
    discussion: """
      A holder is named by a file {"code": "…", "code_type": "111"} or on standard input, never by \
      an argument; so is a number that tells a person. Exit code 0, also when none is found.

      Examples:
        kanhe certificate list --type 11440300KH0002054H001 --state suspended
        kanhe certificate list --holder - --limit 0 --format csv < holder.json
        kanhe certificate list --from 2026-11-01 --to 2026-11-30 \\
          --after 1.2.156.3005.2.…
      """)

  @Option(help: "Only certificates of this type.")
  var type: String?

  @Option(help: "Only this state: an exact one, or valid or ended for all of a kind.")
  var state: String?

  @Option(help: ArgumentHelp("Only this number; - reads it.", valueName: "number|-"))
  var number: String?

  @Option(help: ArgumentHelp("Only whom this file names; - reads it.", valueName: "file|-"))
  var holder: String?

  @Option(help: ArgumentHelp("From this day of issue on (UTC).", valueName: "day"))
  var from: String?

  @Option(help: ArgumentHelp("Up to this day of issue (UTC).", valueName: "day"))
  var to: String?

  @Option(help: ArgumentHelp("Only what this job issued.", valueName: "id"))
  var batch: String?

  @Option(parsing: .unconditional, help: "At most so many; 0 for all.")
  var limit = 100

  @Option(help: ArgumentHelp("Go on after this one.", valueName: "identifier"))
  var after: String?

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit is 0 or more") }
    if number == "-", holder == "-" {
      throw ValidationError("standard input gives one thing: a number or a holder")
    }
    if let state, CertificateList.states(state) == nil {
      throw ValidationError(
        "--state is valid, ended, or one of "
          + CertificateState.allCases.map(\.rawValue).joined(separator: ", "))
    }
    _ = try days()
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let search = try search()
    let opened = try registry.open(forWriting: false)
    let reader = try opened.certificates()
    let rows = CertificateRows(console.format, limit: limit)
    let hint = "there are more: go on with --after and the last identifier, or give --limit 0"
    try reader.forEach(search) { certificate throws(RegistryError) in
      rows.add(certificate, batch: try reader.batch(of: certificate))
    }
    rows.finish(hint: hint)
    try opened.close()
    if rows.count == 0 { console.note("no certificate matches") }
    if rows.hasMore { console.note(hint) }
    return .yes
  }

  private func search() throws -> CertificateSearch {
    var search = CertificateSearch()
    if let type { search.type = try CodeArgument.type(type, option: "--type").text }
    if let state { search.states = CertificateList.states(state) ?? [] }
    if let number { search.number = number == "-" ? try PersonInput.line() : number }
    if let holder { search.holder = try PersonInput.holder(holder) }
    let days = try days()
    search.from = days.from
    search.through = days.through
    search.batch = try batch.map(CodeArgument.batch)
    search.after = try after.map { try CodeArgument.identifier($0, option: "--after") }
    return search
  }

  private func days() throws -> DayRange { try DayRange(("--from", from), ("--to", to)) }

  /// `suspended` is both an exact and a coarse state, and means the same.
  private static func states(_ text: String) -> Set<CertificateState>? {
    if let exact = CertificateState(rawValue: text) { return [exact] }
    guard let coarse = CoarseState(rawValue: text) else { return nil }
    return Set(CertificateState.allCases.filter { $0.coarse == coarse })
  }
}
