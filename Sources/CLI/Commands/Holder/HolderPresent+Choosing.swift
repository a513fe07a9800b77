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
  /// What is known to have ended, or to be no genuine copy, gives way to another of the same
  /// person; what is another person's is chosen by nobody but the holder. Where nothing else can be
  /// shown it is, with a warning: at a counter that refuses it the holder learns why.
  func choice(
    among offers: [WalletOffer], of wallet: HolderWallet, _ anchors: [Anchor],
    at time: Timestamp, _ console: Console
  ) throws -> Choice {
    let choices = try judged(offers, anchors, at: time)
    var candidates = choices.filter { $0.refusal == nil }
    let isOneSubject = offers.allSatisfy { $0.copy.isOfSameSubject(as: offers[0].copy) }
    if candidates.isEmpty || !isOneSubject { candidates = choices }
    let position: Int
    do throws(WalletError) {
      position = try wallet.choice(among: candidates.map(\.offer))
    } catch {
      let over = HolderPresent.names(of: choices.filter { $0.refusal != nil })
      guard error.code == .copyAmbiguous, !over.isEmpty else { throw error }
      throw Failure(
        .cannot, code: "copy_ambiguous", error.message,
        hint: "these would be refused, by the evidence: "
          + over.prefix(5).joined(separator: ", "))
    }
    var choice = candidates[position]
    if let refusal = choice.refusal {
      console.warning("whoever is shown this will refuse it: \(refusal)")
      return choice
    }
    let own = HolderPresent.names(of: [choice])
    choice.passedOver = HolderPresent.names(of: choices.filter { $0.refusal != nil })
      .filter { !own.contains($0) }
    for name in choice.passedOver {
      console.note("\(TerminalText.line(name)) is passed over: it would be refused")
    }
    return choice
  }

  /// What the certificates are called, each once, in order.
  private static func names(of choices: [Choice]) -> [String] {
    var names: [String] = []
    for choice in choices {
      let copy = choice.offer.copy
      let name = copy.certificate.identifier ?? copy.digest.base64url
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  private func judged(
    _ offers: [WalletOffer], _ anchors: [Anchor], at time: Timestamp
  ) throws -> [Choice] {
    guard !trust.evidence.isEmpty else { return offers.map { Choice(offer: $0) } }
    let inputs = offers.map { VerifyInput(path: $0.copy.path, file: $0.copy.file) }
    let verifier = try verifier(anchors, for: inputs, at: time)
    return offers.map { offer in
      let report = verifier.report(on: offer.copy.file)
      let isTypeKnown = report.checks[.type]?.result == .passed
      return Choice(
        offer: offer, type: isTypeKnown ? report.type : nil,
        refusal: HolderPresent.refusal(report.checks))
    }
  }

  /// Why whoever is shown it will refuse it: it has ended, is suspended or is not genuine. A list
  /// that is old or another's says nothing about the copy.
  private static func refusal(_ checks: CheckList) -> String? {
    for name in [Check.Name.signature, .issuer] {
      if let check = checks[name], check.result == .failed { return check.text }
    }
    guard let status = checks[.status],
      status.reasons.contains(where: { ["ended", "suspended"].contains($0.code) })
    else { return nil }
    return status.text
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
