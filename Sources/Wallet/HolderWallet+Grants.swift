import Cryptography
import Encoding
import Rules

/// A grant that the holder signed.
public struct WalletGrant: Sendable {
  /// The file of the token.
  public let path: String
  /// What was signed.
  public let grant: Grant
  /// Whether its withdrawal was signed; what the ledger has of it, the wallet does not know.
  public let isWithdrawn: Bool
}

extension HolderWallet {
  /// The copy whose key signs a grant for types, if nobody names one.
  ///
  /// Copies bound to a key in the wallet and not expired; of one of the types before others; the
  /// newest one. Throws `noCopyFits`, and `copyAmbiguous` where they are of several persons.
  public func copy(
    for types: [String], at seconds: Int64
  ) throws(WalletError) -> WalletCopy {
    let bound = try copies().filter { copy in
      copy.isValid(at: seconds) && (copy.key.map(hasKey) ?? false)
    }
    let ofTypes = bound.filter { types.contains($0.type) }
    let fitting = ofTypes.isEmpty ? bound : ofTypes
    guard let newest = fitting.first else {
      throw WalletError(
        .noCopyFits,
        "no copy in the wallet is valid and bound to a key of it; have one issued for a new key")
    }
    let commitments = Set(fitting.map { $0.subject?["thread"]?.stringValue })
    guard commitments.count == 1 else {
      throw WalletError(
        .copyAmbiguous, "copies of several persons would do; name one with --copy")
    }
    return newest
  }

  /// Signs a grant with the key of a copy and keeps it; it is durable on return.
  ///
  /// Throws `grantRefused` for terms that no ledger takes, `copyUnbound`, and what opening the key
  /// throws.
  public func sign(
    _ terms: GrantTerms, with copy: WalletCopy, at now: Timestamp, passphrase: SecretBytes
  ) throws(WalletError) -> WalletGrant {
    guard let thumbprint = copy.key else {
      throw WalletError(
        .copyUnbound, "the copy is bound to no key, so nobody can sign with it", at: copy.path)
    }
    let key = try key(thumbprint, passphrase: passphrase)
    let grant: Grant
    do throws(RulesError) {
      grant = try Grant.sign(
        terms, copy: copy.digest, for: copy.origin, at: now.seconds, with: key)
    } catch {
      throw WalletError(.grantRefused, error.message, cause: error)
    }
    let path = path(.grants, grant.number, "jwt")
    try write(Array((grant.text + "\n").utf8), to: path)
    return WalletGrant(path: path, grant: grant, isWithdrawn: false)
  }

  /// All grants, the newest first. Throws `damagedWallet`.
  public func grants() throws(WalletError) -> [WalletGrant] {
    var grants: [WalletGrant] = []
    for number in try names(.grants, ending: "jwt") { grants.append(try grant(number)) }
    return grants.sorted { $0.grant.issuedAt > $1.grant.issuedAt }
  }

  /// The grant with a number. Throws `grantUnknown`, `damagedWallet`.
  public func grant(_ number: Digest) throws(WalletError) -> WalletGrant {
    let path = path(.grants, number, "jwt")
    guard Folder.exists(path) else {
      throw WalletError(.grantUnknown, "this wallet signed no such grant; give its file")
    }
    let grant = try HolderWallet.readGrant(try read(path, Grant.byteCountMax + 1), at: path)
    guard grant.number == number else {
      throw WalletError(
        .damagedWallet, "the file holds another grant than its name says", at: path)
    }
    return WalletGrant(
      path: path, grant: grant,
      isWithdrawn: Folder.exists(self.path(.withdrawals, number, "jwt")))
  }

  /// Signs the withdrawal of a grant with the key that signed it, and keeps it.
  ///
  /// A second time the first one is given again. Throws what opening the key throws.
  public func withdraw(
    _ grant: Grant, at now: Timestamp, passphrase: SecretBytes
  ) throws(WalletError) -> GrantWithdrawal {
    let path = path(.withdrawals, grant.number, "jwt")
    if Folder.exists(path) {
      let known = try HolderWallet.readWithdrawal(
        try read(path, Grant.byteCountMax + 1), at: path)
      guard known.grant == grant.number, known.key == grant.key else {
        throw WalletError(
          .damagedWallet, "the file holds another withdrawal than its name says; take it away",
          at: path)
      }
      return known
    }
    let key = try key(grant.key.thumbprint, passphrase: passphrase)
    let withdrawal: GrantWithdrawal
    do throws(RulesError) {
      withdrawal = try GrantWithdrawal.sign(
        grant: grant.number, for: grant.audience, at: now.seconds, with: key)
    } catch {
      throw WalletError(.grantRefused, error.message, cause: error)
    }
    try write(Array((withdrawal.text + "\n").utf8), to: path)
    return withdrawal
  }

  /// Reads a grant as a file holds it: the token, and a newline or none. Throws `grantRefused`.
  public static func readGrant(
    _ bytes: [UInt8], at place: String
  ) throws(WalletError) -> Grant {
    do throws(RulesError) { return try Grant(parsing: text(bytes)) } catch {
      throw WalletError(.grantRefused, error.message, at: place, cause: error)
    }
  }

  private static func readWithdrawal(
    _ bytes: [UInt8], at place: String
  ) throws(WalletError) -> GrantWithdrawal {
    do throws(RulesError) { return try GrantWithdrawal(parsing: text(bytes)) } catch {
      throw WalletError(.damagedWallet, error.message, at: place, cause: error)
    }
  }

  private static func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self)
  }
}
