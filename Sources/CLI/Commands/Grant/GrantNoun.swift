import ArgumentParser
import Encoding
import Foundation
import Ledger
import Registry
import Rules

/// `kanhe grant`: what holders allow, lodged and taken back.
struct GrantNoun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant", abstract: "Lodge what holders allow, and see how it is used.",
    subcommands: [GrantGive.self, GrantWithdraw.self, GrantList.self, GrantShow.self])
}

/// The tokens of holders in files.
enum GrantFiles {
  /// Reads a token, and a newline or none; `-` is standard input.
  static func read(_ path: String) throws -> String {
    let bytes = try InputFile.read(path, maximumBytes: Grant.byteCountMax + 1)
    return String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self)
  }

  /// Reads each file; a malformed one is told with its name, before anything is lodged.
  static func parse<Token>(
    _ paths: [String], _ parse: (String) throws(RulesError) -> Token
  ) throws -> [Token] {
    try paths.map { path in
      let text = try read(path)
      do throws(RulesError) {
        return try parse(text)
      } catch {
        throw Failure(
          .cannot, code: Failure.snakeCase("\(error.code)"), "\(path): \(error.message)")
      }
    }
  }
}

/// What became of the files of one command.
struct GrantResult {
  static let columns = ["file", "outcome", "code", "grant", "index"]

  let files: [String]
  let outcomes: [GrantOutcome]
  let json: JSONObject
  private let rows: [JSONObject]

  init(
    _ name: String, _ files: [String],
    _ result: (outcomes: [GrantOutcome], checkpoint: VerifiedCheckpoint?)
  ) {
    self.files = files
    outcomes = result.outcomes
    var done: [JSONObject] = []
    var already: [JSONObject] = []
    var refused: [JSONObject] = []
    var rows: [JSONObject] = []
    for (file, outcome) in zip(files, result.outcomes) {
      switch outcome {
      case .entered(let change):
        var object = GrantResult.change(change, file)
        done.append(object)
        object["outcome"] = .string(name)
        rows.append(object)
      case .already(let change):
        var object = GrantResult.change(change, file)
        already.append(object)
        object["outcome"] = "already"
        rows.append(object)
      case .refused(let refusal):
        var object = GrantResult.refusal(refusal)
        object["file"] = .string(file)
        refused.append(object)
        object["outcome"] = "refused"
        rows.append(object)
      }
    }
    var object: JSONObject = [
      name: .array(done.map(JSONValue.object)),
      "already": .array(already.map(JSONValue.object)),
      "refused": .array(refused.map(JSONValue.object)),
    ]
    if let checkpoint = result.checkpoint { object["checkpoint"] = Shape.checkpoint(checkpoint) }
    json = object
    self.rows = rows
  }

  /// A refusal is an answer: no.
  var status: Failure.Status {
    outcomes.contains { if case .refused = $0 { true } else { false } } ? .no : .yes
  }

  var table: Table { Table(objects: rows, columns: Self.columns) }

  var text: String {
    var text = ""
    for row in rows {
      let file = TerminalText.line(row["file"]?.stringValue ?? "")
      if let grant = row["grant"]?.stringValue {
        let before = row["outcome"] == "already" ? "lodged before: " : ""
        text += "\(file): \(before)grant \(grant), entry \(row["index"]?.integerValue ?? 0)\n"
      } else {
        text += "\(file): refused: \(row["message"]?.stringValue ?? "")\n"
      }
    }
    return text
  }

  private static func change(_ change: GrantChange, _ file: String) -> JSONObject {
    var object = GrantShape.terms(change.grant.terms)
    object["file"] = .string(file)
    object["grant"] = .string(change.name.name)
    object["index"] = Shape.index(change.index)
    return object
  }

  private static func refusal(_ refusal: GrantRefusal) -> JSONObject {
    var object = JSONObject()
    switch refusal.reason {
    case .holderUnknown:
      object["code"] = "holder_unknown"
      object["message"] = .string(
        "this registry has issued nothing to that person, or no copy of that certificate signed; "
          + "check the holder file or identifier")
    case .grantUnknown:
      object["code"] = "grant_unknown"
      object["message"] = "the grant was never lodged here, so there is nothing to withdraw"
    case .rules(let codes):
      let first = codes.first?.rawValue ?? "refused"
      object["code"] = .string(first.replacing("-", with: "_"))
      object["codes"] = .array(codes.map { .string($0.rawValue) })
      object["message"] = .string(codes.map(\.explanation).joined(separator: "; "))
    }
    if let index = refusal.recordedAs { object["refused_as"] = Shape.index(index) }
    return object
  }
}
