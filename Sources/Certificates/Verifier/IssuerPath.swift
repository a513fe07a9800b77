import Cryptography
import Encoding
import Synchronization

/// The identities of an `x5c`, read, and what is wrong with them.
package struct IssuerPath {
  /// The signing identity.
  package let leaf: Identity?
  private let intermediates: [Identity]
  private let readingFault: CertificatesError?
  /// Whether all identities could be read.
  var isRead: Bool { readingFault == nil }

  package init(_ chain: [[UInt8]], reader: IdentityReaderCache) {
    var identities: [Identity] = []
    var fault: CertificatesError?
    for (index, der) in chain.enumerated() {
      do {
        identities.append(try reader.identity(der))
      } catch {
        fault = CertificatesError(
          .identityInvalid, "an identity cannot be read: \(error.message)", cause: error,
          at: "x5c[\(index)]")
        break
      }
    }
    leaf = identities.first
    intermediates = Array(identities.dropFirst())
    readingFault = fault
  }

  /// Why the path must not be believed; empty if it leads to the root at the time.
  package func faults(
    under paths: PathValidator, for purpose: IdentityPurpose, at time: Int64, uri: String?
  ) -> [CertificatesError] {
    if let readingFault { return [readingFault] }
    guard let leaf else {
      return [CertificatesError(.keyReferenceMissing, "there is no identity", at: "x5c")]
    }
    // An anchor that came with the token would vouch for itself.
    if leaf == paths.root || intermediates.contains(paths.root) {
      return [
        CertificatesError(
          .identityInvalid, "the root must not stand in x5c; remove it", at: "x5c")
      ]
    }
    let result = paths.validate(
      leaf: leaf, intermediates: intermediates, purpose: purpose, at: time, expectedURI: uri)
    return result.failures.map { failure in
      CertificatesError(
        CertificatesError.Code(failure.code), "\(failure.party.rawValue): \(failure.message)",
        at: "x5c")
    }
  }

  /// Whether the leaf's key signed a token.
  func signed(_ token: JWS) -> Bool {
    guard let key = leaf?.publicKey else { return false }
    return token.isSigned(by: key)
  }
}

/// Identities that were read before: a department's certificates all bring the same two.
package final class IdentityReaderCache: Sendable {
  /// When a hostile input floods it, all is forgotten.
  private static let countMax = 1024
  private let known = Mutex<[Digest: Identity]>([:])

  package init() {}

  package func identity(_ der: [UInt8]) throws(CryptographyError) -> Identity {
    let name = SHA256.hash(der)
    if let identity = known.withLock({ $0[name] }) { return identity }
    let identity = try Identity(der: der)
    known.withLock { known in
      if known.count >= Self.countMax { known.removeAll(keepingCapacity: true) }
      known[name] = identity
    }
    return identity
  }
}

extension CertificatesError.Code {
  /// The code of a failure on the path to the root: `foreign_root`, `wrong_usage`, `expired`, …
  package init(_ code: PathFailure.Code) {
    switch code {
    case .expired: self = .identityExpired
    case .notYetValid: self = .identityNotYetValid
    case .foreignRoot: self = .foreignRoot
    case .missingAuthority: self = .missingAuthority
    case .wrongUsage: self = .wrongUsage
    case .wrongExtendedUsage: self = .wrongExtendedUsage
    case .uriMismatch: self = .uriMismatch
    case .nameConstraint: self = .nameConstraint
    case .foreignHost: self = .foreignHost
    case .pathLength: self = .pathLength
    case .weakKey: self = .weakKey
    case .badSignature: self = .badIdentitySignature
    case .notCA: self = .notAuthority
    case .unknownCriticalExtension: self = .criticalExtension
    case .malformed: self = .identityInvalid
    }
  }
}
