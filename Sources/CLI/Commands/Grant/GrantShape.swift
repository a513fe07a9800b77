import Encoding
import Registry
import Rules

/// How grants are shown.
enum GrantShape {
  /// What a grant allows.
  static func terms(_ terms: GrantTerms) -> JSONObject {
    var object: JSONObject = [
      "claims": .array(terms.claims.map { .string($0) }),
      "from": .string(Shape.time(seconds: terms.period.from)),
      "purpose": .string(terms.purpose), "requester": .string(terms.requester),
      "types": .array(terms.types.map { .string($0) }),
      "until": .string(Shape.time(seconds: terms.period.until)),
    ]
    if let frequency = terms.frequency {
      object["frequency"] = [
        "days": .integer(frequency.days), "times": .integer(frequency.times),
      ]
    }
    return object
  }

  /// What a grant allows, for people, a row for each term.
  static func rows(_ terms: GrantTerms) -> [[String]] {
    [
      ["who may ask", terms.requester],
      ["for the claims", terms.claims.joined(separator: ", ")],
      ["of certificates", terms.types.joined(separator: ", ")],
      ["for the purpose", terms.purpose],
      ["from", Shape.time(seconds: terms.period.from)],
      ["until before", Shape.time(seconds: terms.period.until)],
      ["how often", often(terms.frequency)],
    ]
  }

  private static func often(_ frequency: GrantTerms.Frequency?) -> String {
    guard let frequency else { return "as often as it likes" }
    return Counted.text(frequency.times, "time") + " in " + Counted.text(frequency.days, "day")
  }

  /// A grant that was lodged, with how often it was used.
  static func stored(_ grant: StoredGrant, uses: Int, at seconds: Int64) -> JSONObject {
    var object = terms(grant.grant.terms)
    object["grant"] = .string(grant.name.name)
    object["index"] = Shape.index(grant.entry.index)
    object["lodged_by"] = .string(grant.name.department)
    object["received"] = .string("\(grant.entry.received)")
    object["state"] = .string(grant.state(at: seconds).rawValue)
    object["uses"] = .integer(Int64(uses))
    return object
  }
}
