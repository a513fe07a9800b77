import Encoding
import Ledger
import Rules

/// A file of disclosures, read as a stream beside the ledger: JSON Lines in the order of the
/// entries, which need not all be there.
///
/// Spec: cli/audit.md, "Disclosures".
public final class OpeningFile {
  private var lines: LineReader
  private var waiting: (index: LeafIndex, state: OpeningState)?
  private var isAtEnd = false
  private var last: LeafIndex?
  /// Lines of entries that were not asked about: they have nothing private, or are not there.
  public private(set) var strayCount = 0

  /// Reads a source.
  public init(_ source: some ByteSource) {
    lines = LineReader(source, byteCountMax: EntryOpening.byteCountMax)
  }

  /// What the file shows of an entry; asked for in the order of the entries.
  ///
  /// Throws `malformedOpening` with the line for one that cannot be read or stands out of order,
  /// and what the source throws.
  public func opening(of index: LeafIndex) throws -> OpeningState {
    while let next = try waiting ?? readNext() {
      waiting = next
      if next.index > index { return .notShown }
      waiting = nil
      if next.index == index { return next.state }
      strayCount += 1
    }
    return .notShown
  }

  /// Reads what is left when all entries were asked about; throws what `opening(of:)` throws.
  public func finish() throws {
    while try waiting ?? readNext() != nil {
      waiting = nil
      strayCount += 1
    }
  }

  private func readNext() throws -> (index: LeafIndex, state: OpeningState)? {
    guard !isAtEnd else { return nil }
    guard let line = try lines.next() else {
      isAtEnd = true
      return nil
    }
    let place = "line \(line.number)"
    let opened: (index: LeafIndex, state: OpeningState)
    do throws(RulesError) { opened = try OpeningLine.read(line.bytes) } catch {
      throw RulesError(error.code, error.message, at: place, cause: error)
    }
    if let last, opened.index <= last {
      throw RulesError(
        .malformedOpening, "the lines are not in the order of the entries", at: place)
    }
    last = opened.index
    return opened
  }
}
