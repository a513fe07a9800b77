import Encoding
import Ledger
import Rules

extension Writer {
  /// States of one batch that their material is there; what was stated before is passed over.
  ///
  /// The material is durable by then. Throws what `append` throws.
  public func acknowledge(
    _ received: [TakenRelease], by signer: Signer
  ) throws(RegistryError) -> ShareStep {
    let reader = try matters()
    return try act(received, by: signer) { taken throws(RegistryError) in
      try refusing {
        guard let (share, release) = try reader.share(.entry(taken.release), host: host) else {
          throw ShareRefusal("not_found", "there is no such release", act: taken.name)
        }
        if let known = try reader.acts(of: share).first(where: {
          $0.event.kind == .shareAcknowledged
        }) {
          return .already(SharedAct(known, of: share, about: release.name))
        }
        let draft = draft(
          .shareAcknowledged, by: signer,
          [
            "enclosed": .string(taken.enclosed.base64url),
            "provider": .string(release.event.issuerCode ?? ""),
            "release": release.value,
          ])
        return .draft(
          try continuation(
            draft, of: share, release, to: .acknowledged, about: release,
            more: [Outbox.remove(share.row.id)]))
      }
    }
  }

  /// The host of department URIs.
  private var host: String { settings.host }

  /// What an order comes to before it is signed.
  enum Prepared {
    case draft(ShareDraft)
    case already(SharedAct)
    /// It is not one of those that are meant.
    case passedOver
  }

  /// Prepares, signs and enters the acts of one batch.
  func act<Order>(
    _ orders: [Order], by signer: Signer,
    _ prepare: (Order) throws(RegistryError) -> Result<Prepared, ShareRefusal>
  ) throws(RegistryError) -> ShareStep {
    var outcomes = [ShareOutcome?](repeating: nil, count: orders.count)
    var drafts: [ShareDraft] = []
    var positions: [Int] = []
    for (position, order) in orders.enumerated() {
      switch try prepare(order) {
      case .success(.draft(let draft)):
        drafts.append(draft)
        positions.append(position)
      case .success(.already(let act)): outcomes[position] = .already(act)
      case .success(.passedOver): break
      case .failure(let refusal): outcomes[position] = .refused(refusal)
      }
    }
    let (time, cipher) = (now, cipher)
    let proposals = try Parallel.map(drafts) { draft throws(RegistryError) in
      try draft.proposal(by: signer, at: time, cipher)
    }
    let result = try enter(proposals, of: drafts)
    for (position, outcome) in zip(positions, result.outcomes) { outcomes[position] = outcome }
    return ShareStep(outcomes: outcomes.compactMap(\.self), checkpoint: result.checkpoint)
  }

  /// What follows a release: it opens no person, and stands in the release's threads.
  func continuation(
    _ draft: EventDraft, of share: Share, _ release: ShareAct, to state: ShareState,
    about: ShareAct, more: [VaultChange] = []
  ) throws(RegistryError) -> ShareDraft {
    var threads: [Proposal.Thread] = [
      .subject(try subject(share.row.subject).id), .padding,
      .case(try subject(share.row.file).id),
    ]
    if release.value("certificate") != nil {
      threads[1] = .certificate(try certificate(id: share.row.certificate).id)
    }
    var sharing = Openings.Sharing()
    sharing.answered = Openings.Shared(release.disclosures)
    return ShareDraft(
      draft: draft, matter: try matter(share.row), threads: threads,
      changes: [.setMatter(id: share.row.id, state: state.rawValue)] + more, sharing: sharing,
      share: share, about: about.name)
  }

  /// A certificate by its row's id.
  func certificate(id: Int64) throws(RegistryError) -> CertificateHandle {
    guard let row = try vault.certificate(id) else {
      throw RegistryError(.damagedVault, "a share names a certificate that is not there")
    }
    return try certificate(row)
  }
}

extension ShareAct {
  /// The value of a member that names this act.
  var value: JSONValue {
    ["iss": .string(event.issuer), "jti": .string(event.id.number.base64url)]
  }
}
