import Encoding
import Ledger
import Rules

/// A provider's no.
public struct RefuseOrder: Sendable {
  /// The request.
  public let request: ActName
  /// The code of the reason; nil: why there is nothing to release, and a request for which there is
  /// something is passed over.
  public let reason: String?
  /// The reason in words; a disclosure. It must not name persons.
  public let text: String?

  /// Refuses a request.
  public init(_ request: ActName, reason: String?, text: String? = nil) {
    self.request = request
    self.reason = reason
    self.text = text
  }
}

extension Writer {
  /// Refuses the requests of one batch; what was refused before is passed over.
  ///
  /// Throws what `append` throws.
  public func refuse(
    _ orders: [RefuseOrder], by signer: Signer
  ) throws(RegistryError) -> ShareStep {
    let reader = try matters()
    return try act(orders, by: signer) { order throws(RegistryError) in
      try refusing { try refusal(order, reader, by: signer) }
    }
  }

  private func refusal(
    _ order: RefuseOrder, _ reader: MatterReader, by signer: Signer
  ) throws -> Prepared {
    let share = try requested(order.request, reader)
    if share.state == .refused,
      let known = try reader.acts(of: share).last(where: { $0.event.kind == .shareRefused }),
      known.event.issuerCode == signer.code
    {
      return .already(SharedAct(known, of: share))
    }
    let request = try reader.requested(share)
    guard let reason = try order.reason ?? unavailability(share, reader, by: signer) else {
      return .passedOver
    }
    var draft = draft(
      .shareRefused, by: signer,
      [
        "reason": .string(reason), "request": share.name.value(share.request.issuer),
        "requester": .string(share.requester),
      ])
    var threads: [Proposal.Thread] = [
      .subject(try subject(share.row.subject).id), .padding,
      .case(try subject(share.row.file).id),
    ]
    for name in ["subject_1", "certificate", "case"] {
      if let value = request.value(name) { draft.disclose(name, value) }
    }
    if request.value("certificate") != nil {
      threads[1] = .certificate(try certificate(id: share.row.certificate).id)
    }
    if let text = order.text { draft.disclose("text", .string(text)) }
    var sharing = Openings.Sharing()
    sharing.answered = Openings.Shared(request.disclosures)
    return .draft(
      ShareDraft(
        draft: draft, matter: try matter(share.row), threads: threads,
        changes: [.setMatter(id: share.row.id, state: ShareState.refused.rawValue)],
        sharing: sharing, share: share))
  }

  /// Why an open request cannot be answered with a certificate; nil when it can, or is not open.
  private func unavailability(
    _ share: Share, _ reader: MatterReader, by signer: Signer
  ) throws(RegistryError) -> String? {
    guard share.state == .open, !share.isFile else { return nil }
    guard case .failure(let why) = try newest(share, try reader.entries(), by: signer) else {
      return nil
    }
    return why.reason.rawValue
  }
}
