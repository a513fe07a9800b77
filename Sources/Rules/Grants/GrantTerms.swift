import Encoding

/// What a holder allows: who may take which claims of which types, for what, when and how often.
///
/// Spec: grant.md, "Terms".
public struct GrantTerms: Sendable, Hashable {
  /// When a grant holds, in seconds since 1970.
  public struct Period: Sendable, Hashable {
    /// The first second.
    public let from: Int64
    /// The first second after it.
    public let until: Int64

    /// From one second to before another.
    public init(from: Int64, until: Int64) {
      self.from = from
      self.until = until
    }

    /// Whether a second lies in it.
    public func contains(_ seconds: Int64) -> Bool { from <= seconds && seconds < until }
  }

  /// How often a grant may be used.
  public struct Frequency: Sendable, Hashable {
    /// The length of a window, in days; windows begin at the start of the period.
    public let days: Int64
    /// How many requests a window allows.
    public let times: Int64

    /// So many times in so many days.
    public init(days: Int64, times: Int64) {
      self.days = days
      self.times = times
    }
  }

  /// The longest period, in seconds: ten calendar years.
  public static let periodSecondsMax: Int64 = 3653 * 86_400

  /// The USCC of the department that may ask.
  public let requester: String
  /// The codes of the types.
  public let types: [String]
  /// The names of the claims.
  public let claims: [String]
  /// The code of the purpose.
  public let purpose: String
  /// When.
  public let period: Period
  /// How often; nil where it does not matter.
  public let frequency: Frequency?

  /// Joins the terms of a grant.
  public init(
    requester: String, types: [String], claims: [String], purpose: String,
    period: Period, frequency: Frequency? = nil
  ) {
    self.requester = requester
    self.types = types
    self.claims = claims
    self.purpose = purpose
    self.period = period
    self.frequency = frequency
  }

  /// The form of the members.
  static let form = MemberForm.object([
    "claims": .claimNames, "frequency?": .frequency, "period": .period, "purpose": .code,
    "requester": .department, "types": .grantedTypes,
  ])

  /// The terms among the members of an event or payload whose forms were checked; nil if one is
  /// missing.
  init?(_ members: JSONObject) {
    guard let requester = members["requester"]?.stringValue,
      let types = members["types"]?.arrayValue, let claims = members["claims"]?.arrayValue,
      let purpose = members["purpose"]?.stringValue,
      let from = members["period"]?["from"]?.integerValue,
      let until = members["period"]?["until"]?.integerValue
    else { return nil }
    self.requester = requester
    self.types = types.compactMap(\.stringValue)
    self.claims = claims.compactMap(\.stringValue)
    self.purpose = purpose
    period = Period(from: from, until: until)
    if let frequency = members["frequency"] {
      guard let days = frequency["days"]?.integerValue, let times = frequency["times"]?.integerValue
      else { return nil }
      self.frequency = Frequency(days: days, times: times)
    } else {
      frequency = nil
    }
  }

  /// Whether they make sense: nothing twice, a purpose code, a period of at most ten years.
  public var isSound: Bool {
    Set(types).count == types.count && Set(claims).count == claims.count
      && CodeCheck.isCode(purpose) && period.from < period.until
      && period.until - period.from <= GrantTerms.periodSecondsMax
  }

  /// The members, as they stand in the event and in the token.
  public var members: JSONObject {
    var object: JSONObject = [
      "claims": .array(claims.map { .string($0) }),
      "period": ["from": .integer(period.from), "until": .integer(period.until)],
      "purpose": .string(purpose), "requester": .string(requester),
      "types": .array(types.map { .string($0) }),
    ]
    if let frequency {
      object.append(
        "frequency",
        ["days": .integer(frequency.days), "times": .integer(frequency.times)])
    }
    return object
  }

  /// The window that a time in the period lies in, from 0 on; 0 where frequency does not matter.
  public func window(of seconds: Int64) -> Int64 {
    guard let frequency, seconds > period.from else { return 0 }
    return (seconds - period.from) / (frequency.days * 86_400)
  }
}

extension CodeCheck {
  /// Whether the text is a code of a purpose, role or reason: `[a-z][a-z0-9-]{0,63}`.
  static func isCode(_ text: String) -> Bool {
    guard let first = text.utf8.first, (0x61...0x7A).contains(first), text.utf8.count <= 64 else {
      return false
    }
    return text.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
    }
  }
}
