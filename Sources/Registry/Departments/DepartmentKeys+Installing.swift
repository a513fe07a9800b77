import Certificates
import Cryptography
import Encoding
import Rules

/// What a department got back from the registry, not yet believed.
public struct ReceivedIdentities: Sendable {
  /// The registry's root.
  public var root: Identity
  /// Authorities, in any order.
  public var authorities: [Identity]
  /// The department's identities.
  public var leaves: [Identity]
  /// The ledger's origin.
  public var origin: String

  /// Takes what was received.
  public init(root: Identity, authorities: [Identity], leaves: [Identity], origin: String) {
    self.root = root
    self.authorities = authorities
    self.leaves = leaves
    self.origin = origin
  }
}

/// Why a received identity is not installed.
public struct IdentityFault: Sendable, Hashable {
  /// The reasons; stable.
  public enum Code: String, Sendable, Hashable {
    /// No key in the folder belongs to it.
    case noSuchKey = "no_such_key"
    /// It does not lead to the root, or the folder is of another registry.
    case foreignRoot = "foreign_root"
    /// Its usages are not those of acting, sealing or opening.
    case wrongUsage = "wrong_usage"
    /// It is another department's, or of none.
    case uriMismatch = "uri_mismatch"
    /// Its path to the root has another fault, such as being expired.
    case path = "path_invalid"
  }

  /// The reason.
  public let code: Code
  /// The identity's id; nil for a fault of the whole.
  public let keyID: String?
  /// What is wrong, for a person.
  public let message: String
}

extension DepartmentKeys {
  /// Why identities cannot be installed; empty if they can. Changes nothing and needs no key.
  ///
  /// Throws what reading the folder throws.
  public func faults(
    of received: ReceivedIdentities, at now: Timestamp
  ) throws(RegistryError) -> [IdentityFault] {
    if let known = try identity("root.pem"), known != received.root {
      return [fault(.foreignRoot, nil, "the folder belongs to a registry with another root")]
    }
    if let known = try line("origin"), known != received.origin {
      return [fault(.foreignRoot, nil, "the folder belongs to another ledger")]
    }
    let validator: PathValidator
    do throws(CryptographyError) {
      validator = try PathValidator(root: received.root)
    } catch {
      return [fault(.foreignRoot, nil, error.message)]
    }
    let expected = try installedURI() ?? received.leaves.first?.uris.first
    guard let expected, DepartmentURI(expected) != nil else {
      return [fault(.uriMismatch, nil, "there is no identity of a department")]
    }
    var faults: [IdentityFault] = []
    for leaf in received.leaves {
      guard let use = IdentityUse(of: leaf) else {
        faults.append(
          fault(.wrongUsage, leaf, "its usages are not those of acting, sealing or opening"))
        continue
      }
      let path = validator.validate(
        leaf: leaf, intermediates: received.authorities, purpose: use.purpose, at: now.seconds,
        expectedURI: expected)
      faults += path.failures.map { fault(code(of: $0.code), leaf, $0.description) }
      if keyPath(of: leaf) == nil {
        faults.append(fault(.noSuchKey, leaf, "no key in \(directory) belongs to it"))
      }
    }
    return faults
  }

  /// Installs identities without faults; what is installed already stays.
  ///
  /// The identity is durable before its key takes its name: an interrupted call is repeated.
  /// Throws `notWritable`, `diskFull`, `inputOutput`.
  public func install(_ received: ReceivedIdentities) throws(RegistryError) {
    for (name, identity) in [("root.pem", received.root)]
      + received.authorities.prefix(1).map({ ("authority.pem", $0) })
    {
      try KeyStore.write(identity.pem, to: "\(directory)/\(name)", mode: 0o644)
    }
    try KeyStore.write(
      Array((received.origin + "\n").utf8), to: directory + "/origin", mode: 0o644)
    for leaf in received.leaves {
      let target = "\(directory)/\(leaf.keyID).key"
      try KeyStore.write(leaf.pem, to: "\(directory)/\(leaf.keyID).pem", mode: 0o644)
      guard let source = keyPath(of: leaf), source != target else { continue }
      try RegistryPaths.rename(source, to: target)
      try sync(directory)
      try sync(pending)
    }
    if let act = received.leaves.last(where: { IdentityUse(of: $0) == .act }) {
      try KeyStore.write(Array((act.keyID + "\n").utf8), to: directory + "/act", mode: 0o644)
    }
  }

  /// Where the key of an identity lies; nil if it is not here.
  private func keyPath(of leaf: Identity) -> String? {
    let installed = "\(directory)/\(leaf.keyID).key"
    if RegistryPaths.exists(installed) { return installed }
    guard let thumbprint = leaf.publicKey?.thumbprint else { return nil }
    let waiting = "\(pending)/\(thumbprint.base64url).key"
    return RegistryPaths.exists(waiting) ? waiting : nil
  }

  private func installedURI() throws(RegistryError) -> String? {
    guard let keyID = try line("act") else { return nil }
    return try identity("\(keyID).pem")?.uris.first
  }

  private func code(of failure: PathFailure.Code) -> IdentityFault.Code {
    switch failure {
    case .foreignRoot, .missingAuthority, .badSignature, .notCA: .foreignRoot
    case .wrongUsage, .wrongExtendedUsage: .wrongUsage
    case .uriMismatch, .nameConstraint, .foreignHost: .uriMismatch
    default: .path
    }
  }

  private func fault(
    _ code: IdentityFault.Code, _ identity: Identity?, _ message: String
  ) -> IdentityFault {
    IdentityFault(code: code, keyID: identity?.keyID, message: message)
  }
}
