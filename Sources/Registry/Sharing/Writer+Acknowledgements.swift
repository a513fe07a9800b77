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
        if let known = try reader.acknowledgement(of: share, release) { return .already(known) }
        let draft = draft(
          .shareAcknowledged, by: signer,
          [
            "enclosed": .string(taken.enclosed.base64url),
            "provider": .string(release.event.issuerCode ?? ""),
            "release": release.value,
          ])
        return .work(
          try continuation(
            draft, of: share, release, to: .acknowledged, about: release,
            more: [Outbox.remove(share.row.id)]), ActKey([share.row.id]))
      }
    }
  }

  /// The host of department URIs.
  private var host: String { settings.host }

  /// What follows a release: it opens no person, and stands in the release's threads.
  func continuation(
    _ draft: EventDraft, of share: Share, _ release: ShareAct, to state: ShareState,
    about: ShareAct, more: [VaultChange] = []
  ) throws(RegistryError) -> ShareDraft {
    let handle =
      release.value("certificate") == nil ? nil : try certificate(id: share.row.certificate)
    var sharing = Openings.Sharing()
    sharing.answered = Openings.Shared(release.disclosures)
    return ShareDraft(
      draft: draft, matter: try matter(share.row),
      threads: try threads(of: share.row, handle),
      changes: [.setMatter(id: share.row.id, state: state.number)] + more, sharing: sharing,
      share: share, about: about.name)
  }

  /// The private threads of an act about a person in a case: with the certificate's, or a random
  /// tag in its place.
  func threads(
    of row: MatterRow, _ certificate: CertificateHandle?
  ) throws(RegistryError) -> [Proposal.Thread] {
    [
      .subject(try subject(row.subject).id), certificate.map { .certificate($0.id) } ?? .padding,
      .case(try subject(row.caseThread).id),
    ]
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
  var value: JSONValue { event.id.value }
}
