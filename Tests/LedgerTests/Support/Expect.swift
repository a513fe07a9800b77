import Encoding
import Ledger
import Testing

/// The code of the error that a body throws; nil when it throws none or another module's.
func code(of body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch let error as LedgerError {
    return error.code.description
  } catch {
    return "another error: \(error)"
  }
}

extension JSONValue {
  /// The text of a member; fails the test when there is none.
  func text(_ name: String) throws -> String { try #require(self[name]?.stringValue) }

  /// The bytes of a text member.
  func bytes(_ name: String) throws -> [UInt8] { Array(try text(name).utf8) }

  /// The number of a member.
  func number(_ name: String) throws -> UInt64 {
    UInt64(try #require(self[name]?.integerValue))
  }

  /// The elements of a member.
  func list(_ name: String) throws -> [JSONValue] { try #require(self[name]?.arrayValue) }
}

/// A small generator of repeatable numbers (SplitMix64).
struct RepeatableNumbers: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
