import Cryptography
import Encoding
import Ledger
import Rules

// Errors of the modules below, mapped once, where they enter this module.
extension RegistryError {
  /// A file that could not be read or written.
  init(file error: EncodingError) {
    let code: Code =
      switch error.code {
      case .diskFull: .diskFull
      case .permissionDenied: .notWritable
      case .fileNotFound: .notFound
      default: .inputOutput
      }
    self.init(code, error.message, cause: error, at: error.location?.description)
  }

  /// Settings that cannot be read as what they should be.
  init(settings error: EncodingError, at path: String) {
    self.init(
      .damagedSettings, "the file was changed or is of another kind; restore it from a backup",
      cause: error, at: path)
  }

  /// An operation with a key or a digest.
  init(_ error: CryptographyError, at location: String? = nil) {
    let code: Code =
      switch error.code {
      case .wrongPassphrase: .wrongPassphrase
      case .costTooLow: .keyTooCheap
      case .invalidRequest: .invalidRequest
      case .weakKey: .weakKey
      case .noPossession: .noPossession
      default: .cryptography
      }
    self.init(code, error.message, cause: error, at: location)
  }

  /// The ledger's database, or what is in it.
  init(_ error: LedgerError) {
    let code: Code =
      switch error.code {
      case .conflict: .conflict
      case .readOnly: .notWritable
      case .storage, .inputOutput: .inputOutput
      case .missingRun: .notFound
      case .entryTooLarge, .invalidEvent, .tooManyTags: .invalidEvent
      default: .damagedLedger
      }
    self.init(code, error.message, cause: error, at: error.location)
  }
}

extension RegistryError {
  /// The rules' own errors: an event that cannot be built, facts that cannot be read.
  init(_ error: RulesError) {
    let code: Code =
      switch error.code {
      case .sourceFailed, .malformedFact: .damagedLedger
      case .signingFailed: .cryptography
      default: .invalidEvent
      }
    self.init(code, error.message, cause: error, at: error.location)
  }
}
