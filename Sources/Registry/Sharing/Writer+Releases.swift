import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

extension Writer {
  /// Releases in one append: each holds its material in memory.
  public static let releaseCount = 100

  /// Answers the requests of one batch with material: judged in order, durable together with the
  /// enclosed bytes. Nothing is handed out here.
  ///
  /// What was released before is passed over. What cannot be released stays open. Throws what
  /// `append` throws.
  public func release(
    _ orders: [ReleaseOrder], by releaser: Releaser
  ) throws(RegistryError) -> ShareStep {
    let reader = try matters()
    return try act(
      orders, by: releaser.act,
      draft: { (plan: ReleasePlan) throws(RegistryError) in try plan.draft(by: releaser) },
      prepare: { order throws(RegistryError) in
        try refusing {
          let (share, request) = try provided(order.request, reader, by: releaser.act)
          if let release = try reader.release(of: share) {
            return .already(SharedAct(release, of: share))
          }
          return .work(
            try plan(share, request, order, reader.certificates, by: releaser.act),
            ActKey([share.row.id]))
        }
      })
  }

  /// A share that the department was asked for, or that one was for which it answers.
  private func provided(
    _ name: ActName, _ reader: MatterReader, by signer: Signer
  ) throws -> (share: Share, request: ShareAct) {
    let (share, request) = try requested(name, reader)
    guard try answers(signer, for: share.provider) else {
      throw ShareRefusal(
        "signer_role", "another department was asked; only it, or who answers for it, can answer",
        act: share.name.name)
    }
    return (share, request)
  }

  /// The share that a request began, and the request; throws `ShareRefusal` where there is none.
  func requested(
    _ name: ActName, _ reader: MatterReader
  ) throws -> (share: Share, request: ShareAct) {
    guard let (share, act) = try reader.share(name, host: settings.host),
      act.event.kind == .shareRequested
    else {
      throw ShareRefusal(
        "not_found", "there is no such request; 'kanhe share list' shows those there are",
        act: name.text)
    }
    return (share, act)
  }

  private func plan(
    _ share: Share, _ request: ShareAct, _ order: ReleaseOrder, _ reader: CertificateReader,
    by signer: Signer
  ) throws -> ReleasePlan {
    try requireGrant(share)
    let receiver = try receiver(of: share)
    var opened: [(name: String, value: JSONValue)] = []
    for name in ["subject_1", "case"] {
      if let value = request.value(name) { opened.append((name, value)) }
    }
    var handle: CertificateHandle?
    var sharing = Openings.Sharing()
    sharing.answered = Openings.Shared(request.disclosures)
    let source: ReleasePlan.Source
    if share.isFile {
      guard let file = order.file else {
        throw ShareRefusal(
          "file_missing", "a file is asked for; give it with --file", act: share.name.name)
      }
      source = .file(file)
    } else {
      let chosen = try choose(share, order.certificate, request, reader, by: signer)
      let named = try certificate(chosen.row)
      opened.append(("certificate", named.value(of: chosen.identifier.text)))
      handle = named
      sharing.namesSubject = chosen.row.subjects.contains(share.row.subject)
      source = .certificate(chosen.row, reader)
    }
    return ReleasePlan(
      share: share, source: source, receiver: receiver,
      clear: [
        "receiver": .string(receiver.sha256.base64url),
        "request": share.request.id.value,
        "requester": .string(share.requester),
      ],
      opened: opened, audience: settings.origin, seen: seen, matter: try matter(share.row),
      threads: try threads(of: share.row, handle), certificate: handle?.id, sharing: sharing)
  }

  /// The identity by which the requester receives now.
  private func receiver(of share: Share) throws -> Identity {
    guard let receiver = try facts.receiver(of: share.requester, at: now.seconds) else {
      throw ShareRefusal(
        "no_receiver",
        "the requester has no identity in force by which it receives; have it rotated",
        act: share.name.name)
    }
    return receiver
  }
}

extension ActName {
  /// As it was given.
  var text: String {
    switch self {
    case .entry(let index): "\(index.value)"
    case .event(let name): name.name
    }
  }
}
