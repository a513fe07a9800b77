import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Copies that will be made or stopped by one entry, before anything is signed; good until the
/// writer's next append.
struct CopyDraft: Sendable {
  private let builder: CertificateBuilder
  private let found: StoredCertificate
  private let handle: CertificateHandle
  private let subjects: [(handle: SubjectHandle, code: HolderCode)]
  private let threads: [Proposal.Thread]
  private let seen: SeenTree
  private let now: Timestamp
  private let earlierCount: Int
  /// What the first copy says: all copies of a certificate say the same.
  private let claims: JSONObject
  private let stopped: [(digest: Digest, copyID: Int64)]
  private var addition: Addition?

  /// A copy that is made, but for its place where none was reserved yet.
  private struct Addition: Sendable {
    let key: P256PublicKey
    let subject: Int
    let content: CertificateContent
    let until: Day?
    var place: StatusIndices.Place?
  }

  /// Copies at these positions stop.
  init(
    stopping positions: [Int], of found: StoredCertificate, _ copies: [StoredCopy],
    with builder: CertificateBuilder, _ writer: Writer
  ) throws(RegistryError) {
    guard copies.count == found.row.copies.count, let first = copies.first else {
      throw RegistryError(
        .damagedVault, "a certificate has another number of copies", at: "certificate")
    }
    self.builder = builder
    self.found = found
    handle = try writer.certificate(found.row)
    var subjects: [(handle: SubjectHandle, code: HolderCode)] = []
    for id in found.row.subjects {
      guard let row = try writer.vault.subject(id) else {
        throw RegistryError(.damagedVault, "a certificate names a subject that is not there")
      }
      subjects.append((try writer.subject(id), try Writer.open(row, writer.cipher).1))
    }
    self.subjects = subjects
    threads = try writer.threads(
      of: found.row, handle, places: builder.type.subjectCountMax)
    seen = writer.seen
    now = writer.now
    earlierCount = copies.count
    claims = first.certificate.claims
    stopped = positions.map { (copies[$0].certificate.digest, found.row.copies[$0]) }
  }

  /// A copy for a subject, counted from 1. It says what the first copy says, in the words that the
  /// department's name and the type's have now.
  ///
  /// Throws what reading claims and making content throws.
  mutating func take(_ key: P256PublicKey, for subject: Int) throws(CertificatesError) {
    let input = try input()
    let previous = try claims["previous_identifier"]?.stringValue.map {
      text throws(CertificatesError) in try CertificateIdentifier(text)
    }
    let content = try builder.profile.content(
      of: input, identifier: found.identifier, previous: previous, today: now.day)
    addition = Addition(
      key: key, subject: subject, content: content, until: input.validUntil, place: nil)
  }

  /// A place in a status list for the copy.
  mutating func reserve(
    _ indices: StatusIndices, _ writer: Writer
  ) throws(RegistryError) {
    let quarter = StatusListName.quarter(of: addition.flatMap(\.until))
    try indices.reserve([quarter: 1], writer)
    addition?.place = try indices.next(quarter)
  }

  /// The claims as issuing takes them: without what the issuer set or computed.
  private func input() throws(CertificatesError) -> CertificateClaims {
    let computed = Set(builder.type.predicates.map(\.name))
    let issuerSet = CertificateProfile.standardNames.subtracting(CertificateClaims.inputNames)
      .union(CertificateProfile.visibleNames)
    return try CertificateClaims(
      JSONObject(
        claims.members.filter {
          !computed.contains($0.name) && !issuerSet.contains($0.name)
        }.map { ($0.name, $0.value) }))
  }

  // MARK: In parallel

  /// Builds, signs and seals.
  func build() throws(RegistryError) -> BuiltCopy {
    do {
      let copy = try makeCopy()
      let signed = try draft(copy).signed(
        with: builder.act.key, keyID: builder.act.keyID, at: now, random: builder.random)
      return BuiltCopy(
        proposal: Proposal(signed, threads: threads, changes: try changes(signed, copy)),
        copy: copy, identifier: found.identifier.text, id: handle.id, key: handle.key,
        subject: addition.map { ($0.subject, subjects[$0.subject - 1].handle) },
        earlierCount: earlierCount, stoppedCount: stopped.count)
    } catch let error as CertificatesError {
      throw RegistryError(.cryptography, error.message, cause: error)
    } catch let error as RulesError {
      throw RegistryError(error)
    } catch let error as RegistryError {
      throw error
    } catch {
      throw RegistryError(.internalFault, "a copy could not be built", cause: error)
    }
  }

  private func makeCopy() throws -> CertificateCopy? {
    guard let addition, let place = addition.place else { return nil }
    return try builder.profile.copy(
      of: addition.content, holder: addition.key, status: place.reference,
      random: builder.random)
  }

  private func draft(_ copy: CertificateCopy?) -> EventDraft {
    var draft = EventDraft(
      .certificateCopied, audience: builder.origin, issuer: builder.act.uri, seen: seen,
      clear: [
        "type": .string(builder.type.code.text), "version": .integer(Int64(builder.type.version)),
      ], subjects: builder.type.subjectCountMax, copies: builder.type.copyCountMax)
    draft.disclose(
      "certificate",
      [
        "identifier": .string(found.identifier.text),
        "thread": .string(handle.key.commitment.base64url),
      ])
    if !stopped.isEmpty {
      draft.disclose("ended", .array(stopped.map { .string($0.digest.base64url) }))
    }
    for (index, subject) in subjects.enumerated() {
      draft.disclose("subject_\(index + 1)", subject.handle.opening(subject.code))
    }
    if let copy, let addition, let place = addition.place {
      draft.disclose("copy_\(addition.subject)", copy.opening(addition.key, place.reference))
    }
    return draft
  }

  private func changes(
    _ signed: SignedEvent, _ copy: CertificateCopy?
  ) throws(RegistryError) -> [VaultChange] {
    let cipher = builder.cipher
    var changes: [VaultChange] = stopped.map {
      .setCopyState(copy: $0.copyID, state: CertificateState.other.statusValue)
    }
    if let place = addition?.place {
      let row = CopyRow(
        id: place.copyID, certificate: handle.id, state: found.state.statusValue)
      changes.append(.insertCopy(row, listed: true))
    }
    var content: [UInt8]?
    if let copy {
      content = try cipher.seal(
        IssuedContent.bytes([copy.bytes], builder.header), for: .content(handle.id),
        under: handle.contentKey)
    }
    changes.append(
      .insertRecord(
        certificate: handle.id,
        disclosures: try cipher.seal(
          RecordText.bytes(signed.disclosures), for: .disclosures(handle.id),
          under: handle.contentKey), content: content))
    return changes
  }
}

/// Copies that were signed and have not entered.
struct BuiltCopy: Sendable {
  let proposal: Proposal
  let copy: CertificateCopy?
  let identifier: String
  let id: Int64
  let key: ThreadKey
  let subject: (number: Int, handle: SubjectHandle)?
  let earlierCount: Int
  let stoppedCount: Int

  func made(_ entry: Entry) -> MadeCopy {
    MadeCopy(
      identifier: identifier, digest: copy?.digest,
      name: copy.map { _ in DeliveryMaker.name(identifier, copy: earlierCount) },
      stoppedCount: stoppedCount, index: entry.index)
  }

  /// What the delivery is made from; nil where copies stopped only.
  func issued(_ entry: Entry) throws(RegistryError) -> IssuedCertificate? {
    guard let copy, let subject else { return nil }
    return IssuedCertificate(
      identifier: identifier, id: id, entry: entry, copies: [copy.bytes],
      numbers: [subject.number], earlierCount: earlierCount, disclosures: proposal.disclosures,
      thread: try IssuedCertificate.place(key, in: entry, from: 0),
      subjects: [
        try IssuedCertificate.place(subject.handle.key, in: entry, from: subject.handle.count)
      ])
  }
}

extension SubjectHandle {
  /// What an event opens of a subject.
  func opening(_ code: HolderCode) -> JSONValue {
    [
      "code": .string(code.code), "code_type": .string(code.type),
      "thread": .string(key.commitment.base64url),
    ]
  }
}

extension CertificateCopy {
  /// What an event opens of a copy.
  func opening(_ key: P256PublicKey?, _ place: StatusReference) -> JSONValue {
    var value: JSONObject = ["digest": .string(digest.base64url)]
    if let key { value["holder"] = .string(SHA256.hash(JWK.canonicalBytes(key)).base64url) }
    value["status"] = ["idx": .integer(Int64(place.index)), "uri": .string(place.uri)]
    return .object(value)
  }
}
