import ArgumentParser
import Certificates
import Encoding
import Foundation
import Wallet

/// `kanhe holder`: what a person keeps and signs.
struct HolderNoun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "holder", abstract: "A holder's wallet: keys, certificates, grants.",
    subcommands: [
      HolderKey.self, HolderImport.self, HolderList.self, HolderShow.self, HolderGrant.self,
      HolderWithdraw.self, HolderPresent.self, HolderLog.self,
    ])
}

/// Where the wallet is.
struct WalletOptions: ParsableArguments {
  @Option(
    name: .customLong("wallet"),
    help: ArgumentHelp("The wallet's folder; default $KANHE_WALLET.", valueName: "dir"))
  var directory: String?

  /// Opens the wallet that is named; with `isMaking` a new folder becomes one.
  func open(isMaking: Bool = false) throws -> HolderWallet {
    let given = directory ?? ProcessInfo.processInfo.environment["KANHE_WALLET"]
    guard let given, !given.isEmpty else {
      throw Failure(
        .usage, code: "wallet_missing", "no wallet was named",
        hint: "give --wallet DIR or set KANHE_WALLET")
    }
    return try HolderWallet(directory: given, isMaking: isMaking)
  }
}

/// How copies and grants are shown.
enum HolderShape {
  static let copyColumns = [
    "name", "type", "valid_until", "key", "grants", "identifier", "copy",
  ]

  /// A copy without its claims; `grants` are those signed with its key.
  static func copy(
    _ copy: WalletCopy, in wallet: HolderWallet, grants: [WalletGrant]
  ) -> JSONObject {
    let claims = copy.certificate.claims
    let key = copy.key.map { wallet.hasKey($0) ? "own" : "missing" } ?? "none"
    var object: JSONObject = [
      "copy": .string(copy.digest.base64url), "file": .string(copy.path),
      "grants": .integer(Int64(grants.count { $0.grant.copy == copy.digest })),
      "index": Shape.index(copy.delivery.receipt.entry.index),
      "issued_at": .string("\(copy.delivery.receipt.entry.received)"),
      "issuer": .string(copy.certificate.issuer), "key": .string(key),
      "origin": .string(copy.origin), "type": .string(copy.type),
    ]
    for name in ["identifier", "name", "valid_from", "valid_until"] {
      if let text = claims[name]?.stringValue { object[name] = .string(text) }
    }
    return object
  }

  /// What was shown once; what cannot be read any more is told by its file alone.
  static func presentation(_ shown: WalletPresentation) -> JSONObject {
    var object: JSONObject = [
      "copy": .string(shown.copy.base64url), "file": .string(shown.path),
    ]
    do throws(CertificatesError) {
      let answer = try UnverifiedCertificate(parsing: shown.answer, keyBinding: .demanded)
      let binding = answer.unverifiedBinding
      object["shown_at"] = binding.map { .string(Shape.time(seconds: $0.issuedAt)) }
      guard let request = shown.request else {
        object["audience"] = binding.map { .string($0.audience) }
        object["claims"] = .array(HolderPresent.names(answer.claims).map { .string($0) })
        return object
      }
      let terms = try PresentationRequest(parsing: request).terms
      object["asked_at"] = .string(Shape.time(seconds: terms.issuedAt))
      object["claims"] = .array(terms.query.claimNames.map { .string($0) })
      object["purpose"] = .string(terms.purpose.code)
      object["asker"] = .string(terms.issuer)
      object["text"] = .string(terms.purpose.text)
    } catch {
      object["code"] = .string("\(error.code)")
    }
    return object
  }

  /// A grant as the holder signed it.
  static func grant(_ held: WalletGrant) -> JSONObject {
    var object = GrantShape.terms(held.grant.terms)
    object["copy"] = .string(held.grant.copy.base64url)
    object["file"] = .string(held.path)
    object["grant"] = .string(held.grant.number.base64url)
    object["signed_at"] = .string(Shape.time(seconds: held.grant.issuedAt))
    object["state"] = held.isWithdrawn ? "withdrawn" : "signed"
    return object
  }
}
