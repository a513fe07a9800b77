import ArgumentParser
import Encoding

/// The days, both included, that two options name; either may be left out.
struct DayRange {
  let from: Day?
  let through: Day?

  /// Each option with its name and what was typed after it.
  init(_ from: (name: String, text: String?), _ through: (name: String, text: String?)) throws {
    self.from = try DayRange.day(from)
    self.through = try DayRange.day(through)
    if let first = self.from, let last = self.through, first > last {
      throw ValidationError("\(from.name) is later than \(through.name)")
    }
  }

  /// Whether the range has a day.
  func contains(_ day: Day) -> Bool {
    (from.map { day >= $0 } ?? true) && (through.map { day <= $0 } ?? true)
  }

  private static func day(_ option: (name: String, text: String?)) throws -> Day? {
    guard let text = option.text else { return nil }
    do { return try Day(parsing: text) } catch {
      throw ValidationError("\(option.name): \(error.message)")
    }
  }
}
