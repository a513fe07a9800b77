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
      privateTags: Array(context.tags.dropFirst(departments.count)))
    if event.kind == .shareReleased, let name = try named("request", facts: &facts) {
      disclosed.request = try facts.request(name)
    }
    disclosed.judge()
    if let issuer = disclosed.sharedIssuer, let signer = event.issuerCode {
      if try !facts.answers(signer, for: issuer) { disclosed.broken.insert(.shareCertificate) }
    }
    if let issuer = disclosed.otherIssuer, let signer = event.issuerCode {
      // Who answers for a retired department goes on with its certificates.
      if try !facts.answers(signer, for: issuer) { disclosed.broken.insert(.identifierForm) }
    }
    return LayerVerdict(disclosed.broken)
  }
}

/// One judging of the disclosed layer.
struct DisclosedJudge {
  let event: Event
  let openings: Openings
  let type: TypeVersionFact?
  let privateTags: [Tag]
  var broken: Set<RuleCode> = []
  /// The issuer that the identifier names, where it is not the signer.
  var otherIssuer: String?
  /// Of a release: what it answers.
  var request: RequestFact?
  /// The issuer of a released certificate, where it is not the signer.
  var sharedIssuer: String?
  private(set) var values = JSONObject()
  /// How many `subject_1…` and `copy_1…` were opened.
  private(set) var subjectCount = 0
  private(set) var copyCount = 0

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
    judgeNumbered()
    judgeThreads()
    switch event.kind {
    case .actRefused: judgeRefusedAct()
    case .certificateIssued, .certificateCopied: judgeCertificate()
    default: if event.kind.isCertificateStep { judgeCertificate() } else { judgeSharing() }
    }
  }

  /// A full opening explains every digest, once.
  private mutating func judgeDigests() {
    // The event's digests are distinct: equal lists have no opening twice.
    require(
      openings.disclosures.map(\.digest).sorted() == event.digests.sorted(), .disclosureDigest)
    for disclosure in openings.disclosures {
      require(values.append(disclosure.name, disclosure.value), .disclosureName)
    }
  }

  /// Every name is one of the kind's, its value has the form, and nothing needed is missing.
  private mutating func judgeNames() {
    let shape = event.kind.shape.disclosures
    let subjects = type?.subjects ?? 1
    let copies = type?.copies ?? 1
    for member in values {
      let (name, value) = (member.name, member.value)
      if EventShape.Disclosures.number(name, after: "pad_") != nil {
        require(value == .boolean(true), .disclosureForm)
      } else if let form = shape.form(of: name, subjects: subjects, copies: copies) {
        require(form.matches(value), .disclosureForm)
      } else {
        broken.insert(.disclosureName)
      }
    }
    for member in shape.members where !member.isOptional {
      require(values[member.name] != nil, .disclosureName)
    }
  }

  /// Subjects are numbered without a gap, and a copy belongs to the subject of its number.
  private mutating func judgeNumbered() {
    let shape = event.kind.shape.disclosures
    if shape.hasSubjects {
      let subjects = numbered("subject_")
      subjectCount = count(subjects)
      require(subjectCount > 0, .disclosureName)
      judgeSubjects(subjects.map(\.value))
    }
    guard shape.hasCopies else { return }
    let copies = numbered("copy_")
    copyCount = copies.count
    require(copies.last?.number ?? 0 <= subjectCount, .disclosureName)
    if event.kind == .certificateIssued {
      require(copyCount > 0 && copyCount == count(copies), .disclosureName)
    } else {
      // Later copies are for any of the subjects, or for none where others end.
      require(copyCount > 0 || values["ended"] != nil, .disclosureName)
    }
    judgeCopies(copies.map(\.value))
  }

  /// The numbered members that were opened, in the order of their numbers.
  private func numbered(_ prefix: String) -> [(number: Int, value: JSONValue)] {
    var found: [(number: Int, value: JSONValue)] = []
    for member in values {
      if let number = EventShape.Disclosures.number(member.name, after: prefix), number <= 16 {
        found.append((number, member.value))
      }
    }
    return found.sorted { $0.number < $1.number }
  }

  /// How many there are from 1 on; a gap breaks `disclosure-name`.
  private mutating func count(_ found: [(number: Int, value: JSONValue)]) -> Int {
    require(found.last?.number ?? 0 == found.count, .disclosureName)
    return found.count
  }

  /// Codes as their type has them; nobody is named twice.
  mutating func judgeSubjects(_ subjects: [JSONValue]) {
    var threads: Set<String> = []
    for subject in subjects {
      guard let code = subject["code"]?.stringValue,
        let type = subject["code_type"]?.stringValue, let thread = subject["thread"]?.stringValue
      else { continue }
      do { try HolderCodeType(type).check(code) } catch { broken.insert(.disclosureForm) }
      require(threads.insert(thread).inserted, .threadCommitment)
    }
  }

  /// Every copy has a place of its own in a status list of this department and type.
  private mutating func judgeCopies(_ copies: [JSONValue]) {
    var places: Set<String> = []
    var digests: Set<String> = []
    for copy in copies {
      guard let digest = copy["digest"]?.stringValue,
        let index = copy["status"]?["idx"]?.integerValue,
        let uri = copy["status"]?["uri"]?.stringValue
      else { continue }
      require(digests.insert(digest).inserted, .disclosureForm)
      require(places.insert("\(index) \(uri)").inserted, .disclosureForm)
      do {
        let list = try StatusListName.parse(uri)
        require(
          list.host == DepartmentURI(event.issuer)?.host
            && list.name.department.text == event.issuerCode
            && list.name.type.text == event.text("type"), .disclosureForm)
      } catch {
        broken.insert(.disclosureForm)
      }
    }
  }

  func commitment(_ name: String) -> Digest? { values[name].flatMap(Openings.thread) }

  /// The keys must be those that the actor named, the tags those of the keys.
  private mutating func judgeThreads() {
    switch event.kind.shape.tags {
    case .subject, .share: return judgeSharedThreads()
    case .subjectsAndCertificate: break
    case .none, .use: return
    }
    let count = max(0, privateTags.count - 1)
    for (position, place) in openings.subjects.prefix(count).enumerated() {
      if event.kind.shape.disclosures.hasSubjects {
        require(commitment("subject_\(position + 1)") == place.key.commitment, .threadCommitment)
      }
      require(privateTags[position] == place.key.tag(place.number), .threadTag)
    }
    require(!openings.subjects.isEmpty && openings.subjects.count <= count, .threadTag)
    if event.kind.shape.disclosures.hasSubjects {
      // A subject without its tag would never learn of the certificate.
      require(openings.subjects.count == subjectCount, .threadTag)
    }
    guard let place = openings.certificate, let tag = privateTags.last else {
      broken.insert(.threadTag)
      return
    }
    require(commitment("certificate") == place.key.commitment, .threadCommitment)
    require(tag == place.key.tag(place.number), .threadTag)
  }

  /// The refused act is the one that the clear members name.
  private mutating func judgeRefusedAct() {
    guard let text = values["refused"]?.stringValue else { return }
    do {
      let act = try Event(parsing: Array(text.utf8))
      require(
        act.issuerCode == event.text("who") && act.id.number == event.digest("number")
          && act.kind.rawValue == event.text("kind_refused"), .disclosureForm)
    } catch {
      broken.insert(.disclosureForm)
    }
  }
}
