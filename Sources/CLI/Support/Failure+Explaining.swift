import Certificates
import Codes
import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import Verification
import Wallet

extension Failure {
  /// Turns any module's error into what the user sees; bad input is `cannot`, never `no`.
  init(explaining error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as EncodingError:
      self.init(.cannot, code: Failure.snakeCase("\(error.code)"), error.description)
    case let error as CryptographyError:
      self.init(.cannot, code: Failure.snakeCase("\(error.code)"), error.message)
    case let error as CertificatesError:
      self.init(.cannot, code: Failure.snakeCase("\(error.code)"), error.description)
    case let error as LedgerError:
      self.init(.cannot, code: Failure.snakeCase("\(error.code)"), error.description)
    case let error as RulesError:
      self.init(.cannot, code: Failure.snakeCase("\(error.code)"), error.message)
    case let error as WalletError:
      self.init(.cannot, code: Failure.snakeCase("\(error.code)"), error.description)
    case let error as CodesError:
      self.init(.cannot, code: Failure.snakeCase("\(error.code)"), error.message)
    case let error as RegistryError: self.init(explaining: error)
    default:
      self.init(.cannot, code: "unexpected", "\(error)")
    }
  }

  /// A refusal by a rule, and a registry that takes nothing, are answers: no.
  private init(explaining error: RegistryError) {
    if let failure = error.cause as? Failure, failure.status == .interrupted {
      self = failure
      return
    }
    let isAnswer = [.refused, .readOnly, .foreignExport].contains(error.code)
    var details = JSONObject()
    if let refusal = error.cause as? RuleRefusal {
      details["codes"] = .array(refusal.codes.map { .string($0.rawValue) })
      if let index = refusal.recordedAs { details["refused_as"] = .integer(Int64(index.value)) }
    }
    self.init(
      isAnswer ? .no : .cannot, code: Failure.snakeCase("\(error.code)"), error.description,
      details: details)
  }

  /// `wrongPassphrase` → `wrong_passphrase`: codes on the outside are in snake_case.
  static func snakeCase(_ name: String) -> String { SnakeCase.text(name) }
}

extension Failure {
  /// Runs a lookup whose "there is none" is an answer, no, and not a failure to look.
  static func answering<T>(_ code: RegistryError.Code, _ lookup: () throws -> T) throws -> T {
    do {
      return try lookup()
    } catch let error as RegistryError where error.code == code {
      throw Failure(.no, code: snakeCase("\(code)"), error.description)
    }
  }
}

extension Failure {
  /// Ended by the user between two parts of a job that the same command goes on with.
  static func interrupted(after done: Int, of count: Int) -> Failure {
    Failure(
      .interrupted, code: "interrupted",
      "interrupted after \(done) of \(count); what was done is durable",
      hint: "run the same command again: what is done is passed over",
      details: ["done": .integer(Int64(done)), "rows": .integer(Int64(count))])
  }
}
