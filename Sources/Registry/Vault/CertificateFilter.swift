/// Which certificates a listing wants, in the vault's numbers; a nil member lets all pass.
public struct CertificateFilter: Sendable, Equatable {
  /// The small number of the type.
  public var type: Int64?
  /// The id of a subject.
  public var subject: Int64?
  /// The states' numbers; empty for any.
  public var states: [Int64] = []
  /// The certificates' own ids.
  public var ids: ClosedRange<Int64>?
  /// The entries that issued them.
  public var entries: Range<Int64>?

  /// A filter that lets all pass.
  public init() {}
}
