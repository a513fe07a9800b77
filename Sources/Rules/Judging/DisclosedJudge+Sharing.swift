import Certificates
import Cryptography
import Encoding

// Grants, sharing, cases and evidence as the private members tell of them.
extension DisclosedJudge {
  mutating func judgeSharing() {
    if let subject = values["subject_1"], !event.kind.shape.disclosures.hasSubjects {
      judgeSubjects([subject])
    }
    switch event.kind {
    case .grantGiven: judgeGrant()
    case .grantWithdrawn: judgeWithdrawal()
    case .shareRequested:
      if event.text("mode") == ShareMode.grant.rawValue {
        require(isOfGrantedSubject, .grantHolder)
      }
      if values["certificate"] != nil, event.text("material") == "certificate" {
        judgeNamed(event.text("type"))
      }
    case .shareRefused: judgeAnswer()
    case .shareReleased:
      judgeAnswer()
      if let request, request.material == "certificate" {
        judgeNamed(request.type)
        require(openings.state == .inForce, .shareState)
      }
    case .shareAcknowledged, .shareDisputed, .shareSettled: judgeContinuation()
    case .evidenceDisclosed: judgeEvidence()
    case .useAccepted: require(!openings.sharing.isRequestUsed, .useTaken)
    default: break
    }
  }

  // MARK: Grants

  private mutating func judgeGrant() {
    guard let text = values["grant"]?.stringValue else { return }
    guard let grant = parsed({ () throws(RulesError) in try Grant(parsing: text) }), grant.isSigned
    else {
      broken.insert(.grantSignature)
      return
    }
    require(grant.isStated(in: event), .grantContent)
    require(!openings.sharing.isGrantTaken, .grantTaken)
    guard let copy = openings.sharing.copy, let subject = commitment("subject_1") else {
      broken.insert(.grantHolder)
      return
    }
    require(
      copy.holder == grant.key.thumbprint && copy.subject == subject, .grantHolder)
  }

  private mutating func judgeWithdrawal() {
    guard let text = values["withdrawal"]?.stringValue else { return }
    guard let withdrawal = parsed({ () throws(RulesError) in try GrantWithdrawal(parsing: text) }),
      withdrawal.isSigned
    else {
      broken.insert(.grantSignature)
      return
    }
    guard let grant = openings.sharing.grant else {
      broken.insert(.grantHolder)
      return
    }
    require(
      withdrawal.audience.hasSameBytes(as: event.audience)
        && withdrawal.grant == grant.number, .grantContent)
    require(withdrawal.key.thumbprint == grant.holder && isOfGrantedSubject, .grantHolder)
  }

  private func parsed<Token>(_ read: () throws(RulesError) -> Token) -> Token? {
    do { return try read() } catch { return nil }
  }

  private var isOfGrantedSubject: Bool {
    guard let grant = openings.sharing.grant, let subject = commitment("subject_1") else {
      return false
    }
    return grant.subject == subject
  }

  // MARK: Sharing

  /// An answer is about the person, the case and the certificate of its request.
  private mutating func judgeAnswer() {
    guard let asked = openings.sharing.answered else {
      broken.formUnion([.shareSubject, .shareCase])
      return
    }
    guard let own = Openings.Shared(openings.disclosures) else { return }
    require(
      own.subject == asked.subject && own.subjectValue == asked.subjectValue, .shareSubject)
    require(own.casePlace == asked.casePlace && own.caseValue == asked.caseValue, .shareCase)
    if let certificate = own.certificate, let expected = asked.certificate {
      require(certificate == expected, .shareCertificate)
    }
  }

  /// The certificate is of the type, and names the subject; a release is its issuer's to make.
  private mutating func judgeNamed(_ type: String?) {
    guard let text = values["certificate"]?["identifier"]?.stringValue else {
      broken.insert(.shareCertificate)
      return
    }
    do {
      let identifier = try CertificateIdentifier(text)
      require(identifier.typeCode == type && openings.sharing.namesSubject, .shareCertificate)
      if event.kind == .shareReleased, identifier.issuerCode != event.issuerCode {
        sharedIssuer = identifier.issuerCode
      }
    } catch {
      broken.insert(.identifierForm)
    }
  }

  /// What follows a release opens no subject, certificate or case: it is in the release's threads.
  private mutating func judgeContinuation() {
    if event.kind == .shareSettled { judgeSuccessor() }
    guard let release = openings.sharing.answered else {
      broken.formUnion([.shareSubject, .shareCase])
      return
    }
    require(openings.subjects.first?.key.commitment == release.subject, .shareSubject)
    require(openings.certificate?.key.commitment == release.certificate, .shareCertificate)
    require(
      openings.sharing.casePlace?.key.commitment == release.casePlace, .shareCase)
  }

  /// A correction is a replacement, which the settlement names; a value that stands has none.
  private mutating func judgeSuccessor() {
    let successor = values["successor"]
    require((successor != nil) == (event.text("outcome") == "corrected"), .disclosureName)
    guard let text = successor?["identifier"]?.stringValue else { return }
    do { _ = try CertificateIdentifier(text) } catch { broken.insert(.identifierForm) }
  }

  /// No more events than were counted, each once.
  private mutating func judgeEvidence() {
    let which = (values["which"]?.arrayValue ?? []).map { $0.canonicalBytes() }
    require(
      Set(which).count == which.count && which.count <= event.integer("count") ?? 0,
      .disclosureForm)
  }

  // MARK: Threads

  /// One subject, one certificate, one case: whoever is opened has the tag, nobody else has one.
  mutating func judgeSharedThreads() {
    let isShare = event.kind.shape.tags == .share
    let names = event.kind.shape.disclosures.members.map(\.name)
    judgePlace(
      openings.subjects.count == 1 ? openings.subjects[0] : nil, "subject_1", at: 0,
      isNamed: names.contains("subject_1"), isNeeded: isShare)
    require(openings.subjects.count <= 1, .threadTag)
    guard isShare else { return }
    judgePlace(
      openings.certificate, "certificate", at: 1, isNamed: names.contains("certificate"),
      isNeeded: false)
    judgePlace(
      openings.sharing.casePlace, "case", at: 2, isNamed: names.contains("case"), isNeeded: true)
  }

  private mutating func judgePlace(
    _ place: Openings.Place?, _ name: String, at position: Int, isNamed: Bool, isNeeded: Bool
  ) {
    guard let place else {
      // Padding stands in the place of what is not there, never of what is.
      return require(isNamed ? values[name] == nil : !isNeeded, .threadTag)
    }
    if isNamed { require(commitment(name) == place.key.commitment, .threadCommitment) }
    guard position < privateTags.count else { return }
    require(privateTags[position] == place.key.tag(place.number), .threadTag)
  }
}
