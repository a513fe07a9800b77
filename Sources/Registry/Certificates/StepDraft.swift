import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// An event about a certificate that exists, with all it needs, before it is signed.
struct StepDraft: Sendable {
  let certificate: StoredCertificate
  let target: CertificateState
  fileprivate let handle: CertificateHandle
  fileprivate let draft: EventDraft
  fileprivate let threads: [Proposal.Thread]

  /// Signs and seals it; many may at once.
  func proposal(
    by signer: Signer, at time: Timestamp, _ cipher: VaultCipher, group: Int? = nil
  ) throws(RegistryError) -> Proposal {
    let signed: SignedEvent
    do throws(RulesError) {
      signed = try draft.signed(with: signer.key, keyID: signer.keyID, at: time)
    } catch {
      throw RegistryError(error)
    }
    let sealed = try cipher.seal(
      RecordText.bytes(signed.disclosures), for: .disclosures(handle.id), under: handle.contentKey)
    var changes: [VaultChange] = [
      .setState(certificate: handle.id, state: target.number),
      .insertRecord(certificate: handle.id, disclosures: sealed, content: nil),
    ]
    for copy in certificate.row.copies {
      changes.append(.setCopyState(copy: copy, state: target.statusValue))
    }
    return Proposal(signed, threads: threads, changes: changes, state: target, group: group)
  }
}

extension Writer {
  /// Drafts the event of a step, having seen the present tree; good until the next append.
  ///
  /// Throws `notFound` when the certificate's keys were erased.
  func stepDraft(
    _ kind: EventKind, of certificate: StoredCertificate, from state: CertificateState? = nil,
    to target: CertificateState, reason: String? = nil, successor: CertificateIdentifier? = nil,
    by signer: Signer
  ) throws(RegistryError) -> StepDraft {
    guard
      case .typeVersion(let type)? = try fact(
        .typeVersion(certificate.typeCode, certificate.typeVersion))
    else {
      throw RegistryError(
        .damagedLedger, "the type version of a certificate is not among the facts")
    }
    let handle = try self.certificate(certificate.row)
    let before = state ?? certificate.state
    var draft = draft(
      kind, by: signer,
      [
        "from": .string(before.coarse.rawValue), "to": .string(target.coarse.rawValue),
        "type": .string(certificate.typeCode), "version": .integer(Int64(certificate.typeVersion)),
      ], subjects: type.subjects, copies: type.copies)
    draft.disclose(
      "certificate",
      [
        "identifier": .string(certificate.identifier.text),
        "thread": .string(handle.key.commitment.base64url),
      ])
    draft.disclose("state", .string(target.rawValue))
    if let reason { draft.disclose("reason", .string(reason)) }
    if let successor { draft.disclose("successor", ["identifier": .string(successor.text)]) }
    return StepDraft(
      certificate: certificate, target: target, handle: handle, draft: draft,
      threads: try threads(of: certificate.row, handle, places: type.subjects))
  }

  /// The certificate's private threads, in the order of the kinds that bear them all.
  func threads(
    of row: CertificateRow, _ handle: CertificateHandle, places: Int
  ) throws(RegistryError) -> [Proposal.Thread] {
    guard row.subjects.count <= places else {
      throw RegistryError(
        .damagedVault, "a certificate has more subjects than its type", at: "certificate")
    }
    var threads: [Proposal.Thread] = []
    for id in row.subjects { threads.append(.subject(try subject(id).id)) }
    threads += Array(repeating: .padding, count: places - row.subjects.count)
    return threads + [.certificate(handle.id)]
  }
}
