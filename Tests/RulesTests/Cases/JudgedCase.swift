import Rules
import Testing

/// One act and what the rules say of it.
struct JudgedCase: Sendable, CustomTestStringConvertible {
  /// Which ledger it would join.
  enum Base: String, Sendable {
    /// None: it would be the first entry.
    case empty
    /// The one of ``World/settled()``.
    case settled
  }

  let name: String
  let description: String
  let base: Base
  /// Exactly these; none for the neighbour that passes.
  let codes: [RuleCode]
  let make: @Sendable (World) throws -> Act

  init(
    _ name: String, _ description: String, _ codes: [RuleCode], base: Base = .settled,
    _ make: @escaping @Sendable (World) throws -> Act
  ) {
    self.name = name
    self.description = description
    self.base = base
    self.codes = codes.sorted()
    self.make = make
  }

  var testDescription: String { name }

  static let all: [JudgedCase] =
    form + circumstances + actors + ledger + departments
    + identities + catalogue + certificates + openings + identifiers
    + grants + requests + answers + disputes + uses
}
