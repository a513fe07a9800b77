import ArgumentParser
import Encoding
import Foundation
import Ledger
import Registry
import Rules

/// `kanhe audit disclosures`: what an auditor needs to judge the private members.
struct AuditDisclosures: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "disclosures",
    abstract: "Write the openings of private members, for an auditor.",
    discussion: """
      Reads the vault with the ledger's passphrase and writes one line for each entry that has \
      private members. The file names persons by their codes and links their entries: it is made \
      for its owner's eyes alone, and belongs to those whom the law entitles. JSON Lines.

      Examples:
        kanhe audit disclosures --registry city --out openings.jsonl
        kanhe audit ledger --from export --root root.pem \\
          --disclosures openings.jsonl
      """)

  @Option(help: ArgumentHelp("The new file.", valueName: "file"))
  var out: String

  @Flag(help: "Replace a file that is there.")
  var force = false

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  private static let bufferBytes = 1 << 18

  func execute(_ console: Console) throws -> Failure.Status {
    Interruption.watch()
    guard force || !FileManager.default.fileExists(atPath: out) else {
      throw Failure(
        .cannot, code: "file_exists", "\(out) is there already",
        hint: "choose another name or give --force")
    }
    let opened = try registry.open(forWriting: false)
    for reason in opened.reasons { console.warning(reason.description) }
    let counts = try write(opened, console)
    try opened.close()
    try console.result(
      [
        "file": .string(out), "opened": .integer(Int64(counts.opened)),
        "erased": .integer(Int64(counts.erased)), "damaged": .integer(Int64(counts.damaged)),
        "size": .integer(Int64(counts.size)),
      ],
      text: { "\(Counted.entries(counts.opened)) opened in \(out), \(counts.erased) erased\n" })
    return counts.damaged == 0 ? .yes : .cannot
  }

  private struct Counts {
    var opened = 0
    var erased = 0
    var damaged: UInt64 = 0
    var size: UInt64 = 0
  }

  /// Writes beside the file and gives it its name at the end: it appears whole or not at all.
  private func write(_ registry: OpenRegistry, _ console: Console) throws -> Counts {
    let vault = try VaultOpenings(registry)
    var counts = Counts(size: try registry.reader.size().value)
    let part = out + ".part"
    guard
      FileManager.default.createFile(
        atPath: part, contents: nil, attributes: [.posixPermissions: 0o600])
    else {
      throw Failure(.cannot, code: "not_writable", "\(part) cannot be written")
    }
    defer { _ = unsafe unlink(part) }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: part))
    let progress = Progress("disclosures", console: console)
    var buffer: [UInt8] = []
    for index in 0..<counts.size {
      let state = try vault.opening(of: LeafIndex(index))
      if case .opened = state { counts.opened += 1 }
      if case .erased = state { counts.erased += 1 }
      if let line = OpeningLine.write(state, at: LeafIndex(index)) { buffer += line + [0x0A] }
      guard buffer.count > Self.bufferBytes || index + 1 == counts.size else { continue }
      try file.write(contentsOf: Data(buffer))
      buffer.removeAll(keepingCapacity: true)
      progress.update(done: Int(index), total: Int(counts.size))
      guard !Interruption.isRequested else {
        throw Failure(
          .interrupted, code: "interrupted", "interrupted; no file was written",
          hint: "run the same command again")
      }
    }
    progress.finish()
    try file.synchronize()
    try file.close()
    guard unsafe rename(part, out) == 0 else {
      throw Failure(.cannot, code: "not_writable", "\(out) cannot be written")
    }
    counts.damaged = vault.damagedCount
    AuditShape.warn(of: vault, console)
    return counts
  }
}
