import ArgumentParser
import Certificates
import Encoding
import Foundation
import Ledger
import Registry
import Rules
import Verification

/// `kanhe audit certificate`: all that happened to one certificate.
struct AuditCertificate: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certificate",
    abstract: "List every entry about a certificate, each with its proof.",
    discussion: """
      By a delivery, whose key finds the entries, anyone entitled can ask of an export; by an \
      identifier, the registry with its vault. Finds the entries by their tags, streaming the \
      whole ledger and trusting no index. A number left out or a failed proof is a no. With \
      --prove an answer is written that kanhe verify checks offline; it holds the key of the \
      certificate's thread.

      Examples:
        kanhe audit certificate li.json --from export --root root.pem
        kanhe audit certificate li.json --from export --root root.pem \\
          --prove answer.json
        kanhe audit certificate 1.2.156.3005.2.… --registry city
      """)

  @Argument(
    help: ArgumentHelp(
      "A delivery file (- for standard input), or an identifier.", valueName: "delivery"))
  var certificate: String

  @OptionGroup var audit: AuditOptions
  @OptionGroup var proof: ProveOptions
  @OptionGroup var output: OutputOptions

  /// Whose thread is asked for.
  private struct Question {
    var identifier: String?
    var thread: ThreadKey
    var known: (number: UInt64, entry: Entry)?
    /// The exact state that the vault has.
    var state: CertificateState?
  }

  func execute(_ console: Console) throws -> Failure.Status {
    Interruption.watch()
    let identifier = try identifier()
    let source = try audit.open(console)
    let question = try question(identifier, source)
    let report = try run(source.reader, question, source, console)
    try source.close()
    try proof.write(report)
    // The vault may lag behind or lie; what everyone may know must agree.
    let isOther = question.state.map { $0.coarse != report.state } ?? false
    var object = report.json(withMembers: false)
    if let identifier = question.identifier { object["identifier"] = .string(identifier) }
    if let state = report.state { object["coarse"] = .string(state.rawValue) }
    if let state = question.state { object["state"] = .string(state.rawValue) }
    if isOther { object["verdict"] = "no" }
    if isOther {
      console.warning("the vault has another state than the ledger; run audit ledger")
    }
    try console.result(
      .object(object),
      text: {
        let state = question.state?.rawValue ?? report.state?.rawValue ?? "unknown"
        return "\(question.identifier ?? "certificate"): \(state)\n" + report.text
      }, table: { report.table })
    return isOther ? .no : AuditShape.status(report.verdict)
  }

  private func run(
    _ reader: some LedgerReader, _ question: Question, _ source: AuditSource, _ console: Console
  ) throws -> ThreadReport {
    try AuditThread(
      audit: try ThreadAudit(
        reader: reader, root: source.root, thread: .certificate(question.thread),
        known: question.known.map { .init(number: $0.number, entry: $0.entry) },
        runs: source.runs, isAnswerWanted: proof.isWanted)
    ).run(console)
  }

  /// The identifier given instead of a file.
  private func identifier() throws -> CertificateIdentifier? {
    if certificate == "-" || FileManager.default.fileExists(atPath: certificate) { return nil }
    guard certificate.hasPrefix("1.") else {
      throw Failure(
        .usage, code: "bad_identifier", "this is neither a file that is there nor an identifier")
    }
    return try CodeArgument.identifier(certificate)
  }

  private func question(
    _ identifier: CertificateIdentifier?, _ source: AuditSource
  ) throws -> Question {
    if let identifier { return try stored(identifier, source) }
    let delivery = try Delivery(
      parsing: try InputFile.read(certificate, maximumBytes: Delivery.byteCountMax))
    let receipt = delivery.receipt
    let event = try Event(parsing: receipt.entry.event)
    // Only what the issuer signed names the certificate.
    let opened = receipt.disclosures.first {
      $0.name == "certificate" && event.digests.contains($0.digest)
    }
    return Question(
      identifier: opened?.value["identifier"]?.stringValue,
      thread: delivery.certificateThread.key,
      known: (delivery.certificateThread.number, receipt.entry))
  }

  private func stored(
    _ identifier: CertificateIdentifier, _ source: AuditSource
  ) throws -> Question {
    guard let registry = source.registry else {
      throw Failure(
        .usage, code: "no_vault", "an export does not know identifiers",
        hint: "give the delivery file, which has the key of the certificate's thread")
    }
    guard let found = try registry.certificates().find(identifier) else {
      throw Failure(
        .no, code: "no_such_certificate", "this registry never issued such a certificate")
    }
    return Question(
      identifier: identifier.text, thread: try registry.threadKey(of: found), state: found.state)
  }
}
