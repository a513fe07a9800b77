import ArgumentParser
import Encoding
import Ledger
import Registry

/// `kanhe ledger export`: the ledger as static files that anyone can check.
struct LedgerExport: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Publish the ledger as static files (C2SP tlog-tiles).",
    discussion: """
      Writes checkpoint, tiles and entry bundles up to the newest stored checkpoint; beside them \
      root.pem, trust.jwt, types, status and runs. Nothing private. The folder is new or empty; \
      with --incremental an earlier export, finished or interrupted, is gone on with.

      Examples:
        kanhe ledger export public --registry city
        kanhe ledger export public --registry city --incremental
        kanhe audit ledger --from public --root root.pem
      """)

  @Argument(help: "The folder to write into.")
  var directory: String

  @Flag(help: "Go on with an earlier export of the same ledger.")
  var incremental = false

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    Interruption.watch()
    let opened = try registry.open(forWriting: true)
    for reason in opened.reasons where reason.code != .notWritable {
      console.warning(reason.description)
    }
    let progress = Progress("export", console: console)
    let result = try opened.export(
      ExportOrder(
        directory: directory, isIncremental: incremental,
        isSigning: Passphrases.canProvide(.ledger), isStopped: { Interruption.isRequested },
        progress: { progress.update(done: Int($0.value), total: Int($1.value)) }))
    progress.finish()
    try opened.close()
    guard result.isComplete else {
      throw Failure(
        .interrupted, code: "interrupted", "interrupted; the export is not complete",
        hint: "go on with: kanhe ledger export \(directory) --incremental",
        details: ["files": .integer(Int64(result.fileCount))])
    }
    if result.beyondCount > 0 {
      console.warning(
        "left out, for want of a stored checkpoint: \(Counted.entries(result.beyondCount)); "
          + "set KANHE_LEDGER_PASSPHRASE_FILE to sign one")
    }
    try render(result, console)
    return .yes
  }

  private func render(_ result: ExportResult, _ console: Console) throws {
    let checkpoint = result.checkpoint.checkpoint
    try console.result(
      [
        "directory": .string(directory), "origin": .string(checkpoint.origin),
        "size": .integer(Int64(checkpoint.size.value)),
        "root": .string(checkpoint.root.base64url),
        "files": .integer(Int64(result.fileCount)), "bytes": .integer(Int64(result.byteCount)),
        "beyond": .integer(Int64(result.beyondCount)),
      ],
      text: {
        "\(Counted.entries(checkpoint.size.value)) of \(checkpoint.origin) in \(directory): "
          + "\(Counted.text(result.fileCount, "file")), \(Counted.text(result.byteCount, "byte"))\n"
          + "root \(checkpoint.root.base64url)\n"
      })
  }
}
