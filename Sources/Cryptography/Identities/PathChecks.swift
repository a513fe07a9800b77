internal import COpenSSL

/// The checks of a path that do not depend on time or on what the caller expects.
enum PathChecks {
  private typealias Found = PathFailure

  /// Whether `issuer` is named by `identity` as its issuer: names and key identifiers.
  static func isIssued(_ identity: Identity, by issuer: Identity) -> Bool {
    unsafe identity.handle.withPointer { leaf in
      unsafe issuer.handle.withPointer { parent in
        let code = unsafe X509_check_issued(parent, leaf)
        // A parent without the right to issue is still the one meant: reported as such later.
        return code == X509_V_OK || code == X509_V_ERR_KEYUSAGE_NO_CERTSIGN
      }
    }
  }

  /// RFC 5280 validation of one link by libcrypto, strict and without regard to time, plus our
  /// own rule on algorithms. `issuer` is taken as trusted.
  static func link(from identity: Identity, to issuer: Identity) -> [PathFailure] {
    var failures = algorithms(of: identity, as: identity.isCA ? .authority : .leaf)
    let party: PathFailure.Party = identity.isCA ? .authority : .leaf
    guard issuer.publicKey != nil else { return failures }
    guard let codes = verify(identity, under: issuer) else {
      failures.append(Found(.malformed, party, "libcrypto could not look at the identity"))
      return failures
    }
    for code in codes {
      let failure = translate(code, party)
      // Of several findings with one meaning the first says enough.
      if !failures.contains(where: { $0.code == failure.code }) { failures.append(failure) }
    }
    return failures
  }

  /// Keys must be P-256 and signatures ECDSA with SHA-256; RSA is refused by name.
  static func algorithms(of identity: Identity, as party: PathFailure.Party) -> [PathFailure] {
    if identity.publicKey == nil {
      return [
        Found(.weakKey, party, "its key is \(identity.keyDescription); only P-256 is accepted")
      ]
    }
    if !identity.usesECDSAWithSHA256 {
      return [Found(.weakKey, party, "it is signed by another algorithm than ECDSA with SHA-256")]
    }
    return []
  }

  /// What is wrong with an identity itself, whoever issued it.
  static func intrinsic(_ identity: Identity, for purpose: IdentityPurpose) -> [PathFailure] {
    purpose == .authority ? authority(identity) : leaf(identity, for: purpose)
  }

  /// What an authority must be, beyond RFC 5280.
  static func authority(_ identity: Identity) -> [PathFailure] {
    var failures: [PathFailure] = []
    if !identity.isCA {
      return [Found(.notCA, .authority, "it may not issue identities")]
    }
    if identity.keyUsages != IdentityPurpose.authority.keyUsages {
      failures.append(
        Found(.wrongUsage, .authority, "an authority's key signs identities, nothing else"))
    }
    if identity.pathLength != 0 {
      failures.append(Found(.pathLength, .authority, "its path length is not 0"))
    }
    if !identity.extendedKeyUsages.isEmpty {
      failures.append(
        Found(.wrongExtendedUsage, .authority, "an authority has no extended key usage"))
    }
    let hosts = identity.permittedURIHosts
    // A leading full stop would admit every host below, and is no host.
    if hosts.count != 1 || !hosts.allSatisfy(IdentityContents.isHost) {
      failures.append(Found(.nameConstraint, .authority, "it is not limited to exactly one host"))
    }
    if identity.uris.count + identity.dnsNames.count + identity.otherNameCount > 0 {
      failures.append(Found(.uriMismatch, .authority, "an authority has no alternative names"))
    }
    return failures
  }

  /// What a leaf must be for its purpose: required bits present, every other absent.
  static func leaf(_ identity: Identity, for purpose: IdentityPurpose) -> [PathFailure] {
    var failures: [PathFailure] = []
    if identity.isCA {
      failures.append(Found(.wrongUsage, .leaf, "it is an authority, not an identity to use"))
    } else if identity.keyUsages != purpose.keyUsages {
      let wanted = names(purpose.keyUsages)
      let found = identity.keyUsages.isEmpty ? "none" : names(identity.keyUsages)
      failures.append(
        Found(
          .wrongUsage, .leaf,
          "for \(purpose.rawValue) its key usage must be exactly \(wanted), not \(found)"))
    }
    if identity.extendedKeyUsages != purpose.extendedKeyUsages {
      failures.append(
        Found(
          .wrongExtendedUsage, .leaf,
          "its extended key usage is not that of \(purpose.rawValue)"))
    }
    let others = identity.dnsNames.count + identity.otherNameCount
    let uriCounts = purpose == .listSigner ? 0...1 : 1...1
    if others > 0 || !uriCounts.contains(identity.uris.count) {
      failures.append(
        Found(.uriMismatch, .leaf, "it must name one URI and nothing else as alternative name"))
    }
    return failures
  }

  private static func names(_ usages: [KeyUsage]) -> String {
    usages.map(\.rawValue).joined(separator: ", ")
  }

  private final class Findings {
    var codes: [Int32] = []
  }

  /// Every error code libcrypto reports; nil when the check could not be made.
  private static func verify(_ identity: Identity, under issuer: Identity) -> [Int32]? {
    guard let store = unsafe X509_STORE_new() else { return nil }
    defer { unsafe X509_STORE_free(store) }
    guard let context = unsafe X509_STORE_CTX_new() else { return nil }
    defer { unsafe X509_STORE_CTX_free(context) }
    let findings = Findings()
    return withExtendedLifetime(findings) {
      unsafe identity.handle.withPointer { leaf in
        unsafe issuer.handle.withPointer { parent in
          ERR_clear_error()
          defer { ERR_clear_error() }
          guard unsafe X509_STORE_add_cert(store, parent) == 1,
            unsafe X509_STORE_CTX_init(context, store, leaf, nil) == 1,
            unsafe X509_STORE_CTX_set_ex_data(
              context, 0, Unmanaged.passUnretained(findings).toOpaque()) == 1
          else { return nil }
          unsafe X509_STORE_CTX_set_flags(
            context,
            UInt(X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME))
          // Collects every error and goes on (X509_STORE_CTX_set_verify_cb(3)).
          unsafe X509_STORE_CTX_set_verify_cb(context) { passed, context in
            guard passed == 0, let context = unsafe context,
              let raw = unsafe X509_STORE_CTX_get_ex_data(context, 0)
            else { return passed }
            let findings = unsafe Unmanaged<Findings>.fromOpaque(raw).takeUnretainedValue()
            unsafe findings.codes.append(X509_STORE_CTX_get_error(context))
            return 1
          }
          let result = unsafe X509_verify_cert(context)
          if result != 1 && findings.codes.isEmpty {
            unsafe findings.codes.append(X509_STORE_CTX_get_error(context))
          }
          return result < 0 && findings.codes == [X509_V_OK] ? nil : findings.codes
        }
      }
    }
  }

  private static func translate(_ code: Int32, _ party: PathFailure.Party) -> PathFailure {
    let text = unsafe X509_verify_cert_error_string(Int(code)).map { unsafe String(cString: $0) }
    let kind: PathFailure.Code
    switch code {
    case X509_V_ERR_CERT_SIGNATURE_FAILURE, X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
      kind = .badSignature
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
      X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_CERT_UNTRUSTED:
      kind = .foreignRoot
    case X509_V_ERR_INVALID_CA, X509_V_ERR_KEYUSAGE_NO_CERTSIGN, X509_V_ERR_INVALID_NON_CA:
      kind = .notCA
    case X509_V_ERR_PATH_LENGTH_EXCEEDED, X509_V_ERR_CERT_CHAIN_TOO_LONG:
      kind = .pathLength
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
      kind = .unknownCriticalExtension
    case X509_V_ERR_PERMITTED_VIOLATION, X509_V_ERR_EXCLUDED_VIOLATION,
      X509_V_ERR_SUBTREE_MINMAX, X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE,
      X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
      kind = .nameConstraint
    case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK,
      X509_V_ERR_EC_KEY_EXPLICIT_PARAMS:
      kind = .weakKey
    default:
      kind = .malformed
    }
    return Found(kind, party, text ?? "verification error \(code)")
  }
}
