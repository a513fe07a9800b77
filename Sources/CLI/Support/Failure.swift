import Encoding

/// Why a command could not do what was asked, as the user sees it.
struct Failure: Error {
  /// Exit codes of the contract: `spec/cli/README.md`, "Exit codes".
  enum Status: Int32 {
    case yes = 0
    case no = 1
    case cannot = 2
    case usage = 64
    case interrupted = 130
  }

  let status: Status
  /// A stable name in snake_case for programs.
  let code: String
  /// What went wrong; no capital, no full stop, no personal data.
  let message: String
  /// The way out, where there is one.
  let hint: String?
  /// Further members of the error object, for programs.
  let details: JSONObject

  init(
    _ status: Status, code: String, _ message: String, hint: String? = nil,
    details: JSONObject = [:]
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.hint = hint
    self.details = details
  }

  /// `--format csv` of what is no table.
  static let noTable = Failure(
    .usage, code: "no_table", "this result is no table", hint: "use --format text or json")

  /// The error object of `--format json`.
  var json: JSONValue {
    var error = details
    error["code"] = .string(code)
    error["message"] = .string(message)
    if let hint { error["hint"] = .string(hint) }
    return .object(["error": .object(error)])
  }
}
