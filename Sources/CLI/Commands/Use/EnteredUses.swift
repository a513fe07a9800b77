import Encoding
import Ledger

/// What became of uses that waited.
struct EnteredUses {
  enum Outcome {
    /// It was entered: with codes it is refused.
    case entered(LeafIndex, codes: [String], earlier: LeafIndex?)
    /// It was entered before.
    case known(LeafIndex, codes: [String])
    /// Nothing was entered.
    case failed(Failure)

    fileprivate var word: String {
      switch self {
      case .entered(_, let codes, _): codes.isEmpty ? "accepted" : "refused"
      case .known: "known"
      case .failed: "failed"
      }
    }

    /// Whether somebody must look at it.
    fileprivate var isBad: Bool {
      switch self {
      case .entered(_, let codes, _), .known(_, let codes): !codes.isEmpty
      case .failed: true
      }
    }
  }

  /// The most that are told; all are counted.
  private static let listedCountMax = 1_000
  private static let words = ["accepted", "refused", "known", "failed"]
  private static let columns = [
    "queued", "occurred", "counter", "outcome", "index", "codes", "code",
  ]

  private var listed: [(waiting: UseQueue.Waiting, outcome: Outcome)] = []
  private var counts: [String: Int] = [:]
  private var hasRefused = false
  /// How many were looked at.
  private(set) var count = 0

  mutating func add(_ waiting: UseQueue.Waiting, _ outcome: Outcome) {
    count += 1
    counts[outcome.word, default: 0] += 1
    hasRefused = hasRefused || outcome.isBad
    if listed.count == Self.listedCountMax {
      // What somebody must look at takes the place of what went well.
      guard outcome.isBad, let good = listed.lastIndex(where: { !$0.outcome.isBad }) else { return }
      listed.remove(at: good)
    }
    listed.append((waiting, outcome))
  }

  private func number(_ word: String) -> Int { counts[word] ?? 0 }

  var status: Failure.Status {
    if number("failed") > 0 { return .cannot }
    return hasRefused ? .no : .yes
  }

  var json: JSONValue {
    var object: JSONObject = ["uses": .array(listed.map { .object(Self.row($0, $1)) })]
    for word in Self.words { object[word] = .integer(Int64(number(word))) }
    object.tellMore(
      count > listed.count, "all are counted; what was refused or failed is listed before the rest")
    return .object(object)
  }

  var table: Table {
    Table(
      objects: listed.map { waiting, outcome in
        var row = Self.row(waiting, outcome)
        if let codes = row["codes"]?.arrayValue {
          row["codes"] = .string(codes.compactMap(\.stringValue).joined(separator: " "))
        }
        return row
      }, columns: Self.columns)
  }

  var text: String {
    var text = listed.map {
      TerminalText.line(Self.line($0, $1), maximumLength: 4_000) + "\n"
    }.joined()
    if count > listed.count { text += "… and \(count - listed.count) more\n" }
    return text
      + Self.words.map { "\(number($0)) \($0 == "known" ? "known already" : $0)" }
      .joined(separator: ", ") + "\n"
  }

  private static func row(_ waiting: UseQueue.Waiting, _ outcome: Outcome) -> JSONObject {
    var row: JSONObject = [
      "counter": .string(waiting.isAccepted ? "accepted" : "refused"),
      "occurred": .string("\(waiting.time)"), "outcome": .string(outcome.word),
      "queued": .string(waiting.name),
    ]
    switch outcome {
    case .entered(let index, let codes, let earlier):
      row["codes"] = .array(codes.map { .string($0) })
      row["earlier"] = earlier.map(Shape.index)
      row["index"] = Shape.index(index)
    case .known(let index, let codes):
      row["codes"] = .array(codes.map { .string($0) })
      row["index"] = Shape.index(index)
    case .failed(let failure):
      row["code"] = .string(failure.code)
      row["message"] = .string(failure.message)
      row["hint"] = failure.hint.map(JSONValue.string)
    }
    return row
  }

  private static func line(_ waiting: UseQueue.Waiting, _ outcome: Outcome) -> String {
    func text(_ codes: [String], _ earlier: LeafIndex?, _ index: LeafIndex) -> String {
      UseCheck.outcome(codes, earlier: earlier.map { "entry \($0)" } ?? "an entry before")
        + "; entry \(index)"
        + (waiting.isAccepted && !codes.isEmpty ? "; THE COUNTER HAD ACCEPTED IT" : "")
    }
    return switch outcome {
    case .entered(let index, let codes, let earlier):
      "\(waiting.name): \(text(codes, earlier, index))"
    case .known(let index, let codes):
      "\(waiting.name): known already: \(text(codes, nil, index))"
    case .failed(let failure):
      "\(waiting.name): failed: \(failure.code): \(failure.message)"
        + (failure.hint.map { "; \($0)" } ?? "")
    }
  }
}
