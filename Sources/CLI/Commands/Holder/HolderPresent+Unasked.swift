import Certificates
import Cryptography
import Encoding
import Foundation
import Wallet

// Claims that a holder shows unasked, by their names. Spec: cli/holder.md, "present".
extension HolderPresent {
  func presentUnasked(_ console: Console) throws -> Failure.Status {
    guard let claims, let to else { throw Failure(.usage, code: "usage", "give --claims and --to") }
    let names = claims.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: CharacterSet(charactersIn: " "))
    }
    guard names.allSatisfy({ !$0.isEmpty }), Set(names).count == names.count else {
      throw Failure(
        .usage, code: "claims", "--claims is a list of names with commas between, each once")
    }
    let wallet = try wallet.open()
    let now = Timestamp.now()
    let offers = try offered { () throws(WalletError) in
      try wallet.offers(of: names, named: self.copy, at: now.seconds)
    }
    let anchors = trust.evidence.isEmpty ? [] : try trust.anchors()
    let choice = try choice(among: offers, of: wallet, anchors, at: now, console)
    let copy = choice.offer.copy
    let shown = try choice.offer.presentation.shown()
    let visible = Set(HolderPresent.names(shown.claims))
    let withheld = HolderPresent.names(copy.certificate.claims).filter { !visible.contains($0) }
    let nonce = try nonce ?? Base64URL.encode(SystemRandom().bytes(16))
    var answer: [UInt8]?
    if out != nil {
      answer = try wallet.present(
        choice.offer.presentation, of: copy,
        for: .init(audience: to, nonce: nonce, at: now.seconds),
        answering: nil, passphrase: try Passphrases.read(.wallet))
    }
    if try write(answer) { return .yes }
    var object: JSONObject = [
      "audience": .string(to), "copy": .string(copy.digest.base64url), "nonce": .string(nonce),
      "shown": .object(VerifyAnswer.claims(shown)),
      "withheld": .array(withheld.map { .string($0) }),
    ]
    object["certificate"] = copy.certificate.identifier.map { .string($0) }
    object["passed_over"] = choice.passedOverJSON
    object["refusal"] = choice.refusal.map { .string($0) }
    object["out"] = out.map { .string($0) }
    object["bytes"] = answer.map { .integer(Int64($0.count)) }
    var rows = [["shown to", TerminalText.line(to)], HolderPresent.source(copy)]
    for row in ClaimLabels.rows(shown, type: choice.type) {
      rows.append(["shown", row.joined(separator: "  ")])
    }
    rows.append(["withheld", TerminalText.line(withheld.joined(separator: ", "))])
    let ending = out.map { "signed, in \(TerminalText.line($0))\n" } ?? "nothing was signed\n"
    try console.result(.object(object), text: { Table(rows: rows).aligned + ending })
    return .yes
  }
}
