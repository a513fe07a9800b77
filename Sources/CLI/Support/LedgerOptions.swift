import ArgumentParser
import Ledger
import Registry

/// Where a ledger is read from: the registry, or an export of one.
struct LedgerOptions: ParsableArguments {
  @OptionGroup var registry: RegistryOptions

  @Option(help: ArgumentHelp("Read an export instead of a registry.", valueName: "dir"))
  var fromDir: String?

  /// Lends the reader to `body` and closes it again.
  ///
  /// A registry is opened for reading; what its start-up checks find is told as a warning, since
  /// who looks into a damaged ledger must know.
  func read<Result>(
    _ console: Console, _ body: (any LedgerReader) throws -> Result
  ) throws -> Result {
    if let fromDir { return try body(try ExportReader(directory: fromDir)) }
    let opened = try registry.open(forWriting: false)
    for reason in opened.reasons { console.warning(reason.description) }
    let result = try body(opened.reader)
    try opened.close()
    return result
  }
}

/// An entry named by its index or by the number of its event.
struct EntryArgument {
  let text: String

  /// Throws for what is neither.
  @Sendable
  static func read(_ argument: String) throws -> EntryArgument {
    let isIndex = !argument.isEmpty && argument.utf8.allSatisfy { (0x30...0x39).contains($0) }
    guard isIndex && UInt64(argument) != nil || argument.utf8.count == 43 else {
      throw ValidationError("an entry is named by its index or by the 43 characters of a jti")
    }
    return EntryArgument(text: argument)
  }
}
