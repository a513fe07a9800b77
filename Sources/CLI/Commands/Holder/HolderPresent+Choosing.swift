import Certificates
import Encoding
import Verification
import Wallet

// Which copy is shown. Spec: cli/holder.md, "present".
extension HolderPresent {
  /// A copy to show, and what the evidence tells about it.
  struct Choice {
    let offer: WalletOffer
    /// The type of its certificate, whose labels explain claims.
    var type: TypeFile?
    /// Why whoever is shown it will refuse it; nil where nothing is known against it.
    var refusal: String?
    /// The certificates that were not chosen, for they would be refused.
    var passedOver: [String] = []

    /// The same for programs; nil where there are none.
    var passedOverJSON: JSONValue? {
      passedOver.isEmpty ? nil : .array(passedOver.map(JSONValue.string))
    }
  }

  /// The copy to show, of those that the wallet offers.
  ///
  /// What the evidence says is out of force is shown only where nothing else can be, and then with
  /// a warning: at a counter that refuses it the holder learns why.
  func choice(
    among offers: [WalletOffer], of wallet: HolderWallet, at time: Timestamp, _ console: Console
  ) throws -> Choice {
    let choices = try judged(offers, at: time)
    let inForce = choices.filter { $0.refusal == nil }
    let chosen = try wallet.chosen(among: (inForce.isEmpty ? choices : inForce).map(\.offer))
    var choice =
      choices.first { $0.offer.copy.digest == chosen.copy.digest } ?? Choice(offer: chosen)
    if choice.refusal == nil {
      for other in choices {
        guard let refusal = other.refusal else { continue }
        let name = other.offer.copy.certificate.identifier ?? other.offer.copy.digest.base64url
        console.note("\(name) is passed over: \(refusal)")
        choice.passedOver.append(name)
      }
    }
    if let refusal = choice.refusal {
      console.warning("whoever is shown this will refuse it: \(refusal)")
    }
    return choice
  }

  private func judged(_ offers: [WalletOffer], at time: Timestamp) throws -> [Choice] {
    guard !trust.evidence.isEmpty else { return offers.map { Choice(offer: $0) } }
    let inputs = offers.map { VerifyInput(path: $0.copy.path, file: $0.copy.file) }
    let verifier = try verifier(try trust.anchors(), for: inputs, at: time)
    return offers.map { offer in
      let report = verifier.report(on: offer.copy.file)
      let status = report.checks[.status]
      return Choice(
        offer: offer, type: report.type, refusal: status?.result == .failed ? status?.text : nil)
    }
  }

  /// What the wallet offers; that it has nothing is a no.
  func offered(
    _ offers: () throws(WalletError) -> [WalletOffer]
  ) throws -> [WalletOffer] {
    do throws(WalletError) {
      return try offers()
    } catch {
      guard [.copyUnknown, .noCopyFits].contains(error.code) else { throw error }
      throw Failure(.no, code: Failure.snakeCase("\(error.code)"), error.message)
    }
  }

  /// A verifier with what the evidence has for some files.
  func verifier(
    _ anchors: [Anchor], for inputs: [VerifyInput], at time: Timestamp
  ) throws -> FileVerifier {
    var pool = EvidencePool()
    try VerifyEvidence.add(from: trust.evidence, for: inputs, to: &pool)
    return FileVerifier(
      anchors: anchors, pool: pool, time: time.seconds, clock: time.seconds, audience: nil)
  }
}
