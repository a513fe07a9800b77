/// A folder of run files, each under the name of its range: `<from>-<to>`.
///
/// Spec: threads.md, "Run files".
public struct RunFolder: Sendable {
  /// The folder.
  public let directory: String

  /// A folder, which need not exist.
  public init(directory: String) { self.directory = directory }

  /// The file's path.
  public func path(_ range: RunRange) -> String { directory + "/" + RunFolder.name(range) }

  /// The file's name.
  public static func name(_ range: RunRange) -> String { "\(range.from)-\(range.to)" }

  func temporaryPath(_ range: RunRange) -> String {
    "\(directory)/.\(RunFolder.name(range)).tmp"
  }

  /// The run of a range; nil when there is none. Throws `invalidRun` and `inputOutput`.
  public func run(_ range: RunRange) throws(LedgerError) -> RunFile? {
    try RunFile(path: path(range), range: range)
  }
}
