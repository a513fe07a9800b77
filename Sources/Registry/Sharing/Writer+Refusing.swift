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
  ) throws -> Prepared<ShareDraft> {
    let (share, request) = try requested(order.request, reader)
    if share.state == .refused,
      let known = try reader.acts(of: share).last(where: { $0.event.kind == .shareRefused }),
      known.event.issuerCode == signer.code
    {
      return .already(SharedAct(known, of: share))
    }
    guard let reason = try order.reason ?? obstacle(share, request, by: signer) else {
      return .passedOver
    }
    var draft = draft(
      .shareRefused, by: signer,
      [
        "reason": .string(reason), "request": share.request.id.value,
        "requester": .string(share.requester),
      ])
    for name in ["subject_1", "certificate", "case"] {
      if let value = request.value(name) { draft.disclose(name, value) }
    }
    let handle =
      request.value("certificate") == nil ? nil : try certificate(id: share.row.certificate)
    if let text = order.text { draft.disclose("text", .string(text)) }
    var sharing = Openings.Sharing()
    sharing.answered = Openings.Shared(request.disclosures)
    return .work(
      ShareDraft(
        draft: draft, matter: try matter(share.row), threads: try threads(of: share.row, handle),
        changes: [.setMatter(id: share.row.id, state: ShareState.refused.number)],
        sharing: sharing, share: share), ActKey([share.row.id]))
  }

  /// Why an open request cannot be answered with material, as a reason; nil when it can, or is not
  /// open. It is what a release of it would say.
  private func obstacle(
    _ share: Share, _ request: ShareAct, by signer: Signer
  ) throws -> String? {
    guard share.state == .open else { return nil }
    let found = try refusing {
      try requireGrant(share)
      if !share.isFile {
        let reader = try certificates()
        let chosen = try choose(share, nil, request, reader, by: signer)
        _ = try reader.copy(of: chosen.row, for: share)
      }
    }
    guard case .failure(let refusal) = found else { return nil }
    return refusal.code.split(separator: "_").joined(separator: "-")
  }
}
