import Ledger
import Rules

/// What became of one order of a job about shares.
public enum ShareOutcome: Sendable {
  /// The act entered.
  case done(SharedAct)
  /// It had entered before.
  case already(SharedAct)
  /// It was refused.
  case refused(ShareRefusal)
}

/// An act that entered, and the request that it belongs to.
public struct SharedAct: Sendable, Hashable {
  /// The name of the act, `<USCC>/<jti>`.
  public let name: String
  /// Its entry.
  public let index: LeafIndex
  /// The name of the request.
  public let request: String
  /// The name of the release that is acknowledged or disputed, of the dispute that is settled.
  public var about: String?
  /// The line of the sheet, from 1.
  public var line: Int?

  init(
    name: String, index: LeafIndex, request: String, about: String? = nil, line: Int? = nil
  ) {
    self.name = name
    self.index = index
    self.request = request
    self.about = about
    self.line = line
  }

  /// An act that entered before.
  init(_ act: ShareAct, of share: Share, about: String? = nil) {
    self.init(name: act.name, index: act.index, request: share.name.name, about: about)
  }
}

/// An act that was not done: nothing of it entered, save what a rule's refusal leaves.
public struct ShareRefusal: Error, Sendable, Hashable {
  /// The line of the sheet, from 1; nil where there is none.
  public var line: Int?
  /// The column at fault, if it is one column's.
  public var column: String?
  /// The request, release or dispute that it is about, as it was named or found.
  public var act: String?
  /// The path of the material, as it was named; nil where it is about none.
  public var file: String?
  /// Why, for a program: that of a sheet's fault, of what was found before anything was signed, or
  /// of a rule with `_` for `-`.
  public let code: String
  /// What went wrong and the remedy; no personal data.
  public let message: String
  /// The rules that the act breaks; empty where it was not signed.
  public let rules: [RuleCode]

  init(
    _ code: String, _ message: String, line: Int? = nil, column: String? = nil, act: String? = nil,
    rules: [RuleCode] = []
  ) {
    self.line = line
    self.column = column
    self.act = act
    self.code = code
    self.message = message
    self.rules = rules
  }

  /// The rules said no; `texts`: what is at fault, instead of the words of the rules.
  init(
    _ rules: [RuleCode], _ texts: [String]? = nil, line: Int? = nil, act: String? = nil
  ) {
    let first = rules.first?.rawValue ?? "refused"
    self.init(
      first.split(separator: "-").joined(separator: "_"),
      rules.isEmpty
        ? "the rules refuse it" : (texts ?? rules.map(\.explanation)).joined(separator: "; "),
      line: line, act: act, rules: rules)
  }

  init(_ fault: IssueFault) {
    self.init(fault.code, fault.message, line: fault.line, column: fault.column)
  }
}

/// What a job about shares came to.
public struct SharingReport: Sendable {
  /// At most so many acts and so many refusals are kept; all are counted.
  public static let listedCountMax = 1_000

  /// The first acts of this run, in the order of their entries.
  public private(set) var done: [SharedAct] = []
  /// How many acts entered in this run.
  public private(set) var doneCount = 0
  /// The first that had entered before.
  public private(set) var already: [SharedAct] = []
  /// How many had entered before.
  public private(set) var alreadyCount = 0
  /// The first refusals.
  public private(set) var refusals: [ShareRefusal] = []
  /// How many were refused.
  public private(set) var refusedCount = 0
  /// Whether it was interrupted between two batches.
  public internal(set) var isInterrupted = false
  /// The newest checkpoint; nil when nothing was asked.
  public internal(set) var checkpoint: VerifiedCheckpoint?

  /// Nothing was done yet.
  public init() {}

  /// Nothing was done: these were refused before.
  init(refusedCount: Int, _ refusals: [ShareRefusal]) {
    self.refusedCount = refusedCount
    self.refusals = refusals
  }

  /// How many orders were decided.
  public var decidedCount: Int { doneCount + alreadyCount + refusedCount }

  /// Takes up an outcome.
  public mutating func note(_ outcome: ShareOutcome) {
    switch outcome {
    case .done(let act):
      doneCount += 1
      if done.count < SharingReport.listedCountMax { done.append(act) }
    case .already(let act):
      alreadyCount += 1
      if already.count < SharingReport.listedCountMax { already.append(act) }
    case .refused(let refusal):
      refusedCount += 1
      if refusals.count < SharingReport.listedCountMax { refusals.append(refusal) }
    }
  }
}

/// Runs work that a refusal ends, or an error.
func refusing<Value>(
  _ work: () throws -> Value
) throws(RegistryError) -> Result<Value, ShareRefusal> {
  do {
    return .success(try work())
  } catch let refusal as ShareRefusal {
    return .failure(refusal)
  } catch let error as RegistryError {
    throw error
  } catch let error as RulesError {
    throw RegistryError(error)
  } catch {
    throw RegistryError(.internalFault, "an act could not be prepared", cause: error)
  }
}
