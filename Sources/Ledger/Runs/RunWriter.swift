import Cryptography

/// Writes the file of a run from its records in order; memory grows by 72 bytes for 1,024 records.
final class RunWriter {
  private let file: RunDescriptor
  private var last: RunRecord?
  private var block: [Digest] = []
  private var first: RunRecord?
  private var rows: [RunLayout.Row] = []
  private var waiting: [UInt8] = []
  private var written = RunLayout.headerByteCount
  private var count = 0

  private static let bufferByteCount = 1 << 16

  init(_ file: RunDescriptor) { self.file = file }

  /// Appends the next record. A record that stands twice counts once; throws `invalidRun` for one
  /// out of order.
  func append(_ leaf: RunLeaf) throws(LedgerError) {
    let record = leaf.record
    if let last {
      if last == record { return }
      guard last < record else { throw LedgerError(.invalidRun, "records out of order") }
    }
    last = record
    record.append(to: &waiting)
    if block.isEmpty { first = record }
    block.append(leaf.hash)
    count += 1
    if block.count == RunLayout.blockCount { closeBlock() }
    if waiting.count >= RunWriter.bufferByteCount { try flush() }
  }

  /// Writes what leads to the records, and their number last; returns the root.
  func finish() throws(LedgerError) -> Digest {
    closeBlock()
    var level = rows
    while !level.isEmpty {
      for row in level {
        row.append(to: &waiting)
        if waiting.count >= RunWriter.bufferByteCount { try flush() }
      }
      guard level.count > RunLayout.blockCount else { break }
      level = stride(from: 0, to: level.count, by: RunLayout.blockCount).map { start in
        let part = level[start..<min(level.count, start + RunLayout.blockCount)]
        return RunLayout.Row(first: part[start].first, root: RunLevels(part.map(\.root)).root)
      }
    }
    try flush()
    let count = UInt64(count)
    try file.write(
      (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * UInt64($0))) }, offset: 0)
    return RunLevels(level.map(\.root)).root
  }

  private func closeBlock() {
    guard let first, !block.isEmpty else { return }
    rows.append(RunLayout.Row(first: first, root: RunLevels(block).root))
    block.removeAll(keepingCapacity: true)
  }

  private func flush() throws(LedgerError) {
    try file.write(waiting, offset: written)
    written += waiting.count
    waiting.removeAll(keepingCapacity: true)
  }
}
