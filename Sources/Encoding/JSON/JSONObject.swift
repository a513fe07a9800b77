/// Named JSON values in the order in which they were read or added.
///
/// Names are compared byte for byte: `é` in one and in two scalars are two names.
public struct JSONObject: Sendable {
  /// One named value.
  public struct Member: Sendable, Equatable {
    /// The name.
    public let name: String
    /// The value.
    public var value: JSONValue

    /// Compares the name's bytes and the value.
    public static func == (left: Member, right: Member) -> Bool {
      left.name.hasSameBytes(as: right.name) && left.value == right.value
    }
  }

  /// The members in order.
  public private(set) var members: [Member] = []
  /// Positions by name, kept from ``indexedCountMin`` members on: a search through a hostile object
  /// of a million members must not take a million steps for each.
  private var positions: [[UInt8]: Int] = [:]

  private static let indexedCountMin = 24

  /// An object without members.
  public init() {}

  /// An object of the pairs; each name once.
  public init(_ pairs: some Sequence<(String, JSONValue)>) {
    members.reserveCapacity(pairs.underestimatedCount)
    for (name, value) in pairs {
      let isNew = append(name, value)
      precondition(isNew, "a name twice in one object")
    }
  }

  /// Adds a member at the end. Returns false, and changes nothing, if the name is taken.
  @discardableResult
  public mutating func append(_ name: String, _ value: JSONValue) -> Bool {
    guard position(of: name) == nil else { return false }
    if members.isEmpty { members.reserveCapacity(4) }
    members.append(Member(name: name, value: value))
    if members.count > Self.indexedCountMin {
      positions[Array(name.utf8)] = members.count - 1
    } else if members.count == Self.indexedCountMin {
      rebuildPositions()
    }
    return true
  }

  /// The value of a name. Setting nil removes the member; setting a new name adds it at the end.
  public subscript(name: String) -> JSONValue? {
    get { position(of: name).map { members[$0].value } }
    set {
      switch (position(of: name), newValue) {
      case (let position?, let value?): members[position].value = value
      case (let position?, nil):
        members.remove(at: position)
        rebuildPositions()
      case (nil, let value?): append(name, value)
      case (nil, nil): break
      }
    }
  }

  /// Whether there is a member of that name.
  public func contains(_ name: String) -> Bool { position(of: name) != nil }

  /// The number of members.
  public var count: Int { members.count }
  /// Whether there is no member.
  public var isEmpty: Bool { members.isEmpty }
  /// The names in order.
  public var names: [String] { members.map(\.name) }

  /// Where a member stands, or nil.
  func position(of name: String) -> Int? {
    guard members.count < Self.indexedCountMin else { return positions[Array(name.utf8)] }
    // By index: a closure over the members would copy each, value and all.
    let span = members.span
    for position in span.indices where span[position].name.hasSameBytes(as: name) {
      return position
    }
    return nil
  }

  private mutating func rebuildPositions() {
    positions.removeAll(keepingCapacity: true)
    guard members.count >= Self.indexedCountMin else { return }
    for (position, member) in members.enumerated() {
      positions[Array(member.name.utf8)] = position
    }
  }
}

extension JSONObject: Equatable {
  /// Whether both have the same names with the same values, in any order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    guard left.count == right.count else { return false }
    for member in left.members {
      guard let other = right[member.name], other == member.value else { return false }
    }
    return true
  }
}

extension JSONObject: Sequence {
  /// The members in order.
  public func makeIterator() -> Array<Member>.Iterator { members.makeIterator() }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// An object of the pairs; each name once.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
