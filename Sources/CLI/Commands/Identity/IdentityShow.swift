import ArgumentParser
import Cryptography
import Encoding
import Foundation
import Registry
import Rules

/// `kanhe identity show`.
struct IdentityShow: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show an X.509 identity: a file, or one that a registry knows.",
    discussion: """
      A file (PEM or DER) needs no registry; with --registry its state there is shown too. An id \
      is looked up in the registry.

      Examples:
        kanhe identity show answer/seal.pem
        kanhe identity show mV2zSgQZtcHg_6-tMFktdiJH-9VZ_-s0FPKLVWgc-UU \\
          --registry city
      """)

  @Argument(help: "A file, or the id of an identity.")
  var identity: String

  @OptionGroup var registry: RegistryOptions

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let shown: Identity
    var fact: IdentityFact?
    if FileManager.default.fileExists(atPath: identity) {
      shown = try IdentityFiles.read(identity)
      // Only a registry that was named: a file is looked at as it is.
      if registry.directory != nil { fact = try lookUp(shown.keyID)?.fact }
    } else if let found = try Digest(keyID: identity).flatMap({ try lookUp($0.base64url) }) {
      shown = found.identity
      fact = found.fact
    } else {
      throw Failure(
        .cannot, code: "unknown_identity", "\(identity) is neither a file nor a known identity")
    }
    let object = Self.object(shown, fact)
    try console.result(.object(object), text: { Self.text(object) })
    return .yes
  }

  private func lookUp(_ keyID: String) throws -> (identity: Identity, fact: IdentityFact)? {
    let registry = try registry.open(forWriting: false)
    let found = try registry.identity(keyID)
    try registry.close()
    return found
  }

  private static func object(_ identity: Identity, _ fact: IdentityFact?) -> JSONObject {
    var object: JSONObject = [
      "extended_key_usages": .array(identity.extendedKeyUsages.map { .string($0) }),
      "id": .string(identity.keyID),
      "issuer": .string(identity.issuer),
      "key_usages": .array(
        identity.keyUsages.map {
          .string($0 == .nonRepudiation ? "content_commitment" : Failure.snakeCase($0.rawValue))
        }),
      "not_after": .string(Shape.time(seconds: identity.notAfter)),
      "not_before": .string(Shape.time(seconds: identity.notBefore)),
      "pem": .string(String(decoding: identity.pem, as: UTF8.self)),
      "serial": .string(Hex.encode(identity.serial)), "subject": .string(identity.subject),
    ]
    object["use"] = use(identity).map { .string($0) }
    object["uri"] = identity.uris.first.map { .string($0) }
    object["code"] = identity.organizationIdentifier.map { .string($0) }
    object["authority_key_identifier"] = identity.authorityKeyIdentifier.map {
      .string(Hex.encode($0))
    }
    if let fact {
      object["state"] = .string(fact.state.rawValue)
      object["since"] = .string(Shape.time(seconds: fact.at ?? fact.from))
    }
    return object
  }

  private static func use(_ identity: Identity) -> String? {
    if identity.isCA { return identity.subject == identity.issuer ? "root" : "authority" }
    if identity.extendedKeyUsages == [IdentityProfile.listSignerUsage] { return "list_signer" }
    return IdentityUse(of: identity)?.rawValue
  }

  private static func text(_ object: JSONObject) -> String {
    let names = [
      "use", "subject", "code", "uri", "issuer", "serial", "not_before", "not_after", "state",
      "since",
    ]
    return Table(
      header: ["id", object["id"]?.stringValue ?? ""],
      rows: names.compactMap { name in
        object[name]?.stringValue.map { [name.replacing("_", with: " "), $0] }
      }
    ).aligned
  }
}

extension Digest {
  /// Reads a key id; nil if it is none.
  fileprivate init?(keyID text: String) {
    do {
      try self.init(bytes: try Base64URL.decode(text))
    } catch {
      return nil
    }
  }
}
