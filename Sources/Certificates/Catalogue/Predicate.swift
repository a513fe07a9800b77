import Encoding

extension TypeFile {
  /// A yes or no that is signed at issue and may be shown in place of the claim that it is about.
  ///
  /// Spec: type-file.md, "Predicates".
  public struct Predicate: Sendable, Equatable {
    /// When it holds.
    public enum Condition: Sendable, Equatable {
      /// Since the day in the claim so many years have passed, the day itself not counted.
      case years(Int)
      /// The claim has one of these texts.
      case values([String])
    }

    /// The name, such as `over_18`: a claim of its own.
    public let name: String
    /// The claim that it is about.
    public let claim: String
    /// When it holds.
    public let condition: Condition

    /// Whether it holds on a day; nil when the claims have not the one that it is about.
    public func holds(in claims: JSONObject, on day: Day) -> Bool? {
      guard case .string(let text)? = claims[claim] else { return nil }
      switch condition {
      case .values(let values): return values.contains { $0.hasSameBytes(as: text) }
      case .years(let years):
        do {
          return try Day(parsing: text).adding(years: years) < day
        } catch {
          // No such day, or one after the year 9999: nothing that has passed.
          return false
        }
      }
    }
  }

  /// What is wrong with claims that were disclosed: the schema's own, and predicates that are no
  /// yes or no or do not fit the claim beside them, as at the day of making.
  package func ownFaults(inDisclosed claims: JSONObject, madeOn day: Day?) -> [ClaimFault] {
    var shown = JSONObject()
    var faults: [ClaimFault] = []
    for member in claims {
      guard let predicate = predicates.first(where: { $0.name.hasSameBytes(as: member.name) })
      else {
        shown.append(member.name, member.value)
        continue
      }
      guard case .boolean(let value) = member.value else {
        faults.append(ClaimFault(.type, "a predicate is true or false", at: member.name))
        continue
      }
      if let day, let holds = predicate.holds(in: claims, on: day), holds != value {
        faults.append(
          ClaimFault(
            .predicate, "it does not fit the claim \(predicate.claim)", at: member.name))
      }
    }
    return schema.faults(inDisclosed: shown) + faults
  }
}
