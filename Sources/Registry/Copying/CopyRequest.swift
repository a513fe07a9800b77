import Certificates
import Cryptography
import Ledger

/// A further copy of a certificate for another key, or an end of copies, or both at once.
///
/// Spec: issuing.md, "Further copies".
public struct CopyRequest: Sendable {
  /// The certificate.
  public let identifier: CertificateIdentifier
  /// The key that the new copy is bound to; nil where copies are stopped only.
  public let holderKey: P256PublicKey?
  /// Whose it is: the number of the subject, from 1; nil for the only one.
  public let subject: Int?
  /// The copies that stop, by the digests of their tokens.
  public let stopped: [Digest]
  /// The line of the sheet, from 1.
  public let line: Int?

  /// At most so many copies stop in one entry.
  public static let stoppedCountMax = 16

  /// Asks for a copy; throws `invalidInput` where nothing is asked, or too much at once.
  public init(
    _ identifier: CertificateIdentifier, holderKey: P256PublicKey?, subject: Int? = nil,
    stopped: [Digest] = [], line: Int? = nil
  ) throws(RegistryError) {
    guard holderKey != nil || !stopped.isEmpty else {
      throw RegistryError(
        .invalidInput, "give the holder's key of the new copy, or a copy that stops")
    }
    guard stopped.count <= CopyRequest.stoppedCountMax, Set(stopped).count == stopped.count else {
      throw RegistryError(.invalidInput, "1 to 16 copies stop at once, each named once")
    }
    self.identifier = identifier
    self.holderKey = holderKey
    self.subject = subject
    self.stopped = stopped
    self.line = line
  }
}

/// What one request came to.
public struct MadeCopy: Sendable, Hashable {
  /// The certificate.
  public let identifier: String
  /// The new copy, by the digest of its token; nil where copies stopped only.
  public let digest: Digest?
  /// The name of its delivery, `<identifier>.<copy>`; nil where copies stopped only.
  public let name: String?
  /// How many copies stopped.
  public let stoppedCount: Int
  /// The entry; nil where copies were stopped before.
  public let index: LeafIndex?

  init(
    identifier: String, digest: Digest?, name: String?, stoppedCount: Int, index: LeafIndex?
  ) {
    self.identifier = identifier
    self.digest = digest
    self.name = name
    self.stoppedCount = stoppedCount
    self.index = index
  }

  /// Copies that an earlier act stopped.
  init(standing found: StoredCertificate) {
    self.init(
      identifier: found.identifier.text, digest: nil, name: nil, stoppedCount: 0, index: nil)
  }
}

/// What became of one request.
enum CopyOutcome {
  /// It entered, now or before; `IssuedCertificate` is what the delivery is made from.
  case made(MadeCopy, IssuedCertificate?, isNew: Bool)
  /// It was refused.
  case refused(StateRefusal)
}

// The refusals that are known before anything is signed.
extension StateRefusal {
  static func copy(_ request: CopyRequest, _ reason: CopyRefusal) -> StateRefusal {
    StateRefusal(
      line: request.line, column: reason.column, code: reason.rawValue, reason.message)
  }
}

/// Why a copy is not made or not stopped.
enum CopyRefusal: String {
  case notIssuer = "not_issuer"
  case ended
  case expired
  case suspended
  case noSubject = "no_subject"
  case keyUsed = "key_used"
  case keyShared = "key_shared"
  case noSuchCopy = "no_such_copy"
  case lastCopy = "last_copy"
  case tooManyCopies = "too_many_copies"

  /// The column of a sheet at fault.
  var column: String {
    switch self {
    case .notIssuer, .ended, .expired, .suspended, .tooManyCopies: "identifier"
    case .noSubject: "subject"
    case .keyUsed, .keyShared: "holder_key"
    case .noSuchCopy, .lastCopy: "stop"
    }
  }

  /// What went wrong and the remedy.
  var message: String {
    switch self {
    case .notIssuer:
      "only the department that issued a certificate makes copies of it; who answers for it "
        + "replaces the certificate"
    case .ended: "the certificate has ended; issue a new one"
    case .expired: "the certificate's last day is over; issue a new one"
    case .suspended:
      "the certificate is suspended: tokens that were published say nothing of a new copy; "
        + "reinstate it first"
    case .noSubject:
      "the certificate has several subjects, or none of that number, or the type has no copy for "
        + "it; say whose the copy is: 1 for the first"
    case .keyUsed:
      "another copy of the certificate has or had this key: whoever sees both could link them; "
        + "make a new key"
    case .keyShared:
      "another row has this key: whoever sees both could link them; make a key for each copy"
    case .noSuchCopy:
      "the certificate has no copy with this digest; 'certificate show' lists them"
    case .lastCopy:
      "no copy would be left in use; make another in the same act, or revoke the certificate"
    case .tooManyCopies:
      "the certificate has as many copies as it may; stop those that are not used"
    }
  }
}
