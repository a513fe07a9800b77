import Certificates

/// Why a row was not issued: where, a code for programs, a text for people; never a value.
public struct IssueFault: Sendable, Equatable {
  /// The line of the file at which the row begins, from 1.
  public let line: Int
  /// The column or member at fault, if one is.
  public let column: String?
  /// `spec/cli/certificate.md`, "Fault codes", or a code of a rule.
  public let code: String
  /// What went wrong and the remedy; no capital, no full stop.
  public let message: String

  /// Makes a fault.
  public init(line: Int, column: String?, code: String, message: String) {
    self.line = line
    self.column = column
    self.code = code
    self.message = message
  }

  init(_ fault: RowFault) {
    self.init(
      line: fault.line, column: fault.column, code: fault.code.description, message: fault.message)
  }

  init(_ fault: ClaimFault, line: Int) {
    self.init(
      line: line, column: fault.path.isEmpty ? nil : fault.path, code: fault.code.description,
      message: fault.message)
  }

  /// The fault of a refused row as a resumed job tells it again.
  init(_ refusal: BatchRecord.Refusal) {
    let message =
      refusal.code == IssueFault.notUniqueCode
      ? IssueFault.notUnique(refusal.certificate)
      : Replacement.Refusal(rawValue: refusal.code)?.message
        ?? "the rules refuse it: \(refusal.code)"
    self.init(
      line: refusal.line, column: refusal.column, code: refusal.code, message: message)
  }

  static let notUniqueCode = "not_unique"

  private static func notUnique(_ certificate: String?) -> String {
    let owner = certificate ?? "a certificate"
    return "\(owner) has this value and is in force; end it and run the same command again, "
      + "replace it, or correct the file"
  }

  static let duplicateCode = "duplicate_in_file"
}

/// A list of faults that never grows beyond what anybody reads.
struct FaultList: Sendable {
  static let countMax = 1_000
  private(set) var faults: [IssueFault] = []
  /// Rows with at least one fault.
  private(set) var rowCount = 0

  mutating func add(row found: [IssueFault]) {
    guard !found.isEmpty else { return }
    rowCount += 1
    faults += found.prefix(FaultList.countMax - faults.count)
  }
}
