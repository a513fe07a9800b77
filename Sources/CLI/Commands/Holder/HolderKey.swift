import ArgumentParser
import Certificates
import Encoding
import Foundation
import Wallet

/// `kanhe holder key`: a new key for a copy.
struct HolderKey: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Make a key for a new copy, and print what an issuer takes.",
    discussion: """
      The private key stays in the wallet, under the wallet's passphrase \
      (KANHE_WALLET_PASSPHRASE_FILE). What is printed is the public half, signed with the private \
      one: the department issues for it with certificate issue --holder-key or certificate copy, \
      or takes --format csv into the column holder_key of its sheet. One \
      key for each copy: two copies with one key can be linked.

      Examples:
        kanhe holder key --wallet my --out key.jwt
        kanhe holder key --wallet my --format csv
      """)

  @Option(help: ArgumentHelp("Write it into a file instead.", valueName: "file"))
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
    let key = try wallet.makeKey(
      passphrase: passphrase, at: Timestamp.now().seconds)
    let path = wallet.proofPath(key.thumbprint)
    let proof = try BoundedFile.read(path: path, maximumBytes: HolderKeyProof.byteCountMax)
    let text = String(decoding: proof.dropLast(), as: UTF8.self)
    if let out { try OutputFile.write(proof, to: out, force: force) }
    var object: JSONObject = [
      "holder_key": .string(text), "jwk": try JSONValue(parsing: JWK.canonicalBytes(key)),
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
