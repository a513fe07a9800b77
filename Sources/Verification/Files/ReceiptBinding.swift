import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Whether a receipt is about one very copy, and the thread keys beside it are the entry's.
struct ReceiptBinding {
  let receipt: Receipt
  let event: Event
  let certificate: UnverifiedCertificate
  let delivery: Delivery?
  let isBundle: Bool

  func reasons() -> [Check.Reason] {
    guard event.kind == .certificateIssued || event.kind == .certificateCopied else {
      return [reason("event_kind", "the receipt is not that of an issue")]
    }
    var reasons = issue()
    guard let copy = openedCopy() else {
      return reasons + [
        reason("copy_mismatch", "the receipt is of another certificate or copy")
      ]
    }
    reasons += self.copy(copy.value) + strangers(copy.number)
    guard let delivery else { return reasons }
    return reasons + threads(delivery, copyNumber: copy.number)
  }

  private func reason(_ code: String, _ text: String) -> Check.Reason {
    Check.Reason(code: code, text: text)
  }

  private func opened(_ name: String) -> JSONValue? {
    receipt.disclosures.first { $0.name == name }?.value
  }

  /// The opening of this copy and its number, from 1.
  private func openedCopy() -> (number: Int, value: JSONValue)? {
    for disclosure in receipt.disclosures where disclosure.name.hasPrefix("copy_") {
      if let number = Int(disclosure.name.dropFirst(5)), (1...16).contains(number),
        disclosure.digestMember("digest") == certificate.digest
      {
        return (number, disclosure.value)
      }
    }
    return nil
  }

  /// Issuer, type, version and identifier of event and certificate are the same.
  private func issue() -> [Check.Reason] {
    var reasons: [Check.Reason] = []
    if !event.issuer.utf8.elementsEqual(certificate.issuer.utf8) {
      reasons.append(reason("issuer_mismatch", "another department signed the event"))
    }
    do throws(CertificatesError) {
      let type = try RegistryNames.parse(type: certificate.type)
      if event.text("type") != type.code.text || event.integer("version") != Int64(type.version) {
        reasons.append(reason("type_mismatch", "the event is about another type or version"))
      }
    } catch {
      reasons.append(Check.Reason(error))
    }
    if let shown = certificate.claims["identifier"], let named = opened("certificate"),
      named["identifier"] != shown
    {
      reasons.append(reason("identifier_mismatch", "the event is about another identifier"))
    }
    return reasons
  }

  /// Status index and holder key are those of the copy.
  private func copy(_ value: JSONValue) -> [Check.Reason] {
    var reasons: [Check.Reason] = []
    let status: JSONValue = [
      "idx": .integer(Int64(certificate.status.index)), "uri": .string(certificate.status.uri),
    ]
    if value["status"] != status {
      reasons.append(reason("status_mismatch", "the event names another place in a status list"))
    }
    let holder = certificate.holderKey.map {
      JSONValue.string(SHA256.hash(JWK.canonicalBytes($0)).base64url)
    }
    if value["holder"] != holder {
      reasons.append(reason("holder_mismatch", "the event names another holder's key"))
    }
    return reasons
  }

  /// A delivery is its subject's alone: what it opens of others, others did not give it for. A
  /// bundle goes to strangers, who learn no subject from it but what the copy shows.
  private func strangers(_ copyNumber: Int) -> [Check.Reason] {
    var own = ["certificate", "copy_\(copyNumber)"]
    if delivery != nil { own.append("subject_\(copyNumber)") }
    guard delivery != nil || isBundle,
      !receipt.disclosures.allSatisfy({ own.contains($0.name) })
    else { return [] }
    return [
      reason(
        "disclosure_foreign",
        isBundle
          ? "the bundle opens more private members than certificate and copy"
          : "the delivery opens private members that are not its subject's")
    ]
  }

  /// The keys are those that the department signed, and the entry's tags are theirs.
  private func threads(_ delivery: Delivery, copyNumber: Int) -> [Check.Reason] {
    var reasons: [Check.Reason] = []
    let tags = receipt.entry.tags
    reasons += thread(delivery.certificateThread, opened("certificate"), tags.last)
    guard let opening = opened("subject_\(copyNumber)") else {
      reasons.append(
        reason("subject_mismatch", "the receipt does not open the subject of this copy"))
      return reasons
    }
    let position = RuleSet.departments(of: event).count + copyNumber - 1
    // The last tag is the certificate's.
    reasons += thread(
      delivery.subjectThread, opening, position < tags.count - 1 ? tags[position] : nil)
    if let holders = certificate.claims["holders"]?.arrayValue,
      !holders.contains(where: {
        $0["code"] == opening["code"] && $0["code_type"] == opening["code_type"]
      })
    {
      reasons.append(reason("subject_mismatch", "the subject is none of the certificate's holders"))
    }
    return reasons
  }

  private func thread(
    _ place: Openings.Place, _ opening: JSONValue?, _ tag: Tag?
  ) -> [Check.Reason] {
    var reasons: [Check.Reason] = []
    if opening?["thread"] != .string(place.key.commitment.base64url) {
      reasons.append(
        reason("thread_commitment", "a thread key is not the one that the department signed"))
    }
    if place.key.tag(place.number) != tag {
      reasons.append(reason("thread_tag", "the entry does not have the tag of a thread key"))
    }
    return reasons
  }
}
