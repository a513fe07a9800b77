import ArgumentParser
import Certificates
import Encoding
import Foundation
import Ledger
import Rules
import Verification
import Wallet

/// `kanhe holder log`: who did what with one's data.
struct HolderLog: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "List all that the ledger has about you and your certificates, in words.",
    discussion: """
      The keys in the deliveries find every entry, in an export or a registry: who asked whom for \
      which claims, for what, under which law or grant of yours, and what became of it; and what \
      became of all that you showed yourself. Each entry is proved in the signed checkpoint, and \
      published runs prove that none is missing. A number left out or a failed proof is a no. With \
      --prove an answer is written about your own thread that kanhe verify checks offline; it \
      holds the key of that thread.

      Examples:
        kanhe holder log --wallet my --from export --root root.pem
        kanhe holder log --wallet my --from export --root root.pem \\
          --prove answer.json --format json
      """)

  // A digest may begin with a hyphen.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Only this copy's certificate and its holder: identifier or digest.", valueName: "copy"))
  var copy: String?

  @OptionGroup var wallet: WalletOptions
  @OptionGroup var audit: AuditOptions
  @OptionGroup var proof: ProveOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    Interruption.watch()
    let wallet = try wallet.open()
    let all = try copy.map { [try wallet.named($0)] } ?? wallet.copies()
    let source = try audit.open(console)
    let log = LogThreads(all, of: try origin(source.reader))
    // What was shown by another copy than the one that is asked about is none of this answer.
    let wanted = Set(all.map(\.digest))
    let shown = try wallet.presentations().filter {
      wanted.contains($0.copy) && $0.request != nil
    }
    // A copy of one city may have been shown in another.
    guard !log.threads.isEmpty || !shown.isEmpty else {
      throw Failure(
        .cannot, code: "no_copy",
        "no copy in the wallet is of this ledger, and nothing was shown",
        hint: "take your deliveries into the wallet with holder import")
    }
    if log.threads.isEmpty {
      console.warning(
        "no copy is of this ledger: what is found are uses of what was shown, no more")
    } else if log.otherCount > 0 {
      console.warning("\(Counted.text(log.otherCount, "copy", plural: "copies")) of other ledgers")
    }
    let proved = try provedThread(log)
    let report = try run(
      source.reader, log, Set(shown.compactMap(\.tag)), proved, source, console)
    try source.close()
    if let proved { try proof.write(report.threads[proved], verdict: report.verdict) }
    let page = LogPage(
      report: report, log: log, grants: try wallet.grants(), isLimited: copy != nil)
    try console.result(.object(page.json), text: { page.text }, table: { page.table })
    return AuditShape.status(report.verdict)
  }

  private func run(
    _ reader: some LedgerReader, _ log: LogThreads, _ uses: Set<Ledger.Tag>, _ proved: Int?,
    _ source: AuditSource, _ console: Console
  ) throws -> PersonReport {
    let progress = Progress("log", console: console)
    let report = try PersonAudit(
      reader: reader, root: source.root, threads: log.threads, uses: uses, runs: source.runs,
      proved: proved
    ).run(
      progress: { progress.update(done: Int($0), total: Int($1)) },
      isStopped: { Interruption.isRequested })
    progress.finish()
    guard let report else { throw AuditShape.interrupted }
    return report
  }

  /// The ledger's name, by its newest checkpoint; whether that may be believed the audit finds out.
  private func origin(_ reader: some LedgerReader) throws -> String? {
    guard let note = try reader.latestCheckpoint() else { return nil }
    return try Checkpoint(parsing: try SignedNote(parsing: note).text).origin
  }

  /// The one thread of a person, of which an answer is wanted.
  private func provedThread(_ log: LogThreads) throws -> Int? {
    guard proof.isWanted else { return nil }
    let persons = log.threads.indices.filter { !log.threads[$0].isCertificate }
    guard persons.count == 1 else {
      throw Failure(
        .usage, code: "prove_whom",
        "an answer is about one person, and the copies are of "
          + "\(persons.count)", hint: "name one of the copies with --copy")
    }
    return persons[0]
  }
}

/// The threads that the deliveries have keys of, each once.
struct LogThreads {
  private(set) var threads: [PersonThread] = []
  /// For each thread the copies that have its key.
  private(set) var copies: [[WalletCopy]] = []
  /// Copies of other ledgers.
  private(set) var otherCount = 0

  /// `origin` is the ledger's name; nil where it has no checkpoint.
  init(_ all: [WalletCopy], of origin: String?) {
    for copy in all {
      if let origin, copy.origin != origin {
        otherCount += 1
        continue
      }
      let delivery = copy.delivery
      add(delivery.subjectThread, false, copy)
      add(delivery.certificateThread, true, copy)
    }
  }

  private mutating func add(
    _ place: Openings.Place, _ isCertificate: Bool, _ copy: WalletCopy
  ) {
    let known = KnownEntry(number: place.number, entry: copy.delivery.receipt.entry)
    if let position = threads.firstIndex(where: { $0.key == place.key }) {
      threads[position].known.append(known)
      copies[position].append(copy)
    } else {
      threads.append(
        PersonThread(key: place.key, isCertificate: isCertificate, known: [known]))
      copies.append([copy])
    }
  }
}
