import ArgumentParser
import Encoding
import Foundation
import Registry
import Rules

/// `kanhe share release`: answers requests with material.
struct ShareRelease: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release",
    abstract: "Answer requests with exactly what they ask for, enclosed to the requester.",
    discussion: """
      Of the person's newest certificate in force the claims asked for are disclosed, signed with \
      a manifest, encrypted to the requester and recorded; only then <entry>.p7m and \
      <entry>.receipt.json are written to --out. Given again, the same command hands out the same \
      bytes, until the requester acknowledges them. What cannot be released is listed with its \
      reason and stays open: refuse it. Exit code 1: something could not be released.

      Examples:
        kanhe share release 300 --out outbox --as 11440300KH0002054H
        kanhe share release --open --mode duty --out outbox \\
          --as 11440300KH0002054H
        kanhe share release 301 --file plan.pdf --media-type application/pdf \\
          --out outbox --as 11440300KH000210XF
      """)

  @OptionGroup var choice: ShareChoice

  @Option(help: ArgumentHelp("The folder for material and receipts.", valueName: "dir"))
  var out: String

  @Option(
    help: ArgumentHelp(
      "The certificate, where one of several is meant; for one request.", valueName: "identifier"))
  var certificate: String?

  @Option(help: ArgumentHelp("The file that is asked for; for one request.", valueName: "file"))
  var file: String?

  @Option(help: ArgumentHelp("What the file is.", valueName: "type"))
  var mediaType: String?

  @OptionGroup var actor: ActorOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (file == nil && certificate == nil) || choice.requests.count == 1 else {
      throw ValidationError("--file and --certificate answer one request")
    }
    guard mediaType == nil || file != nil else {
      throw ValidationError("--media-type belongs to --file")
    }
    guard out != "-" else {
      throw ValidationError("--out is a folder: what was released must outlast a crash")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try actor.code()
    _ = try choice.named()
    let identifier = try certificate.map {
      try CodeArgument.identifier($0, option: "--certificate").text
    }
    let content = try file.map { try ShareRelease.read($0, mediaType) }
    // Before anything is signed.
    try OutputFile.requireFolder(out)
    let opened = try registry.open(forWriting: true, actor: actor)
    let releaser = try opened.releaser(code)
    let job = try choice.job([.open, .released], of: code, in: opened)
      .map { ReleaseOrder($0, certificate: identifier, file: content) }
    var files = ShareFiles()
    var absentCount = 0
    let report = try ShareRun(console).run(
      job, of: Writer.releaseCount, named: "release"
    ) { orders throws(RegistryError) in
      let step = try opened.write { writer throws(RegistryError) in
        try writer.release(orders, by: releaser)
      }
      // Durable: the releases. A crash now leaves the files to the same command.
      let handedOut = try opened.handOut(step.acts, to: out, onlyMissing: choice.open)
      absentCount += step.acts.count - handedOut.count
      for one in handedOut {
        files.add(
          [
            "enclosed_sha256": .string(one.digest.base64url), "file": .string(one.path),
            "receipt_file": .string(one.receiptPath),
          ], of: one.act.name)
      }
      files.keepListed(of: step)
      return step
    }
    try opened.close()
    let words = ShareResult.Words(list: "releases", one: "release", done: "released")
    try ShareResult(words: words, report: report, files: files.kept).show(console)
    try ShareRun.requireEnd(of: report, of: job.count)
    if !choice.open, absentCount > 0 {
      console.note(
        "what the requester acknowledged is handed out no more; to get it again it asks anew with "
          + "share request --again")
    }
    if report.doneCount > 0 { console.hint("hand both files of each release to the requester") }
    return report.refusedCount == 0 ? .yes : .no
  }

  /// The file, by its name without a folder.
  private static func read(_ path: String, _ mediaType: String?) throws -> Material.File {
    let name = String(path.split(separator: "/").last ?? "")
    guard (1...255).contains(name.utf8.count) else {
      throw Failure(
        .cannot, code: "file_name", "a file's name has 1 to 255 bytes",
        hint: "give the file a shorter name")
    }
    return Material.File(
      name: name, mediaType: mediaType ?? "application/octet-stream",
      bytes: try BoundedFile.read(path: path, maximumBytes: Material.fileByteCountMax))
  }
}
