import ArgumentParser
import Encoding
import Foundation
import Registry

/// `kanhe share acknowledge`: opens material and states that it is there.
struct ShareAcknowledge: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "acknowledge",
    abstract: "Open material that was released to you, and state that you have it.",
    discussion: """
      Beside each <name>.p7m lies its receipt <name>.receipt.json; of a folder all are taken. \
      Before anything is opened, the receipt is held against the ledger and the bytes against the \
      receipt; then what comes out, its signature and what it answers. Written to --out, mode \
      0600: <entry>.p7s as the provider signed it, and the certificate as <entry>.sd-jwt or the \
      file as <entry>-<its name>. Only then it is stated. Given again, the command does no harm. \
      Exit code 1: something is not what was released, cannot be opened, or a rule refused it; \
      the others are stated all the same.

      Examples:
        kanhe share acknowledge outbox --out inbox --as 11440300KH0002062C
        kanhe share acknowledge 310.p7m --out inbox --keys keys \\
          --as 11440300KH0002062C
      """)

  @Argument(help: ArgumentHelp("Enclosed material, or folders of it.", valueName: "file"))
  var paths: [String]

  @Option(help: ArgumentHelp("The folder for what is opened.", valueName: "dir"))
  var out: String

  @OptionGroup var actor: ActorOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard out != "-" else { throw ValidationError("--out is a folder") }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try actor.code()
    let files = try paths.flatMap(ShareAcknowledge.files)
    let job = ShareJob(count: files.count) { files[$0].path }
    let opened = try registry.open(forWriting: true, actor: actor)
    let signer = try opened.signer(code, use: .act)
    let receiver = try Receiver(code, in: opened)
    var written = ShareFiles()
    let report = try ShareRun(console).run(
      job, of: Writer.releaseCount, named: "acknowledge"
    ) { files throws(RegistryError) in
      let (taken, refused) = try receiver.take(files, to: out)
      let others = refused.map { ShareOutcome.refused($0) }
      for release in taken {
        written.add(
          ["file": .string(release.path), "signed_file": .string(release.signedPath)],
          of: release.name)
      }
      guard !taken.isEmpty else { return ShareStep(outcomes: others) }
      // Durable: the files. A crash now leaves them, and the same command states it.
      var step = try opened.write { writer throws(RegistryError) in
        try writer.acknowledge(taken, by: signer)
      }
      step.outcomes += others
      written.keepListed(of: step)
      return step
    }
    try opened.close()
    let words = ShareResult.Words(
      list: "acknowledged", one: "acknowledgement", done: "acknowledged", about: "release")
    try ShareResult(words: words, report: report, files: written.kept).show(console)
    try ShareRun.requireEnd(of: report, of: files.count)
    return report.refusedCount == 0 ? .yes : .no
  }

  /// One of many: a folder's name is kept once.
  private struct Material {
    var folder: String?
    let name: String

    var path: String { folder.map { "\($0)/\(name)" } ?? name }
  }

  /// A file that was named, by its receipt or itself, or all enclosed material of a folder.
  private static func files(_ path: String) throws -> [Material] {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      isFolder.boolValue
    else {
      let receipt = ".receipt.json"
      return [
        Material(
          name: path.hasSuffix(receipt) ? path.dropLast(receipt.count) + Receiver.suffix : path)
      ]
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
    let files = names.filter { $0.hasSuffix(Receiver.suffix) && !$0.hasPrefix(".") }.sorted {
      ($0.utf8.count, $0) < ($1.utf8.count, $1)
    }
    guard !files.isEmpty else {
      throw Failure(
        .cannot, code: "empty_input", "\(path): there is no file *\(Receiver.suffix) in the folder")
    }
    return files.map { Material(folder: path, name: $0) }
  }
}
