/// An anchored pattern of a type file, matched in time linear in the text.
///
/// The syntax is a subset of ECMAScript regular expressions (mode `u`), so that any other validator
/// of JSON Schema agrees: `^` body `$`, literals, `.`, classes, `\d \w \s` and their complements,
/// groups, alternation, greedy quantifiers. Back references, lookaround, lazy quantifiers, word
/// boundaries and an unbounded repetition inside another are refused: they are what makes other
/// engines, which back-track, run for hours. Ours is a position automaton.
///
/// Spec: type-file.md, "Patterns".
public struct Pattern: Sendable {
  /// The pattern as it was written.
  public let text: String

  private let positions: [ScalarSet]
  /// Positions at which a match may begin and end, as bit sets of ``wordCount`` words.
  private let first: [UInt64]
  private let last: [UInt64]
  /// The bit set of positions after each position, one after the other.
  private let follow: [UInt64]
  private let wordCount: Int
  private let matchesEmpty: Bool

  /// Compiles a pattern. Throws `pattern_syntax`, `pattern_not_anchored`, `pattern_unsupported`,
  /// `pattern_nested_repetition` or `pattern_too_large`, with the character's place in the message.
  public init(_ text: String) throws(CertificatesError) {
    var parser = PatternParser(text)
    let body = try parser.parse()
    var automaton = PositionAutomaton()
    let whole = try automaton.add(body)
    self.text = text
    positions = automaton.positions
    wordCount = max(1, (positions.count + 63) / 64)
    first = Self.words(PositionSet(whole.first), wordCount)
    last = Self.words(PositionSet(whole.last), wordCount)
    follow = automaton.follow.flatMap { [wordCount] in Self.words($0, wordCount) }
    matchesEmpty = whole.isNullable
  }

  /// Whether the whole text matches.
  public func matches(_ text: String) -> Bool {
    wordCount == 1 ? matchesNarrow(text) : matchesWide(text)
  }

  /// At most 64 positions: one word holds the state and nothing is allocated.
  private func matchesNarrow(_ text: String) -> Bool {
    var candidates = first[0]
    var active: UInt64 = 0
    var isEmpty = true
    for scalar in text.unicodeScalars {
      isEmpty = false
      active = 0
      var rest = candidates
      candidates = 0
      while rest != 0 {
        let position = rest.trailingZeroBitCount
        rest &= rest &- 1
        guard positions[position].contains(scalar.value) else { continue }
        active |= 1 << UInt64(position)
        candidates |= follow[position]
      }
      if active == 0 { return false }
    }
    return isEmpty ? matchesEmpty : active & last[0] != 0
  }

  private func matchesWide(_ text: String) -> Bool {
    var candidates = first
    var active = [UInt64](repeating: 0, count: wordCount)
    var isEmpty = true
    for scalar in text.unicodeScalars {
      isEmpty = false
      var next = [UInt64](repeating: 0, count: wordCount)
      var isAlive = false
      for word in 0..<wordCount {
        active[word] = 0
        var rest = candidates[word]
        while rest != 0 {
          let bit = rest.trailingZeroBitCount
          rest &= rest &- 1
          let position = word * 64 + bit
          guard positions[position].contains(scalar.value) else { continue }
          isAlive = true
          active[word] |= 1 << UInt64(bit)
          for other in 0..<wordCount { next[other] |= follow[position * wordCount + other] }
        }
      }
      if !isAlive { return false }
      candidates = next
    }
    if isEmpty { return matchesEmpty }
    return zip(active, last).contains { $0 & $1 != 0 }
  }

  private static func words(_ set: PositionSet, _ count: Int) -> [UInt64] {
    set.words + Array(repeating: 0, count: count - set.words.count)
  }
}

/// A set of Unicode scalars: a bit map for ASCII, sorted ranges for the rest.
struct ScalarSet: Sendable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0
  private(set) var ranges: [ClosedRange<UInt32>] = []
  var isComplement = false

  init(_ ranges: [ClosedRange<UInt32>] = [], isComplement: Bool = false) {
    for range in ranges { insert(range) }
    self.isComplement = isComplement
  }

  mutating func insert(_ range: ClosedRange<UInt32>) {
    ranges.append(range)
    guard range.lowerBound < 128 else { return }
    for value in range.lowerBound...min(range.upperBound, 127) {
      if value < 64 { low |= 1 << UInt64(value) } else { high |= 1 << UInt64(value - 64) }
    }
  }

  /// Adds every scalar that another set contains.
  mutating func formUnion(_ other: ScalarSet) {
    for range in other.plainRanges { insert(range) }
  }

  func contains(_ scalar: UInt32) -> Bool {
    let isListed =
      if scalar < 64 {
        low >> UInt64(scalar) & 1 == 1
      } else if scalar < 128 {
        high >> UInt64(scalar - 64) & 1 == 1
      } else {
        ranges.contains { $0.contains(scalar) }
      }
    return isListed != isComplement
  }

  /// The ranges with a complement written out.
  private var plainRanges: [ClosedRange<UInt32>] {
    guard isComplement else { return ranges }
    var gaps: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if next < range.lowerBound { gaps.append(next...(range.lowerBound - 1)) }
      next = max(next, range.upperBound + 1)
    }
    if next <= 0x10FFFF { gaps.append(next...0x10FFFF) }
    return gaps
  }
}

/// Positions of an automaton, as bits, without words of zeros at the end.
struct PositionSet: Sendable {
  private(set) var words: [UInt64] = []

  init(_ positions: [Int]) {
    for position in positions {
      while words.count <= position / 64 { words.append(0) }
      words[position / 64] |= 1 << UInt64(position % 64)
    }
  }

  mutating func formUnion(_ other: PositionSet) {
    while words.count < other.words.count { words.append(0) }
    for index in other.words.indices { words[index] |= other.words[index] }
  }
}

/// Glushkov's construction: one state for each character position of the pattern.
struct PositionAutomaton {
  /// Where a part may begin and end, and whether it may be empty.
  struct Part {
    var isNullable: Bool
    var first: [Int]
    var last: [Int]
  }

  /// A pattern written out has at most this many positions.
  static let positionCountMax = 512

  /// It has at most this many parts, written out; an empty group adds no position, but work.
  static let partCountMax = 8_192

  private(set) var positions: [ScalarSet] = []
  /// For each position those that may come after it.
  private(set) var follow: [PositionSet] = []
  private var partCount = 0

  mutating func add(_ node: PatternNode) throws(CertificatesError) -> Part {
    partCount += 1
    guard partCount <= Self.partCountMax else {
      throw CertificatesError(
        .patternTooLarge,
        "the pattern has more than \(Self.partCountMax) parts when its counts are written out; "
          + "repeat less, and no empty group")
    }
    switch node {
    case .empty:
      return Part(isNullable: true, first: [], last: [])
    case .set(let set):
      guard positions.count < Self.positionCountMax else {
        throw CertificatesError(
          .patternTooLarge,
          "the pattern is longer than \(Self.positionCountMax) characters when its counts are "
            + "written out; use minLength and maxLength instead")
      }
      positions.append(set)
      follow.append(PositionSet([]))
      let position = positions.count - 1
      return Part(isNullable: false, first: [position], last: [position])
    case .sequence(let nodes):
      var whole = Part(isNullable: true, first: [], last: [])
      for node in nodes { whole = join(whole, try add(node)) }
      return whole
    case .choice(let nodes):
      var whole = Part(isNullable: false, first: [], last: [])
      for node in nodes {
        let part = try add(node)
        whole.isNullable = whole.isNullable || part.isNullable
        whole.first += part.first
        whole.last += part.last
      }
      return whole
    case .repetition(let node, let least, let most):
      return try addRepetition(of: node, least, most)
    }
  }

  private mutating func addRepetition(
    of node: PatternNode, _ least: Int, _ most: Int?
  ) throws(CertificatesError) -> Part {
    var whole = Part(isNullable: true, first: [], last: [])
    for _ in 0..<least { whole = join(whole, try add(node)) }
    if let most {
      // Each optional copy may only follow the one before it, which keeps the follow sets small.
      var optional: [Part] = []
      for _ in least..<most { optional.append(try add(node)) }
      var tail = Part(isNullable: true, first: [], last: [])
      for part in optional.reversed() {
        tail = join(part, tail)
        tail.isNullable = true
      }
      return join(whole, tail)
    }
    var loop = try add(node)
    follow(loop.last, loop.first)
    loop.isNullable = true
    return join(whole, loop)
  }

  private mutating func follow(_ lasts: [Int], _ firsts: [Int]) {
    let next = PositionSet(firsts)
    for position in lasts { follow[position].formUnion(next) }
  }

  private mutating func join(_ left: Part, _ right: Part) -> Part {
    follow(left.last, right.first)
    return Part(
      isNullable: left.isNullable && right.isNullable,
      first: left.isNullable ? left.first + right.first : left.first,
      last: right.isNullable ? left.last + right.last : right.last)
  }
}
