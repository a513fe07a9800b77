import Certificates
import Cryptography
import Ledger

/// What `registry init` is told.
public struct NewRegistry: Sendable {
  /// Characters of a name that would show it otherwise than it is written.
  private static let forbidden: [ClosedRange<UInt32>] = [
    0...0x1F, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF...0xFEFF,
  ]

  /// The display name, 1 to 200 characters.
  public let name: String
  /// The host of all URIs.
  public let host: String
  /// The ledger's origin.
  public let origin: String
  /// The registry's own department.
  public let code: USCC
  /// The state folder; nil for `<directory>.state`.
  public let state: String?
  /// How dear it is to try a passphrase.
  public let keys: KeyCost

  /// Checks the values; throws `invalidSettings`.
  public init(
    name: String, host: String, origin: String, code: String, state: String? = nil,
    keys: KeyCost = .production
  ) throws(RegistryError) {
    guard NewRegistry.isName(name) else {
      throw RegistryError(
        .invalidSettings,
        "a name has 1 to 200 characters, no control and no direction marks", at: "name")
    }
    guard IdentityContents.isHost(host) else {
      throw RegistryError(
        .invalidSettings, "a host is a DNS name in lower case, such as kanhe.example.cn",
        at: "host")
    }
    guard RegistryNames.isOrigin(origin, of: host) else {
      throw RegistryError(
        .invalidSettings,
        "the ledger's origin is the host or begins with it and a slash, as in \(host)/ledger",
        at: "origin")
    }
    do throws(CertificatesError) {
      self.code = try USCC(code)
    } catch {
      throw RegistryError(.invalidSettings, error.message, cause: error, at: "code")
    }
    do throws(LedgerError) {
      _ = try Checkpoint(origin: origin, head: .empty)
      guard origin.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "+") }) else {
        throw LedgerError(.invalidCheckpoint, "an origin is visible ASCII without + and spaces")
      }
    } catch {
      throw RegistryError(
        .invalidSettings, "an origin is like kanhe.example.cn/ledger: ASCII, no + and no spaces",
        cause: error, at: "origin")
    }
    self.name = name
    self.host = host
    self.origin = origin
    self.state = state
    self.keys = keys
  }

  /// Whether a text can be the name of a registry or a department.
  static func isName(_ name: String) -> Bool {
    (1...200).contains(name.count)
      && !name.unicodeScalars.contains { scalar in
        forbidden.contains { $0.contains(scalar.value) }
      }
  }
}
