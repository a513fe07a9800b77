/// A pattern as a tree.
indirect enum PatternNode {
  case empty
  case set(ScalarSet)
  case sequence([PatternNode])
  case choice([PatternNode])
  case repetition(PatternNode, least: Int, most: Int?)
}

/// Reads the text of a ``Pattern``; refuses what it does not know by name.
struct PatternParser {
  private static let lengthMax = 1_024
  private static let depthMax = 16

  private let scalars: [Unicode.Scalar]
  private var index = 0
  /// Whether the part just read repeats something without bound.
  private var hasUnboundedPart = false

  init(_ text: String) { scalars = Array(text.unicodeScalars.prefix(Self.lengthMax + 1)) }

  /// Reads `^` body `$`.
  mutating func parse() throws(CertificatesError) -> PatternNode {
    guard scalars.count <= Self.lengthMax else {
      throw CertificatesError(
        .patternTooLarge, "a pattern has at most \(Self.lengthMax) characters")
    }
    guard take("^") else { throw notAnchored() }
    let body = try alternatives(depth: 0)
    guard take("$"), index == scalars.count else {
      if current == "|" {
        throw error(
          .patternNotAnchored, "put the alternatives in a group, as in ^(?:a|b)$")
      }
      if current == ")" { throw error(.patternSyntax, "a closing parenthesis too many") }
      throw notAnchored()
    }
    return body
  }

  private mutating func alternatives(depth: Int) throws(CertificatesError) -> PatternNode {
    guard depth <= Self.depthMax else {
      throw error(.patternTooLarge, "groups are nested deeper than \(Self.depthMax)")
    }
    var choices = [try sequence(depth: depth)]
    while depth > 0, take("|") { choices.append(try sequence(depth: depth)) }
    return choices.count == 1 ? choices[0] : .choice(choices)
  }

  private mutating func sequence(depth: Int) throws(CertificatesError) -> PatternNode {
    var nodes: [PatternNode] = []
    while let scalar = current, scalar != "|", scalar != ")", scalar != "$" {
      let isUnboundedBefore = hasUnboundedPart
      hasUnboundedPart = false
      let node = try quantified(try atom(depth: depth))
      hasUnboundedPart = hasUnboundedPart || isUnboundedBefore
      nodes.append(node)
    }
    if depth > 0, current == "$" {
      throw error(.patternUnsupported, "$ stands only at the end of the pattern")
    }
    return nodes.count == 1 ? nodes[0] : (nodes.isEmpty ? .empty : .sequence(nodes))
  }

  private mutating func quantified(_ node: PatternNode) throws(CertificatesError) -> PatternNode {
    let least: Int
    let most: Int?
    if take("?") {
      (least, most) = (0, 1)
    } else if take("*") {
      (least, most) = (0, nil)
    } else if take("+") {
      (least, most) = (1, nil)
    } else if take("{") {
      (least, most) = try counts()
    } else {
      return node
    }
    switch current {
    case "?": throw error(.patternUnsupported, "lazy quantifiers change nothing here; remove the ?")
    case "*", "+", "{": throw error(.patternSyntax, "two quantifiers in a row")
    default: break
    }
    if most == nil {
      guard !hasUnboundedPart else {
        throw error(
          .patternNestedRepetition,
          "an unbounded repetition holds another, which makes other validators run for hours; "
            + "give one of them a bound, as in {0,20}")
      }
      hasUnboundedPart = true
    }
    return .repetition(node, least: least, most: most)
  }

  private mutating func counts() throws(CertificatesError) -> (Int, Int?) {
    guard let least = number() else { throw badCount() }
    if take("}") { return (least, least) }
    guard take(",") else { throw badCount() }
    if take("}") { return (least, nil) }
    guard let most = number(), take("}"), most >= least, most > 0 else { throw badCount() }
    return (least, most)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let scalar = current, ("0"..."9").contains(scalar), (value ?? 0) < 10_000 {
      value = (value ?? 0) * 10 + Int(scalar.value - 48)
      index += 1
    }
    return value
  }

  private mutating func atom(depth: Int) throws(CertificatesError) -> PatternNode {
    guard let scalar = current else { throw notAnchored() }
    index += 1
    switch scalar {
    case ".": return .set(PatternParser.anyButLineEnds)
    case "[": return .set(try characterClass())
    case "(": return try group(depth: depth)
    case "\\": return .set(try escape(inClass: false))
    case "*", "+", "?", "{":
      throw error(.patternSyntax, "the quantifier \(scalar) follows nothing")
    case "]", "}": throw error(.patternSyntax, "write \\\(scalar) for the character \(scalar)")
    case "^": throw error(.patternUnsupported, "^ stands only at the start of the pattern")
    default: return .set(ScalarSet([scalar.value...scalar.value]))
    }
  }

  private mutating func group(depth: Int) throws(CertificatesError) -> PatternNode {
    if take("?"), !take(":") {
      let name =
        switch current {
        case "=", "!": "lookahead"
        case "<": "lookbehind or a named group"
        default: "this kind of group"
        }
      throw error(.patternUnsupported, "\(name) is not supported; use ( ) or (?: )")
    }
    let node = try alternatives(depth: depth + 1)
    guard take(")") else { throw error(.patternSyntax, "a group is not closed") }
    return node
  }

  private mutating func characterClass() throws(CertificatesError) -> ScalarSet {
    var set = ScalarSet()
    let isComplement = take("^")
    while !take("]") {
      guard current != nil else { throw error(.patternSyntax, "a class [ ] is not closed") }
      let item = try classItem()
      guard current == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
        set.formUnion(item)
        continue
      }
      index += 1
      guard let low = item.single, let high = try classItem().single, low <= high else {
        throw error(.patternSyntax, "a range in a class [ ] runs from a character to a later one")
      }
      set.insert(low...high)
    }
    guard isComplement || !set.ranges.isEmpty else {
      throw error(.patternSyntax, "an empty class [ ] matches nothing")
    }
    set.isComplement = isComplement
    return set
  }

  private mutating func classItem() throws(CertificatesError) -> ScalarSet {
    guard let scalar = current else { throw error(.patternSyntax, "a class [ ] is not closed") }
    index += 1
    if scalar == "\\" { return try escape(inClass: true) }
    if scalar == "[" { throw error(.patternSyntax, "write \\[ inside a class") }
    return ScalarSet([scalar.value...scalar.value])
  }

  private mutating func escape(inClass: Bool) throws(CertificatesError) -> ScalarSet {
    guard let scalar = current else { throw error(.patternSyntax, "\\ stands before nothing") }
    index += 1
    switch scalar {
    case "d": return ScalarSet(Self.digits)
    case "D": return ScalarSet(Self.digits, isComplement: true)
    case "w": return ScalarSet(Self.wordCharacters)
    case "W": return ScalarSet(Self.wordCharacters, isComplement: true)
    case "s": return ScalarSet(Self.whiteSpace)
    case "S": return ScalarSet(Self.whiteSpace, isComplement: true)
    case "n": return ScalarSet([10...10])
    case "r": return ScalarSet([13...13])
    case "t": return ScalarSet([9...9])
    case "u": return try unicodeEscape()
    case "1"..."9", "k": throw error(.patternUnsupported, "back references are not supported")
    case "b", "B": throw error(.patternUnsupported, "word boundaries are not supported")
    case "p", "P":
      throw error(
        .patternUnsupported, "Unicode properties are not supported; write ranges, as in [一-龥]")
    case "-" where inClass: return ScalarSet([45...45])
    default:
      guard "^$\\.*+?()[]{}|/".unicodeScalars.contains(scalar) else {
        throw error(.patternSyntax, "\\ stands before a character that needs none")
      }
      return ScalarSet([scalar.value...scalar.value])
    }
  }

  private mutating func unicodeEscape() throws(CertificatesError) -> ScalarSet {
    let isBraced = take("{")
    var value: UInt32 = 0
    var count = 0
    while count < (isBraced ? 6 : 4), let digit = hexadecimal(current) {
      value = value << 4 | digit
      count += 1
      index += 1
    }
    guard isBraced ? count > 0 && take("}") : count == 4, Unicode.Scalar(value) != nil else {
      throw error(.patternSyntax, "\\u needs four digits or {…}, and a character, no surrogate")
    }
    return ScalarSet([value...value])
  }

  private func hexadecimal(_ scalar: Unicode.Scalar?) -> UInt32? {
    guard let scalar else { return nil }
    if ("0"..."9").contains(scalar) { return scalar.value - 48 }
    if ("a"..."f").contains(scalar) { return scalar.value - 87 }
    return ("A"..."F").contains(scalar) ? scalar.value - 55 : nil
  }

  private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    index += 1
    return true
  }

  private func notAnchored() -> CertificatesError {
    error(.patternNotAnchored, "a pattern begins with ^ and ends with $")
  }

  private func badCount() -> CertificatesError {
    error(.patternSyntax, "counts are written {3}, {3,} or {3,5}; write \\{ for the character")
  }

  private func error(_ code: CertificatesError.Code, _ message: String) -> CertificatesError {
    CertificatesError(code, "character \(min(index, scalars.count)) of the pattern: \(message)")
  }
}

extension PatternParser {
  fileprivate static let digits: [ClosedRange<UInt32>] = [48...57]
  fileprivate static let wordCharacters: [ClosedRange<UInt32>] = [
    48...57, 65...90, 95...95, 97...122,
  ]
  fileprivate static let whiteSpace: [ClosedRange<UInt32>] = [
    9...13, 32...32, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
    0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
  ]
  fileprivate static let anyButLineEnds = ScalarSet(
    [10...10, 13...13, 0x2028...0x2029], isComplement: true)
}

extension ScalarSet {
  /// The only scalar, if there is just one.
  fileprivate var single: UInt32? {
    guard !isComplement, ranges.count == 1, ranges[0].count == 1 else { return nil }
    return ranges[0].lowerBound
  }
}
