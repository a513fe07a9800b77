import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// The checks of a receipt; each looks for itself, whatever the others found.
///
/// Spec: receipt.md, "MUST".
struct ReceiptChecks {
  let receipt: Receipt
  let session: AnchorSession
  /// The copy that the receipt must be about; nil for a receipt that stands alone.
  let certificate: UnverifiedCertificate?
  /// The delivery that the receipt came in, with the keys of its threads.
  let delivery: Delivery?
  /// Whether the receipt came in a bundle, which opens less.
  let isBundle: Bool

  /// Both checks, and the time that they prove: seconds, rounded down.
  func all() -> (ledger: Check, receipt: Check, provenTime: Int64?) {
    let ledger = ledger()
    let receipt = event()
    let isProven = ledger.result == .passed && receipt.result == .passed
    return (ledger, receipt, isProven ? self.receipt.entry.received.seconds : nil)
  }

  /// Proof, checkpoint, and the key that signed it.
  func ledger() -> Check {
    LedgerProof.check(
      receipt.proof, entry: receipt.entry, session: session,
      passed: "entry \(receipt.entry.index), received \(receipt.entry.received)")
  }

  /// The event: its signer, its signature, its openings, and what it is about.
  private func event() -> Check {
    let event: Event
    do throws(RulesError) {
      event = try Event(parsing: receipt.entry.event)
    } catch {
      return .judged(
        .receipt,
        reasons: [Check.Reason(code: SnakeCase.text("\(error.code)"), text: error.description)],
        passed: "")
    }
    let path = IssuerPath(receipt.signerPath.identities, reader: session.session.reader)
    var reasons = signature(of: event, path)
    reasons += openings(of: event)
    reasons += time(of: event)
    if let certificate {
      reasons += ReceiptBinding(
        receipt: receipt, event: event, certificate: certificate, delivery: delivery,
        isBundle: isBundle
      ).reasons()
    }
    if certificate == nil { reasons += opened(by: event) }
    if let check = session.withoutList(.receipt, found: reasons) { return check }
    if let list = session.list { reasons += trust(of: event, path, list) }
    return .judged(
      .receipt, reasons: reasons,
      passed: "\(event.kind.rawValue), signed by "
        + (session.admission == nil ? event.issuerCode ?? event.issuer : event.issuer)
        + (certificate == nil ? receipt.certificateIdentifier.map { ", of \($0)" } ?? "" : ""))
  }

  /// What an issue opens is of its own type and issuer: nobody vouches for another's certificate.
  private func opened(by event: Event) -> [Check.Reason] {
    guard event.kind.makesCopies else { return [] }
    // Each for itself: an opening that was left out switches no other check off.
    var reasons =
      receipt.certificateIdentifier.map { identifierReasons($0, openedBy: event) } ?? []
    for copy in ReceiptCopy.all(in: receipt) {
      guard let uri = copy.status?.uri else { continue }
      do throws(CertificatesError) {
        let name = try StatusListName.parse(uri).name
        guard name.department.text == event.issuerCode, name.type.text == event.text("type") else {
          throw CertificatesError(.statusListName, "the copy's status list is another's")
        }
      } catch {
        reasons.append(Check.Reason(error))
      }
    }
    return reasons
  }

  private func identifierReasons(_ text: String, openedBy event: Event) -> [Check.Reason] {
    do throws(CertificatesError) {
      let identifier = try CertificateIdentifier(text)
      var reasons: [Check.Reason] = []
      if identifier.typeCode != event.text("type") {
        reasons.append(
          Check.Reason(code: "type_mismatch", text: "the event is about another type"))
      }
      if identifier.issuerCode != event.issuerCode {
        reasons.append(
          Check.Reason(code: "issuer_mismatch", text: "another department signed the event"))
      }
      return reasons
    } catch {
      return [Check.Reason(error)]
    }
  }

  private func signature(of event: Event, _ path: IssuerPath) -> [Check.Reason] {
    var reasons = path.faults(
      under: session.anchor.paths, for: .act, at: event.issuedAt, uri: event.issuer
    ).map(Check.Reason.init)
    guard let leaf = path.leaf else { return reasons }
    do throws(RulesError) {
      _ = try event.verified(by: leaf)
    } catch {
      reasons.append(
        Check.Reason(code: SnakeCase.text("\(error.code)"), text: error.description))
    }
    return reasons
  }

  /// Each opening is one of the digests; none stands twice.
  private func openings(of event: Event) -> [Check.Reason] {
    let digests = Set(event.digests)
    var reasons: [Check.Reason] = []
    if !receipt.disclosures.allSatisfy({ digests.contains($0.digest) }) {
      reasons.append(
        Check.Reason(
          code: "disclosure_digest", text: "an opening is none of the event's private members"))
    }
    if Set(receipt.disclosures.map(\.name)).count != receipt.disclosures.count {
      reasons.append(
        Check.Reason(code: "disclosure_name", text: "a private member is opened twice"))
    }
    return reasons
  }

  /// An event enters when it is signed: an old one that enters late would prove a false time.
  private func time(of event: Event) -> [Check.Reason] {
    let age = receipt.entry.received.milliseconds - event.issuedAt * 1000
    let isFresh =
      age <= RuleSet.ageMillisecondsMax && age >= -RuleSet.leadMillisecondsMax
      && event.id.milliseconds / 1000 == event.issuedAt
    return isFresh
      ? [] : [Check.Reason(code: "stale", text: "the event was not received when it was signed")]
  }

  /// The signer stood in the trust list for acting when the entry was received.
  private func trust(of event: Event, _ path: IssuerPath, _ list: TrustList) -> [Check.Reason] {
    var reasons: [Check.Reason] = []
    if !event.audience.utf8.elementsEqual(list.ledger.origin.utf8) {
      reasons.append(
        Check.Reason(code: "audience", text: "the event is meant for another ledger"))
    }
    guard
      let entry = path.leaf.flatMap({
        list.department(uri: event.issuer)?.identity($0.sha256)
      }), entry.use == .act
    else {
      return reasons + [
        Check.Reason(
          code: "signer_unknown",
          text: "the trust list does not have the event's signer for acting")
      ]
    }
    let received = receipt.entry.received.milliseconds
    let isInForce =
      switch entry.state {
      case .active: true
      // Up to the end of the second: the ledger takes nothing of a retired identity.
      case .retired(let at): received < (at + 1) * 1000
      case .compromised(let since): received < since * 1000
      }
    // An identity may act in the very second in which it was enrolled.
    if !isInForce || received < entry.from * 1000 {
      reasons.append(
        Check.Reason(
          code: "signer_state",
          text: "the event's signer was not in force when the entry was received"))
    }
    return reasons
  }
}

/// A proof and its checkpoint, for receipts and for proofs that stand alone.
enum LedgerProof {
  static func check(
    _ proof: TlogProof, entry: Entry, session: AnchorSession, passed text: String
  ) -> Check {
    var reasons: [Check.Reason] = []
    do throws(LedgerError) {
      let checkpoint = try Checkpoint(parsing: try SignedNote(parsing: proof.checkpoint).text)
      try InclusionProof(index: proof.index, size: checkpoint.size, path: proof.path)
        .verify(leafHash: entry.leafHash, root: checkpoint.root)
    } catch {
      reasons.append(Check.Reason(error))
    }
    if let check = session.withoutList(.ledger, found: reasons) { return check }
    guard let ledger = session.ledger else {
      return .judged(.ledger, reasons: reasons, passed: text)
    }
    let (checkpoint, fault) = ledger.verify(note: proof.checkpoint)
    if let fault, !reasons.contains(where: { $0.code == fault.code }) { reasons.append(fault) }
    return .judged(
      .ledger, reasons: reasons,
      passed: "\(text), in the signed tree of "
        + (checkpoint.map { Counted.entries($0.size.value) } ?? ""))
  }
}
