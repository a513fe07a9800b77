import Cryptography
import Encoding
import Rules

/// The identities of the world, made anew for each run.
struct WorldKeys {
  let root: Identity
  let authority: Identity
  let listSigner: Identity
  let foreignRoot: Identity
  let registrar: World.Actor
  let police: World.Actor
  let policeSeal: World.Actor
  /// Retired, compromised: two former acting identities of the police.
  let policeRetired: World.Actor
  let policeStolen: World.Actor
  /// Never enrolled.
  let policeNext: World.Actor
  let policeEarly: World.Actor
  let archive: World.Actor
  let fire: World.Actor
  let fireNext: World.Actor
  let water: World.Actor
  /// Receives for water; the second one is retired.
  let waterOpen: World.Actor
  let waterOpenRetired: World.Actor
  let stranger: World.Actor
  /// Under a foreign root.
  let impostor: World.Actor
  let vkey: String
  /// Holders of copies.
  let holder: P256PrivateKey
  let otherHolder: P256PrivateKey

  static let day: Int64 = 86_400

  init(now: Int64) throws {
    let start = now - WorldKeys.day
    let end = start + 100 * WorldKeys.day
    let hierarchy = try Hierarchy(from: start, through: end)
    let foreign = try Hierarchy(from: start, through: end)
    root = hierarchy.root
    authority = hierarchy.authority.identity
    listSigner = hierarchy.listSigner
    foreignRoot = foreign.root
    func actor(_ code: String, _ profile: IdentityProfile = .act) throws -> World.Actor {
      try hierarchy.actor(code, profile, from: start, through: end)
    }
    registrar = try actor(World.registry)
    police = try actor(World.police)
    policeSeal = try actor(World.police, .seal)
    policeRetired = try actor(World.police)
    policeStolen = try actor(World.police)
    policeNext = try actor(World.police)
    policeEarly = try hierarchy.actor(
      World.police, .act, from: now + 50 * WorldKeys.day, through: end)
    archive = try actor(World.archive)
    fire = try hierarchy.actor(World.fire, .act, from: start, through: now + WorldKeys.day)
    fireNext = try actor(World.fire)
    water = try actor(World.water)
    waterOpen = try actor(World.water, .open)
    waterOpenRetired = try actor(World.water, .open)
    stranger = try actor(World.stranger)
    impostor = try foreign.actor(World.stranger, .act, from: start, through: end)
    vkey = try VerifierKeyText.make()
    holder = try .generate()
    otherHolder = try .generate()
  }
}

private struct Hierarchy {
  let root: Identity
  let authority: IdentityIssuer
  let listSigner: Identity

  init(from start: Int64, through end: Int64) throws {
    func subject(_ name: String) -> IdentitySubject {
      IdentitySubject(commonName: name, organizationIdentifier: World.registry)
    }
    let rootKey = try P256PrivateKey.generate()
    let authorityKey = try P256PrivateKey.generate()
    root = try IdentityIssuer.root(
      IdentityContents(
        profile: .root, publicKey: rootKey.publicKey, subject: subject("Root"), validFrom: start,
        through: end), key: rootKey)
    let top = try IdentityIssuer(identity: root, key: rootKey)
    authority = try IdentityIssuer(
      identity: try top.issue(
        IdentityContents(
          profile: .authority(permittedHost: World.host), publicKey: authorityKey.publicKey,
          subject: subject("Authority"), validFrom: start, through: end)), key: authorityKey)
    listSigner = try top.issue(
      IdentityContents(
        profile: .listSigner, publicKey: try P256PrivateKey.generate().publicKey,
        subject: subject("List"), validFrom: start, through: end))
  }

  func actor(
    _ code: String, _ profile: IdentityProfile, from start: Int64, through end: Int64
  ) throws -> World.Actor {
    let key = try P256PrivateKey.generate()
    let identity = try authority.issue(
      IdentityContents(
        profile: profile, publicKey: key.publicKey,
        subject: IdentitySubject(commonName: "Department", organizationIdentifier: code),
        uri: DepartmentURI(host: World.host, code: code).text, validFrom: start, through: end))
    return World.Actor(code: code, key: key, identity: identity)
  }
}
