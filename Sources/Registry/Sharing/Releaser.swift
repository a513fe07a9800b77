import Cryptography
import Encoding
import Ledger
import Rules

/// One answer with material, as a provider orders it.
public struct ReleaseOrder: Sendable {
  /// The request.
  public let request: ActName
  /// The certificate; nil: the newest one in force.
  public var certificate: String?
  /// The file, where one is asked for.
  public var file: Material.File?

  /// Orders an answer.
  public init(_ request: ActName, certificate: String? = nil, file: Material.File? = nil) {
    self.request = request
    self.certificate = certificate
    self.file = file
  }
}

/// A department's opened keys for releasing: it signs the act and seals the material.
public struct Releaser: Sendable {
  /// Signs the act.
  let act: Signer
  /// Signs the material.
  let seal: Signer
  /// The authority that stands between the seal and the root.
  let authority: Identity
}

extension OpenRegistry {
  /// Opens what a department needs to release; throws what `signer` throws.
  public func releaser(_ code: String) throws(RegistryError) -> Releaser {
    let act = try signer(code, use: .act)
    let seal = try signer(code, use: .seal)
    let ledger = try readFacts { facts throws(RulesError) in try facts.ledger() }
    guard let ledger else {
      throw RegistryError(.damagedLedger, "the ledger was never opened")
    }
    do throws(CryptographyError) {
      let validator = try PathValidator(
        root: try Identity(der: ledger.root), host: settings.host)
      for der in ledger.authorities.reversed() {
        let authority = try Identity(der: der)
        let path = validator.validate(
          leaf: seal.identity, intermediates: [authority], purpose: .seal,
          at: clock.now().seconds, expectedURI: seal.uri)
        if path.isValid { return Releaser(act: act, seal: seal, authority: authority) }
      }
    } catch {
      throw RegistryError(error)
    }
    throw RegistryError(
      .damagedLedger, "no authority of this ledger vouches for the seal", at: code)
  }
}
