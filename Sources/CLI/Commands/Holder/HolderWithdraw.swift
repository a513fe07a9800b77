import ArgumentParser
import Cryptography
import Encoding
import Foundation
import Rules
import Wallet

/// `kanhe holder withdraw`: the holder takes a grant back.
struct HolderWithdraw: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "withdraw",
    abstract: "Sign the withdrawal of a grant.",
    discussion: """
      Signed with the key that signed the grant. Anyone lodges it, at any time (grant withdraw); \
      until then the grant holds. The same command gives the same withdrawal again.

      Examples:
        kanhe holder withdraw grant.jwt --wallet my --out withdrawal.jwt
        kanhe holder withdraw AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8 \\
          --wallet my --out withdrawal.jwt
      """)

  @Argument(help: "The grant's file, or its number as holder list shows it.")
  var grant: String

  @Option(help: ArgumentHelp("The new file for the withdrawal.", valueName: "file"))
  var out: String

  @Flag(help: "Replace a file that is there.")
  var force = false

  @OptionGroup var wallet: WalletOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    try OutputFile.requireFree(out, force: force)
    let wallet = try wallet.open()
    let grant = try signed(wallet)
    guard wallet.hasKey(grant.key.thumbprint) else {
      throw Failure(
        .no, code: "key_not_found", "another wallet's key signed this grant",
        hint: "name the wallet whose copy signed it with --wallet")
    }
    let withdrawal = try wallet.withdraw(
      grant, at: Timestamp.now(), passphrase: try Passphrases.read(.wallet))
    try OutputFile.write(
      Array((withdrawal.text + "\n").utf8), to: out, force: force, mode: 0o600)
    let number = grant.number.base64url
    try console.result(
      [
        "grant": .string(number), "out": .string(out),
        "signed_at": .string(Shape.time(seconds: withdrawal.issuedAt)),
      ], text: { "withdrawal of \(number) in \(out)\n" })
    console.hint("have it lodged with grant withdraw; until then the grant holds")
    return .yes
  }

  private func signed(_ wallet: HolderWallet) throws -> Grant {
    if grant == "-" || FileManager.default.fileExists(atPath: grant) {
      let bytes = try InputFile.read(grant, maximumBytes: Grant.byteCountMax + 1)
      return try HolderWallet.readGrant(bytes, at: grant)
    }
    guard let number = Digest(canonicalText: grant) else {
      throw Failure(
        .usage, code: "bad_grant", "this is neither a file that is there nor a grant's number")
    }
    do throws(WalletError) {
      return try wallet.grant(number).grant
    } catch {
      guard error.code == .grantUnknown else { throw error }
      throw Failure(.no, code: "grant_unknown", error.message)
    }
  }
}
