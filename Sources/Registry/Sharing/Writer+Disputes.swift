import Certificates
import Encoding
import Ledger
import Rules

/// What a requester says is wrong in what it got.
public struct DisputeOrder: Sendable {
  /// The release.
  public let release: ActName
  /// The claim.
  public let claim: String
  /// Why it is wrong; a disclosure.
  public let reason: String

  /// Disputes a claim of a release.
  public init(_ release: ActName, claim: String, reason: String) {
    self.release = release
    self.claim = claim
    self.reason = reason
  }
}

/// What the issuer decides about a dispute.
public struct SettleOrder: Sendable {
  /// The dispute.
  public let dispute: ActName
  /// Whether a corrected certificate takes the place of the other; nil: what it says stands.
  public let successor: String?
  /// Why; a disclosure.
  public let reason: String

  /// Settles a dispute.
  public init(_ dispute: ActName, successor: String?, reason: String) {
    self.dispute = dispute
    self.successor = successor
    self.reason = reason
  }
}

extension Writer {
  /// Disputes what was released; a dispute that is open, about the same claim in the same words, is
  /// passed over. Throws what `append` throws.
  public func dispute(
    _ orders: [DisputeOrder], by signer: Signer
  ) throws(RegistryError) -> ShareStep {
    let reader = try matters()
    return try act(orders, by: signer) { order throws(RegistryError) in
      try refusing { try dispute(order, reader, by: signer) }
    }
  }

  private func dispute(
    _ order: DisputeOrder, _ reader: MatterReader, by signer: Signer
  ) throws -> Prepared<ShareDraft> {
    guard let (share, release) = try reader.share(order.release, host: settings.host),
      release.event.kind == .shareReleased
    else {
      throw ShareRefusal("not_found", "there is no such release", act: order.release.text)
    }
    guard release.claims.contains(order.claim) else {
      throw ShareRefusal(
        "claim", "the release has only \(release.claims.joined(separator: ", "))",
        act: release.name)
    }
    if share.state == .disputed,
      let known = try reader.acts(of: share).last(where: { $0.event.kind == .shareDisputed }),
      known.event.issuerCode == signer.code, known.says("claim", order.claim),
      known.says("reason", order.reason)
    {
      return .already(SharedAct(known, of: share, about: release.name))
    }
    let provider = release.event.issuerCode ?? share.provider
    var draft = draft(
      .shareDisputed, by: signer,
      [
        "issuer": .string(try issuer(of: release) ?? provider), "provider": .string(provider),
        "release": release.value,
      ])
    draft.disclose("claim", .string(order.claim))
    draft.disclose("reason", .string(order.reason))
    return .work(
      try continuation(draft, of: share, release, to: .disputed, about: release),
      ActKey([share.row.id], [order.claim, order.reason]))
  }

  /// Who settles: the department that issued the certificate, or who answers for it.
  private func issuer(of release: ShareAct) throws -> String? {
    guard let text = release.value("certificate")?["identifier"]?.stringValue else { return nil }
    var current: String
    do throws(CertificatesError) { current = try CertificateIdentifier(text).issuerCode } catch {
      throw RegistryError(.damagedVault, "a release names no certificate", cause: error)
    }
    return try facts.answering(for: current)
  }

  /// Settles disputes; what was settled so, in the same words, is passed over. Throws what `append`
  /// throws.
  public func settle(
    _ orders: [SettleOrder], by signer: Signer
  ) throws(RegistryError) -> ShareStep {
    let reader = try matters()
    return try act(orders, by: signer) { order throws(RegistryError) in
      try refusing { try settle(order, reader, by: signer) }
    }
  }

  private func settle(
    _ order: SettleOrder, _ reader: MatterReader, by signer: Signer
  ) throws -> Prepared<ShareDraft> {
    guard let (share, dispute) = try reader.share(order.dispute, host: settings.host),
      dispute.event.kind == .shareDisputed, let release = try reader.release(of: share)
    else {
      throw ShareRefusal("not_found", "there is no such dispute", act: order.dispute.text)
    }
    let known = try reader.acts(of: share).first {
      $0.event.kind == .shareSettled && $0.event.clear["dispute"] == dispute.value
    }
    if let known, known.event.issuerCode == signer.code, known.says("reason", order.reason),
      known.value("successor")?["identifier"]?.stringValue == order.successor
    {
      return .already(SharedAct(known, of: share, about: dispute.name))
    }
    if let successor = order.successor {
      try requireSuccessor(successor, of: release, about: dispute)
    }
    var draft = draft(
      .shareSettled, by: signer,
      [
        "dispute": dispute.value,
        "outcome": .string(order.successor == nil ? "upheld" : "corrected"),
        "requester": .string(dispute.event.issuerCode ?? ""),
      ])
    draft.disclose("reason", .string(order.reason))
    if let successor = order.successor {
      draft.disclose("successor", ["identifier": .string(successor)])
    }
    return .work(
      try continuation(draft, of: share, release, to: .settled, about: dispute),
      ActKey([Int64(clamping: dispute.index.value)], [order.successor ?? "", order.reason]))
  }

  /// A correction names a certificate that took the place of the one that was released.
  private func requireSuccessor(
    _ successor: String, of release: ShareAct, about dispute: ShareAct
  ) throws {
    let reader = try certificates()
    var current = release.value("certificate")?["identifier"]?.stringValue
    // A certificate has at most 999 versions.
    for _ in 0..<999 {
      guard let text = current, let known = try reader.find(try CertificateIdentifier(text)),
        let next = try reader.history(of: known.row).compactMap(\.successor).last
      else { break }
      if next == successor { return }
      current = next
    }
    throw ShareRefusal(
      "successor", "no such certificate took the place of the one released; replace that one first",
      act: dispute.name)
  }
}

extension ShareAct {
  /// Whether a private member is this text, byte for byte.
  func says(_ member: String, _ text: String) -> Bool {
    value(member)?.stringValue?.hasSameBytes(as: text) == true
  }
}
