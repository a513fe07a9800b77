import Cryptography
import Encoding
import Ledger
import Rules

/// Looks up single entries of a ledger: by place, by event, by kind and department.
///
/// A convenience for people: it believes what the reader gives, save where it makes a proof. Spec:
/// cli/ledger.md.
public struct LedgerBrowser<Reader: LedgerReader> {
  /// Which entries are wanted; nil where it does not matter.
  public struct Filter: Sendable {
    /// A kind, or the part before its full stop.
    public var kind: String?
    /// The USCC of a department that the entry is by or names.
    public var department: String?

    /// A filter.
    public init(kind: String? = nil, department: String? = nil) {
      self.kind = kind
      self.department = department
    }

    func admits(_ event: Event) -> Bool {
      if let kind {
        let name = event.kind.rawValue
        guard name == kind || name.hasPrefix(kind + ".") else { return false }
      }
      guard let department else { return true }
      return RuleSet.departments(of: event).contains(department)
    }
  }

  /// An entry with its event.
  public struct Line: Sendable {
    /// The entry.
    public let entry: Entry
    /// The event in it; its signature is not checked.
    public let event: Event
  }

  /// Entries there were when the browser was made.
  public let size: TreeSize
  private let reader: Reader

  private static var step: Int { 256 }

  /// Looks at the ledger as it is now; throws what the reader throws.
  public init(_ reader: Reader) throws(LedgerError) {
    self.reader = reader
    size = try reader.size()
  }

  /// The exact bytes of an entry; nil beyond the last. Throws what the reader throws.
  public func bytes(at index: LeafIndex) throws(LedgerError) -> [UInt8]? {
    guard size.contains(index) else { return nil }
    return try reader.entries(from: index, count: 1).first
  }

  /// An entry; nil beyond the last.
  ///
  /// Throws what the reader throws, and what entry and event throw that cannot be read.
  public func line(at index: LeafIndex) throws -> Line? {
    guard let bytes = try bytes(at: index) else { return nil }
    return try line(bytes)
  }

  /// Where an event entered, by the number that `jti` holds; nil if it did not.
  ///
  /// No index is needed or believed: the number begins with the time of signing, and by the rules
  /// of freshness an event enters within eleven minutes around it. Throws as `line`.
  public func index(ofEvent number: Digest) throws -> LeafIndex? {
    let signed = EventID(issuer: "", number: number).milliseconds
    var index = try firstIndex(receivedFrom: signed - RuleSet.leadMillisecondsMax - 1000)
    while size.contains(index) {
      for bytes in try reader.entries(from: index, count: Self.step) {
        let found = try line(bytes)
        if found.event.id.number == number { return index }
        let age = found.entry.received.milliseconds - signed
        if age > RuleSet.ageMillisecondsMax + 1000 { return nil }
        index = index.advanced(by: 1)
        guard size.contains(index) else { return nil }
      }
    }
    return nil
  }

  /// At most `count` entries that pass a filter, in the order of the ledger: from an index on, or
  /// without one the last. Throws as `line`.
  public func lines(
    from start: LeafIndex?, count: Int, where filter: Filter = Filter()
  ) throws -> [Line] {
    if let start { return try linesForward(from: start, count: count, filter) }
    var found: [Line] = []
    var end = size.value
    while end > 0, found.count < count {
      let first = end - min(end, UInt64(Self.step))
      let block = try linesForward(
        from: LeafIndex(first), through: end, count: Self.step, filter)
      found = block.suffix(count - found.count) + found
      end = first
    }
    return found
  }

  /// That an entry stands in the newest stored checkpoint; nil if it is beyond it.
  ///
  /// The proof was verified against the root that the checkpoint states; the checkpoint's signature
  /// is for whoever reads the proof. Throws `missingCheckpoint`, `proofMismatch`, and what the
  /// reader throws.
  public func proof(of index: LeafIndex) throws(LedgerError) -> TlogProof? {
    guard let note = try reader.latestCheckpoint() else {
      throw LedgerError(.missingCheckpoint, "the ledger has no stored checkpoint yet")
    }
    let head = try Checkpoint(parsing: try SignedNote(parsing: note).text).head
    guard head.size.contains(index), let bytes = try bytes(at: index) else { return nil }
    var tree = TileTree(reader: reader, size: head.size)
    let proof = try tree.inclusionProof(of: index)
    try proof.verify(leafHash: MerkleTree.leafHash(bytes), root: head.root)
    return TlogProof(proof, checkpoint: note)
  }

  // MARK: Helpers

  private func line(_ bytes: [UInt8]) throws -> Line {
    let entry = try Entry(parsing: bytes)
    return Line(entry: entry, event: try Event(parsing: entry.event))
  }

  private func linesForward(
    from start: LeafIndex, through end: UInt64? = nil, count: Int, _ filter: Filter
  ) throws -> [Line] {
    var found: [Line] = []
    var index = start
    let end = min(end ?? size.value, size.value)
    while index.value < end, found.count < count {
      let wanted = Int(min(UInt64(Self.step), end - index.value))
      let block = try reader.entries(from: index, count: wanted)
      guard !block.isEmpty else { break }
      for bytes in block where found.count < count {
        let line = try line(bytes)
        if filter.admits(line.event) { found.append(line) }
      }
      index = index.advanced(by: block.count)
    }
    return found
  }

  /// The first entry received at or after a time, by halving.
  private func firstIndex(receivedFrom milliseconds: Int64) throws -> LeafIndex {
    var low: UInt64 = 0
    var high = size.value
    while low < high {
      let middle = low + (high - low) / 2
      guard let bytes = try bytes(at: LeafIndex(middle)) else { break }
      if try Entry(parsing: bytes).received.milliseconds < milliseconds {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return LeafIndex(low)
  }
}
