import Encoding
import Ledger
import Registry
import Rules
import Verification

/// What `--disclosures` shows of private members: the registry's own vault, or files that
/// departments and registries wrote.
struct AuditOpenings {
  private let vault: VaultOpenings?
  private let files: [OpeningFile]

  /// Opens what is named; nothing where nothing is.
  init(_ names: [String], _ source: AuditSource) throws {
    let hasVault = names.contains("vault")
    if hasVault, source.registry == nil {
      throw Failure(
        .usage, code: "no_vault", "an export has no vault",
        hint: "give a file that the operator wrote with audit disclosures")
    }
    vault = hasVault ? try source.registry.map { try VaultOpenings($0) } : nil
    files = try names.filter { $0 != "vault" }
      .map { OpeningFile(try FileByteSource(path: $0)) }
  }

  /// What is shown of an entry, asked for in the order of the entries; nil where nothing was named.
  var opening: ((LeafIndex) throws -> OpeningState)? {
    guard vault != nil || !files.isEmpty else { return nil }
    return state
  }

  /// Of several sources the first that shows the entry; every one goes on to it.
  private func state(of index: LeafIndex) throws -> OpeningState {
    var state = OpeningState.notShown
    for file in files { state = state.completed(by: try file.opening(of: index)) }
    if let vault { state = state.completed(by: try vault.opening(of: index)) }
    return state
  }

  /// Reads the files to their ends, and names what belongs nowhere or could not be opened.
  func finish(_ console: Console) throws {
    for file in files { try file.finish() }
    let strayCount = files.reduce(0) { $0 + $1.strayCount }
    if strayCount > 0 {
      console.warning(
        "\(Counted.text(strayCount, "line")) of the files with openings are of entries that have "
          + "nothing private, or that are not here")
    }
    if let vault { AuditShape.warn(of: vault, console) }
  }
}

extension OpeningState {
  /// What is opened stays; what was erased in one place may be opened in another.
  fileprivate func completed(by other: OpeningState) -> OpeningState {
    switch (self, other) {
    case (.opened, _), (.erased, .notShown), (.erased, .erased): self
    default: other
    }
  }
}
