import ArgumentParser
import Certificates
import Encoding
import Registry
import Rules

/// `kanhe share request`: asks another department for data about persons.
struct ShareRequest: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request",
    abstract: "Ask another department for data about a person, or about many.",
    discussion: """
      A request rests on one duty of the type, a department's for a purpose under a law, or on a \
      holder's grant. What is left out follows from it: the law, where there is one only; the \
      claims, all of them; the department, where the type has one issuer. Whom and which case it \
      is about comes from a file: {"case": "…", "code": "…", "code_type": "111", "officer": "…"}, \
      perhaps with "certificate" and "text"; or from a sheet with the columns holder_code, \
      holder_code_type, case and officer, perhaps certificate and text. Interrupted or killed, the \
      same command goes on: a request that stands is not made twice; with --again one that was \
      answered is. Exit code 1: refused.

      Examples:
        kanhe share request --type 11440300KH0002054H001 \\
          --purpose marriage-registration --officer-role registrar \\
          --holder bride.json --as 11440300KH0002062C
        kanhe share request --type 11440300KH0002054H001 --claims holders \\
          --purpose marriage-registration --citation 《婚姻登记条例》 \\
          --officer-role registrar --csv couples.csv --as 11440300KH0002062C
        kanhe share request --type 11440300KH0002054H001 --grant 5120 \\
          --officer-role clerk --holder - --as 91440300KH0004025P < customer.json
      """)

  @Option(help: ArgumentHelp("The type's code, 21 characters.", valueName: "code"))
  var type: String

  @Option(
    name: .customLong("to"),
    help: ArgumentHelp("Who is asked; default the type's only issuer.", valueName: "code"))
  var provider: String?

  @Option(
    help: ArgumentHelp(
      "The claims, separated by commas; default all of the duty or grant.", valueName: "names"))
  var claims: String?

  @Option(help: ArgumentHelp("What the data are for: a code.", valueName: "purpose"))
  var purpose: String?

  @Option(help: ArgumentHelp("The law, as the type's duty has it.", valueName: "text"))
  var citation: String?

  @Option(help: ArgumentHelp("The holder's grant, instead of a duty.", valueName: "act"))
  var grant: String?

  @Option(help: ArgumentHelp("The role of the officer who asks: a code.", valueName: "role"))
  var officerRole: String

  @Option(
    help: ArgumentHelp(
      "Until when an answer is wanted: a day, to its end (UTC); default in 14 days.",
      valueName: "day"))
  var answerBy: String?

  @Option(
    help: ArgumentHelp("Whom and which case it is about; - reads it.", valueName: "file|-"))
  var holder: String?

  @Option(help: ArgumentHelp("Many: a sheet; - for standard input.", valueName: "file|-"))
  var csv: String?

  @Option(help: ArgumentHelp("The sheet's encoding: utf8, gb18030 or gbk.", valueName: "encoding"))
  var encoding: String?

  @Flag(help: "Ask anew what was answered: it cannot be used, or may have changed since.")
  var again = false

  @Flag(help: "Check the input and stop; nothing is signed, no passphrase is needed.")
  var dryRun = false

  @OptionGroup var actor: ActorOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (holder == nil) != (csv == nil) else {
      throw ValidationError("give either --holder FILE or --csv FILE")
    }
    guard grant == nil || citation == nil else {
      throw ValidationError("a request rests on a duty or on a grant: not --citation and --grant")
    }
    guard grant != nil || purpose != nil else {
      throw ValidationError("say with --purpose what the data are for")
    }
    guard csv != nil || encoding == nil else {
      throw ValidationError("--encoding belongs to --csv; JSON is UTF-8")
    }
    guard encoding.map({ TextEncoding(name: $0) != nil }) ?? true else {
      throw ValidationError("an encoding is utf8, gb18030 or gbk")
    }
    for (option, code) in [("--purpose", purpose), ("--officer-role", officerRole)] {
      guard code.map(CodeArgument.isWord) ?? true else {
        throw ValidationError("\(option): a code has small letters, digits and -, as in a-b")
      }
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try actor.code()
    var stated = StatedTerms(
      type: try CodeArgument.type(type, option: "--type"), officerRole: officerRole,
      answerBy: try ShareRequest.deadline(answerBy))
    stated.provider = try provider.map { try CodeArgument.department($0, option: "--to").text }
    stated.claims = claims.map {
      $0.split { $0 == "," || $0 == " " }.map(String.init)
    }
    stated.purpose = purpose
    stated.citation = citation
    stated.grant = try grant.map { try ActArgument.act($0, option: "--grant") }
    let (job, faults) = try input()
    guard let job else {
      try ShareResult.requests(faults, isDryRun: dryRun).show(console)
      console.hint("nothing was signed: correct the rows and run the command again")
      return .no
    }
    let opened = try registry.open(forWriting: !dryRun, actor: actor)
    let terms = try ShareRequest.answering { try opened.terms(stated, by: code) }
    guard !dryRun else {
      try opened.close()
      try ShareResult.requests(SharingReport(), isDryRun: true, rows: job.count).show(console)
      return .yes
    }
    let signer = try opened.signer(code, use: .act)
    let report = try ShareRun(console).run(
      job, of: Writer.requestCount, named: "request"
    ) { rows throws(RegistryError) in
      try opened.write { writer throws(RegistryError) in
        try writer.request(rows, terms, again: again, by: signer)
      }
    }
    try opened.close()
    try ShareResult.requests(report, isDryRun: false).show(console)
    try ShareRun.requireEnd(of: report, of: job.count)
    if report.doneCount > 0 { console.hint("the answers: kanhe share list --as \(code)") }
    return report.refusedCount == 0 ? .yes : .no
  }

  /// The rows; without a job there are faults, and nothing is done.
  private func input() throws -> (ShareJob<RequestRow>?, SharingReport) {
    if let holder {
      let bytes = try InputFile.read(holder, maximumBytes: 65_536)
      return (ShareJob([try RequestRow(file: bytes)]), SharingReport())
    }
    let form = ClaimsFile.Form.sheet(encoding.flatMap(TextEncoding.init(name:)) ?? .utf8)
    let path = csv ?? "-"
    let file: ClaimsFile
    if path == "-" {
      let kept = try StandardInput.kept(in: try registry.registryDirectory())
      file = ClaimsFile(kept, form: form, named: "standard input")
    } else {
      file = try ClaimsFile(path: path, form: form)
    }
    let sheet = try RequestSheet(file)
    guard sheet.faults.isEmpty else { return (nil, SharingReport(refusing: sheet)) }
    return (try sheet.job(), SharingReport())
  }

  /// The last second of the day, or of the fourteenth from now: ten working days.
  private static func deadline(_ text: String?) throws -> Int64 {
    guard let text else { return Timestamp.now().adding(days: 14).seconds }
    do {
      return Timestamp(try Day(parsing: text).adding(days: 1)).seconds - 1
    } catch {
      throw ValidationError("--answer-by: \(error.message)")
    }
  }

  /// What does not follow from law or grant is an answer: no.
  private static func answering(_ terms: () throws -> RequestTerms) throws -> RequestTerms {
    try Failure.answering(.invalidRequest) {
      try Failure.answering(.unknownType) { try Failure.answering(.notFound, terms) }
    }
  }
}
