import Certificates
import Cryptography
import Encoding
import Ledger

extension Judge {
  /// The rules that need openings; without them the layer is not shown, never passed.
  func disclosedLayer(
    _ openings: Openings?, facts: inout FactOverlay
  ) throws(RulesError) -> LayerVerdict {
    if event.digests.isEmpty && event.kind.shape.tags == .none { return .passed }
    guard let openings else { return .notShown }
    var disclosed = DisclosedJudge(
      event: event, openings: openings, type: type,
      privateTags: Array(context.tags.dropFirst(RuleSet.departments(of: event).count)))
    disclosed.judge()
    return LayerVerdict(disclosed.broken)
  }
}

/// One judging of the disclosed layer.
private struct DisclosedJudge {
  let event: Event
  let openings: Openings
  let type: TypeVersionFact?
  let privateTags: [Tag]
  var broken: Set<RuleCode> = []
  private var values: [String: JSONValue] = [:]

  init(event: Event, openings: Openings, type: TypeVersionFact?, privateTags: [Tag]) {
    self.event = event
    self.openings = openings
    self.type = type
    self.privateTags = privateTags
  }

  mutating func require(_ condition: Bool, _ code: RuleCode) {
    if !condition { broken.insert(code) }
  }

  mutating func judge() {
    judgeDigests()
    judgeNames()
    judgeThreads()
    if event.kind.isCertificateStep || event.kind == .certificateIssued { judgeCertificate() }
  }

  /// A full opening explains every digest, once.
  private mutating func judgeDigests() {
    let opened = openings.disclosures.map(\.digest)
    require(
      Set(opened) == Set(event.digests) && opened.count == event.digests.count, .disclosureDigest)
    for disclosure in openings.disclosures {
      require(values[disclosure.name] == nil, .disclosureName)
      values[disclosure.name] = disclosure.value
    }
  }

  private mutating func judgeNames() {
    let shape = event.kind.shape.disclosures
    var allowed = Set(shape.required + shape.optional)
    if shape.hasSubjects { allowed.formUnion((1...(type?.subjects ?? 1)).map { "subject_\($0)" }) }
    if shape.hasCopies { allowed.formUnion((1...(type?.copies ?? 1)).map { "copy_\($0)" }) }
    for (name, value) in values {
      if name.hasPrefix("pad_") {
        require(value == .boolean(true), .disclosureForm)
      } else {
        require(allowed.contains(name), .disclosureName)
      }
    }
    for name in shape.required { require(values[name] != nil, .disclosureName) }
    if shape.hasSubjects { require(values["subject_1"] != nil, .disclosureName) }
    if shape.hasCopies { require(values["copy_1"] != nil, .disclosureName) }
  }

  private func commitment(_ name: String) -> Digest? {
    values[name]?["thread"]?.stringValue.flatMap(Digest.init(canonicalText:))
  }

  /// The keys must be those that the actor named, the tags those of the keys.
  private mutating func judgeThreads() {
    var tags = privateTags[...]
    if event.kind.shape.tags == .subjectsAndCertificate {
      let count = max(0, tags.count - 1)
      for (position, place) in openings.subjects.prefix(count).enumerated() {
        if event.kind == .certificateIssued {
          require(commitment("subject_\(position + 1)") == place.key.commitment, .threadCommitment)
        }
        require(tags[tags.startIndex + position] == place.key.tag(place.number), .threadTag)
      }
      require(!openings.subjects.isEmpty && openings.subjects.count <= count, .threadTag)
      tags = tags.suffix(1)
    }
    guard event.kind.shape.tags != .none else { return }
    guard let place = openings.certificate, let tag = tags.first else {
      broken.insert(.threadTag)
      return
    }
    require(commitment("certificate") == place.key.commitment, .threadCommitment)
    require(tag == place.key.tag(place.number), .threadTag)
  }

  private mutating func judgeCertificate() {
    judgeIdentifier()
    if event.kind == .certificateIssued {
      require(!openings.isIdentifierTaken, .identifierTaken)
      require(openings.state == nil, .exactState)
      return
    }
    guard let before = openings.state else {
      broken.insert(.exactState)
      return
    }
    require(event.text("from") == before.coarse.rawValue, .exactState)
    guard event.kind != .certificateErased else { return }
    guard let after = values["state"]?.stringValue.flatMap(CertificateState.init(rawValue:)) else {
      broken.insert(.exactState)
      return
    }
    require(event.text("to") == after.coarse.rawValue, .exactState)
    switch event.kind {
    case .certificateReplaced: require(after == .replaced, .exactState)
    case .certificateAnnotated: require(after == before, .exactState)
    case .certificateRevoked:
      require(after != .replaced, .exactState)
      if after == .other { require(values["reason"]?.stringValue != nil, .reasonMissing) }
    default: break
    }
  }

  /// The identifier names the event's type and issuer.
  private mutating func judgeIdentifier() {
    guard let text = values["certificate"]?["identifier"]?.stringValue else {
      broken.insert(.disclosureForm)
      return
    }
    do {
      let identifier = try CertificateIdentifier(text)
      require(
        identifier.typeCode == event.text("type") && identifier.issuerCode == event.issuerCode,
        .identifierForm)
    } catch {
      broken.insert(.identifierForm)
    }
  }
}
