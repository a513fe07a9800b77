/// Where a row stands in its file, in 24 bytes: all that is kept of it between two readings.
struct RowPlace: Sendable, Equatable {
  /// Bytes before the row.
  let offset: Int
  /// Bytes of the row.
  let count: UInt32
  /// The line of the first byte, counted from 1.
  let line: UInt32
  /// The first 8 bytes of SHA-256 of what the row says.
  let digest: UInt64
}

/// Numbers or places in the order they came, in pieces: growing never copies what is there.
struct PieceList<Element: Sendable>: Sendable {
  private static var pieceCount: Int { 4_096 }
  private var pieces: [[Element]] = []
  private(set) var count = 0

  mutating func append(_ element: Element) {
    if count % Self.pieceCount == 0 {
      pieces.append([])
      pieces[pieces.count - 1].reserveCapacity(Self.pieceCount)
    }
    pieces[pieces.count - 1].append(element)
    count += 1
  }

  subscript(index: Int) -> Element {
    pieces[index / Self.pieceCount][index % Self.pieceCount]
  }
}
