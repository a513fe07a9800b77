import ArgumentParser
import Certificates
import Encoding
import Foundation
import Wallet

/// `kanhe holder key`: a new key for a copy.
struct HolderKey: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Make a key for a new copy, and print its public half.",
    discussion: """
      The private key stays in the wallet, under the wallet's passphrase \
      (KANHE_WALLET_PASSPHRASE_FILE). What is printed is a JWK: the department issues for it with \
      certificate issue --holder-key, or takes --format csv into the column holder_key of its \
      sheet. One key for each copy: two copies with one key can be linked.

      Examples:
        kanhe holder key --wallet my --out key.jwk
        kanhe holder key --wallet my --format csv
      """)

  @Option(help: ArgumentHelp("Write the JWK into a file instead.", valueName: "file"))
  var out: String?

  @Flag(help: "Replace a file that is there.")
  var force = false

  @OptionGroup var wallet: WalletOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    if let out { try OutputFile.requireFree(out, force: force) }
    let wallet = try wallet.open(isMaking: true)
    let isFirst = try wallet.keys().isEmpty
    let passphrase = try Passphrases.read(.wallet, confirming: isFirst)
    let key = try wallet.makeKey(passphrase: passphrase)
    let jwk = JWK.canonicalBytes(key)
    let text = String(decoding: jwk, as: UTF8.self)
    if let out { try OutputFile.write(jwk + [0x0A], to: out, force: force) }
    var object: JSONObject = [
      "holder_key": .string(text), "jwk": try JSONValue(parsing: jwk),
      "key": .string(key.thumbprint.base64url),
    ]
    if let out { object["out"] = .string(out) }
    try console.result(
      .object(object),
      text: { out.map { "\(key.thumbprint.base64url) in \($0)\n" } ?? text + "\n" },
      table: { Table(header: ["holder_key"], rows: [[text]]) })
    return .yes
  }
}
