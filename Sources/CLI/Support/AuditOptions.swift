import ArgumentParser
import Cryptography
import Foundation
import Ledger
import Registry

/// What is audited, and under which root.
struct AuditOptions: ParsableArguments {
  @OptionGroup var registry: RegistryOptions

  @Option(
    help: ArgumentHelp(
      "A registry's directory or an export; default the registry.", valueName: "dir"))
  var from: String?

  @Option(
    help: ArgumentHelp(
      "The root identity, the only anchor; default a pinned root, for a registry its own.",
      valueName: "file"))
  var root: String?

  /// Opens what is named; close it at the end. `records`: whether looking at it is recorded, for
  /// which a registry must be writable.
  func open(_ console: Console, records: Bool = false) throws -> AuditSource {
    if let from, !FileManager.default.fileExists(atPath: from + "/registry.json") {
      let root = try root.map { try RootFile.read($0) } ?? AuditOptions.pinnedRoot(of: from)
      return AuditSource(
        reader: try ExportReader(directory: from), registry: nil, root: root,
        runs: RunFolder(directory: from + "/runs"), published: from)
    }
    var options = registry
    options.directory = from ?? registry.directory
    let opened = try options.open(forWriting: records)
    for reason in opened.reasons { console.warning(reason.description) }
    if root == nil {
      console.warning("the root is the registry's own; give --root FILE to trust nobody here")
    }
    return AuditSource(
      reader: opened.reader, registry: opened,
      root: try root.map { try RootFile.read($0) } ?? RootFile.readFound(opened.paths.root),
      runs: opened.runs, published: opened.paths.published)
  }

  /// The root that lies in an export, if it was pinned here; without a pin it proves nothing.
  private static func pinnedRoot(of directory: String) throws -> Identity {
    let root = try RootFile.readFound(directory + "/root.pem")
    guard let pins = TrustPins(), let pin = try pins.pin(of: root) else {
      throw Failure(
        .cannot, code: "root_not_pinned", "the root of this export is not pinned here",
        hint: "give --root FILE from where you trust, or pin it with trust pin")
    }
    return pin.root
  }
}

/// A ledger that is audited.
struct AuditSource {
  let reader: any LedgerReader
  /// The registry, where it is one.
  let registry: OpenRegistry?
  let root: Identity
  /// The files of the published runs.
  let runs: RunFolder
  /// The folder with what is published beside the entries.
  let published: String

  func close() throws { try registry?.close() }

  /// What a registry keeps beside its entries.
  var projection: (any LedgerProjection)? { registry?.ledger }
}
