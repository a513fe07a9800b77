import Certificates
import Encoding
import Registry
import Rules

extension TestCity {
  /// Erases what the vault keeps of a card that ended.
  func erase(_ card: CertificateIdentifier) throws -> Outcome? {
    let registry = try base.open()
    let signer = try registry.signer(TestCity.police, use: .act)
    guard let row = try registry.certificates().find(card)?.row else { return nil }
    let outcome = try registry.write { writer throws(RegistryError) in
      let handle = try writer.certificate(row)
      var draft = writer.draft(
        .certificateErased, by: signer,
        [
          "citation": "《档案法》", "from": "ended", "to": "ended", "type": .string(TestCity.card),
          "version": 1,
        ])
      draft.disclose(
        "certificate",
        [
          "identifier": .string(card.text), "thread": .string(handle.key.commitment.base64url),
        ])
      let signed = try writer.sign(draft, by: signer)
      let subject = try writer.subject(row.subjects[0])
      let sealed = try writer.cipher.seal(
        RecordText.bytes(signed.disclosures), for: .disclosures(row.id), under: handle.contentKey)
      return try writer.append([
        Proposal(
          signed, threads: [.subject(subject.id), .certificate(row.id)],
          changes: [
            .insertRecord(certificate: row.id, disclosures: sealed, content: nil),
            .erase(certificate: row.id),
          ])
      ]).outcomes[0]
    }
    try registry.close()
    return outcome
  }
}
