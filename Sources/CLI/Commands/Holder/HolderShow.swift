import ArgumentParser
import Certificates
import Encoding
import Wallet

/// `kanhe holder show`.
struct HolderShow: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a copy: its claims, its place in the ledger, and the grants signed with it.",
    discussion: """
      The copy is named by the certificate's identifier or by its digest.

      Examples:
        kanhe holder show 1.2.156.3005.2.… --wallet my
        kanhe holder show mV2zSgQZtcHg_6-tMFktdiJH-9VZ_-s0FPKLVWgc-UU \\
          --wallet my --format json
      """)

  @Argument(help: "The certificate's identifier, or the digest of the copy.")
  var copy: String

  @OptionGroup var wallet: WalletOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let wallet = try wallet.open()
    let copy = try wallet.named(self.copy)
    let grants = try wallet.grants().filter { $0.grant.copy == copy.digest }
    var object = HolderShape.copy(copy, in: wallet, grants: grants)
    object["claims"] = .object(copy.certificate.claims)
    object["grants"] = .array(grants.map { .object(HolderShape.grant($0)) })
    if let key = copy.key { object["holder"] = .string(key.base64url) }
    try console.result(
      .object(object),
      text: {
        var text = Table(rows: ClaimLabels.rows(copy.certificate, type: nil)).aligned
        let names = ["key", "issuer", "origin", "index", "issued_at", "copy", "file"]
        text +=
          "\n"
          + Table(
            rows: names.map { name in
              let value = object[name]
              return [name, value?.stringValue ?? value?.integerValue.map(String.init) ?? ""]
            }
          ).aligned
        for held in grants {
          text += "\ngrant \(held.grant.number.base64url)"
          text += held.isWithdrawn ? " (withdrawal signed)\n" : "\n"
          text += Table(rows: GrantShape.rows(held.grant.terms)).aligned
        }
        return text
      })
    return .yes
  }
}

extension HolderWallet {
  /// A copy by what was typed; that there is none is an answer.
  func named(_ name: String) throws -> WalletCopy {
    do throws(WalletError) {
      return try copy(named: name)
    } catch {
      guard error.code == .copyUnknown else { throw error }
      throw Failure(.no, code: "copy_unknown", error.message)
    }
  }
}
