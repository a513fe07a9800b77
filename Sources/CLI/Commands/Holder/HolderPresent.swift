import ArgumentParser
import Certificates
import Encoding
import Verification
import Wallet

/// `kanhe holder present`: shows what a request asks, and nothing else.
struct HolderPresent: KanheCommand {
  static let repeatable = TrustOptions.repeatable

  static let configuration = CommandConfiguration(
    commandName: "present",
    abstract: "Answer a request: show what it asks, and nothing more.",
    discussion: """
      First the request is judged: who signed it, whether the trust list has that department in \
      force, whether the type lets it ask for these claims and this purpose, and whether it is \
      still open. One that is not good is not answered. What leaves is the copy with the claims \
      asked for, bound by its key to this request and purpose: no receipt, no thread key, nothing \
      by which two showings of two copies could be linked. Unasked, --claims are shown to whom \
      --to names, for five minutes. A certificate that the evidence says has ended gives way to \
      another of the same person. --preview shows what would leave, and signs nothing. Exit code \
      1: the request is not good, or no copy answers it.

      Examples:
        kanhe holder present request.jwt --wallet my --root root.pem \\
          --evidence export --preview
        kanhe holder present request.jwt --wallet my --root root.pem \\
          --evidence export --out shown.txt
        kanhe holder present --claims name,valid_until --to 'Museum, desk 2' \\
          --wallet my --out shown.txt
      """)

  @Argument(help: "The request; - is standard input.")
  var request: String?

  @Option(
    help: ArgumentHelp(
      "Without a request: names of claims to show, with commas between.", valueName: "names"))
  var claims: String?

  @Option(
    help: ArgumentHelp(
      "Without a request: whom it is for, in any words; the answer is bound to them.",
      valueName: "who"))
  var to: String?

  @Option(
    help: ArgumentHelp(
      "Without a request: a text that the verifier gave; default a random one.",
      valueName: "text"))
  var nonce: String?

  // A digest may begin with a hyphen.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Identifier or digest of the copy; default the one that answers.", valueName: "copy"))
  var copy: String?

  @Flag(help: "Show what would leave; nothing is signed.")
  var preview = false

  @Option(
    help: ArgumentHelp(
      "The new file for the answer; - for standard output.", valueName: "file|-"))
  var out: String?

  @Flag(help: "Replace a file that is there.")
  var force = false

  @OptionGroup var trust: TrustOptions

  @Flag(help: "Answer though it cannot be told who asks, or whether they may.")
  var acceptUnknownAsker = false

  @OptionGroup var wallet: WalletOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    let isUnasked = [claims, to, nonce].contains { $0 != nil }
    guard request == nil || !isUnasked else {
      throw ValidationError("a request says what is asked and by whom: not --claims, --to, --nonce")
    }
    guard request != nil || (claims != nil && to != nil) else {
      throw ValidationError("give a request; or --claims, --to and perhaps --nonce")
    }
    for text in [to, nonce].compactMap(\.self)
    where !(1...200).contains(text.utf8.count) || TerminalText.line(text) != text {
      throw ValidationError("--to and --nonce have 1 to 200 bytes, none of them invisible")
    }
    guard preview != (out != nil) else {
      throw ValidationError(
        preview
          ? "--preview signs nothing: not --out with it"
          : "give --out FILE for the answer, or --preview to see it first")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    if let out, out != "-" { try OutputFile.requireFree(out, force: force) }
    guard let request else { return try presentUnasked(console) }
    let wallet = try wallet.open()
    let anchors = try trust.anchors()
    let file = try RequestFile(request)
    let asker = try judged(file, anchors, console)
    let now = Timestamp.now()
    let offers = try offered { () throws(WalletError) in
      try wallet.offers(answering: file.request.terms.query, named: self.copy, at: now.seconds)
    }
    let choice = try choice(among: offers, of: wallet, anchors, at: now, console)
    let copy = choice.offer.copy
    let shown = try choice.offer.presentation.shown()
    let names = Set(HolderPresent.names(shown.claims))
    let withheld = HolderPresent.names(copy.certificate.claims).filter { !names.contains($0) }
    var answer: [UInt8]?
    if out != nil {
      answer = try wallet.present(
        choice.offer.presentation, of: copy, for: .init(answering: file.request, at: now.seconds),
        answering: file.request, passphrase: try Passphrases.read(.wallet))
    }
    if try write(answer) { return .yes }
    var object = object(file.request, asker, copy, shown, withheld, answer)
    object["passed_over"] = choice.passedOverJSON
    object["refusal"] = choice.refusal.map { .string($0) }
    try console.result(
      .object(object),
      text: { text(file.request, asker, copy, shown, choice.type, withheld) })
    return .yes
  }

  /// What is known of who asks, if the request may be answered.
  private func judged(
    _ file: RequestFile, _ anchors: [Anchor], _ console: Console
  ) throws -> String {
    let report = try verifier(anchors, for: [file.input], at: Timestamp.now())
      .report(on: KnownFile(recognising: file.request.token.bytes))
    if let failed = report.checks.checks.first(where: { $0.result == .failed }) {
      throw Failure(
        .no, code: failed.reasons.first?.code ?? "\(failed.name)",
        "the request must not be answered: \(failed.text)",
        hint: failed.name == .asker
          ? "if the department or type is new, get a newer export for --evidence" : nil)
    }
    if let open = report.checks.checks.first(where: { $0.result != .passed }) {
      guard acceptUnknownAsker else {
        throw Failure(
          .cannot, code: open.reasons.first?.code ?? "\(open.name)",
          "it cannot be told who asks, or whether they may: \(open.text)",
          hint: trust.evidence.isEmpty
            ? "give --evidence DIR: an export, or the registry's public folder"
            : "the folder of --evidence does not have it: get a new export")
      }
      console.warning("it is not known who asks, or whether they may: \(open.text)")
    }
    return report.checks[.asker]?.text ?? ""
  }

  /// Writes an answer where it shall go; true if that is standard output, which then has nothing
  /// else.
  func write(_ answer: [UInt8]?) throws -> Bool {
    guard let out, let answer else { return false }
    if out == "-" {
      Console.write(answer + [0x0A], to: 1)
      return true
    }
    try OutputFile.write(answer + [0x0A], to: out, force: force, mode: 0o600)
    return false
  }

  /// Out of which certificate something is shown, for people.
  static func source(_ copy: WalletCopy) -> [String] {
    let name = copy.certificate.claims["name"]?.stringValue ?? copy.type
    return ["out of", TerminalText.line("\(name) \(copy.certificate.identifier ?? "")")]
  }

  /// The names of the claims that are not always visible, sorted.
  static func names(_ claims: JSONObject) -> [String] {
    claims.names
      .filter { !CertificateProfile.visibleNames.contains($0) && $0 != "vct#integrity" }.sorted()
  }

  private func object(
    _ request: PresentationRequest, _ asker: String, _ copy: WalletCopy,
    _ shown: UnverifiedCertificate, _ withheld: [String], _ answer: [UInt8]?
  ) -> JSONObject {
    var object = UseShape.request(request)
    object["judged"] = .string(asker)
    object["copy"] = .string(copy.digest.base64url)
    object["certificate"] = copy.certificate.identifier.map { .string($0) }
    object["shown"] = .object(VerifyAnswer.claims(shown))
    object["withheld"] = .array(withheld.map { .string($0) })
    object["out"] = out.map { .string($0) }
    object["bytes"] = answer.map { .integer(Int64($0.count)) }
    return object
  }

  private func text(
    _ request: PresentationRequest, _ asker: String, _ copy: WalletCopy,
    _ shown: UnverifiedCertificate, _ type: TypeFile?, _ withheld: [String]
  ) -> String {
    var rows = UseShape.rows(request)
    rows.append(["asker", TerminalText.line(asker)])
    rows.append(HolderPresent.source(copy))
    for row in ClaimLabels.rows(shown, type: type) {
      rows.append(["shown", row.joined(separator: "  ")])
    }
    if HolderPresent.names(shown.claims).isEmpty {
      rows.append(["shown", "that there is a valid certificate of the type"])
    }
    rows.append([
      "withheld",
      withheld.isEmpty
        ? "nothing" : TerminalText.line(withheld.joined(separator: ", "), maximumLength: 4_000),
    ])
    return Table(rows: rows).aligned
      + (out.map { "signed, in \(TerminalText.line($0))\n" } ?? "nothing was signed\n")
  }
}
