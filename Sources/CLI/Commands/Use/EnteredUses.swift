import Encoding

/// What became of uses that waited.
struct EnteredUses {
  enum Outcome {
    /// It was entered: with codes it is refused.
    case entered(UInt64, codes: [String])
    /// It was entered before.
    case known(UInt64)
    /// Nothing was entered.
    case failed(Failure)
  }

  struct One {
    let waiting: UseQueue.Waiting
    let outcome: Outcome

    init(_ waiting: UseQueue.Waiting, _ outcome: Outcome) {
      self.waiting = waiting
      self.outcome = outcome
    }

    fileprivate var word: String {
      switch outcome {
      case .entered(_, let codes): codes.isEmpty ? "accepted" : "refused"
      case .known: "known"
      case .failed: "failed"
      }
    }

    fileprivate var row: JSONObject {
      var row: JSONObject = [
        "counter": .string(waiting.isAccepted ? "accepted" : "refused"),
        "occurred": .string("\(waiting.time)"), "outcome": .string(word),
        "queued": .string(waiting.name),
      ]
      switch outcome {
      case .entered(let index, let codes):
        row["codes"] = .array(codes.map { .string($0) })
        row["index"] = .integer(Int64(index))
      case .known(let index): row["index"] = .integer(Int64(index))
      case .failed(let failure):
        row["code"] = .string(failure.code)
        row["message"] = .string(failure.message)
      }
      return row
    }

    fileprivate var line: String {
      let text =
        switch outcome {
        case .entered(let index, let codes):
          codes.isEmpty
            ? "accepted; entry \(index)"
            : "\(UseCheck.outcome(codes, earlier: "an entry before")); entry \(index)"
              + (waiting.isAccepted ? "; THE COUNTER HAD ACCEPTED IT" : "")
        case .known(let index): "known already; entry \(index)"
        case .failed(let failure): "failed: \(failure.code): \(failure.message)"
        }
      return "\(waiting.name): \(text)"
    }
  }

  /// The most that are told; all are counted.
  private static let listedCountMax = 1_000
  private static let words = ["accepted", "refused", "known", "failed"]
  private static let columns = [
    "queued", "occurred", "counter", "outcome", "index", "codes", "code",
  ]

  private var listed: [One] = []
  private var counts: [String: Int] = [:]
  /// How many were looked at.
  private(set) var count = 0

  mutating func add(_ one: One) {
    count += 1
    counts[one.word, default: 0] += 1
    // What went wrong is told before what went well.
    let isBad = ["refused", "failed"].contains(one.word)
    if listed.count < Self.listedCountMax {
      listed.append(one)
    } else if isBad,
      let good = listed.lastIndex(where: { ["accepted", "known"].contains($0.word) })
    {
      listed.remove(at: good)
      listed.append(one)
    }
  }

  private func number(_ word: String) -> Int { counts[word] ?? 0 }

  var status: Failure.Status {
    if number("failed") > 0 { return .cannot }
    return number("refused") > 0 ? .no : .yes
  }

  var json: JSONValue {
    var object: JSONObject = ["uses": .array(listed.map { .object($0.row) })]
    for word in Self.words { object[word] = .integer(Int64(number(word))) }
    object.tellMore(
      count > listed.count, "all are counted; what was refused or failed is listed first")
    return .object(object)
  }

  var table: Table {
    Table(
      objects: listed.map { one in
        var row = one.row
        if let codes = row["codes"]?.arrayValue {
          row["codes"] = .string(codes.compactMap(\.stringValue).joined(separator: " "))
        }
        return row
      }, columns: Self.columns)
  }

  var text: String {
    var text = listed.map { TerminalText.line($0.line, maximumLength: 4_000) + "\n" }.joined()
    if count > listed.count { text += "… and \(count - listed.count) more\n" }
    return text
      + Self.words.map { "\(number($0)) \($0 == "known" ? "known already" : $0)" }
      .joined(separator: ", ") + "\n"
  }
}
