import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// What one certificate shall say, and for whom.
public struct CertificateOrder: Sendable {
  /// The claims; they fit the type.
  public let claims: CertificateClaims
  /// The holder's key of each copy, as far as there are any.
  public let holderKeys: [P256PublicKey?]
  /// The certificate that this one takes the place of.
  public let previous: StoredCertificate?

  /// Joins them.
  public init(
    claims: CertificateClaims, holderKeys: [P256PublicKey?] = [],
    previous: StoredCertificate? = nil
  ) {
    self.claims = claims
    self.holderKeys = holderKeys
    self.previous = previous
  }
}

/// Turns orders into certificates and the proposals that enter them.
///
/// Three steps, so that signing needs no lock and uses every core:
/// ```
/// try registry.write { writer in
///   let prepared = try builder.prepare(orders, indices, writer)   // numbers, keys, status indices
///   let built = try builder.build(prepared)                       // signs and seals, in parallel
///   let result = try writer.append(built.map(\.proposal))         // judges; durable
/// }
/// ```
/// For a replacement set `previous`, give `built.proposal.group` and the proposal of
/// `certificate.replaced` the same number, and append them side by side: both enter or neither.
/// `BuiltCertificate.issued(_:)` is what deliveries are made from. Made by
/// `OpenRegistry.certificateBuilder`. Spec: issuing.md, "One batch".
public struct CertificateBuilder: Sendable {
  /// The type's version that is issued.
  public let type: TypeFile
  /// Who acts.
  public let act: Signer
  /// Who seals.
  public let seal: Signer
  let profile: CertificateProfile
  let header: TokenHeader
  let origin: String
  let typeNumber: Int64
  let cipher: VaultCipher
  let random: any RandomSource

  var issuer: USCC { profile.issuerCode }

  // MARK: Under the lock

  /// Gives each order its row, keys, subjects and status indices; the result is good until the
  /// writer's next append.
  public func prepare(
    _ orders: [CertificateOrder], _ indices: StatusIndices, _ writer: Writer
  ) throws(RegistryError) -> [PreparedCertificate] {
    let codes = orders.flatMap { order in
      order.claims.holders.map { HolderCode(type: $0.codeType.text, code: $0.code) }
    }
    var subjects = try writer.subjects(codes)[...]
    var needed: [String: Int64] = [:]
    for order in orders {
      needed[quarter(order), default: 0] += Int64(copyCount(order))
    }
    try indices.reserve(needed, writer)
    let seen = writer.seen
    let now = writer.now
    var prepared: [PreparedCertificate] = []
    prepared.reserveCapacity(orders.count)
    for order in orders {
      let handle = try writer.newCertificate()
      let count = order.claims.holders.count
      var places: [StatusIndices.Place] = []
      for _ in 0..<copyCount(order) { places.append(try indices.next(quarter(order))) }
      prepared.append(
        PreparedCertificate(
          order: order, handle: handle, subjects: Array(subjects.prefix(count)), places: places,
          identifier: try identifier(order, handle.id), seen: seen, now: now,
          isIdentifierTaken: try isTaken(order, writer)))
      subjects = subjects.dropFirst(count)
    }
    return prepared
  }

  private func quarter(_ order: CertificateOrder) -> String {
    StatusListName.quarter(of: order.claims.validUntil)
  }

  /// Decision 0007: one copy for each subject, as far as the type has copies.
  private func copyCount(_ order: CertificateOrder) -> Int {
    min(order.claims.holders.count, type.copyCountMax)
  }

  private func identifier(
    _ order: CertificateOrder, _ row: Int64
  ) throws(RegistryError) -> CertificateIdentifier {
    let continued = continued(order)
    let serial = try cipher.serial(row: continued?.base ?? row)
    do throws(CertificatesError) {
      return try CertificateIdentifier.make(
        type: type.code, issuer: issuer, serial: serial,
        version: Int((continued?.version ?? 0) + 1))
    } catch {
      throw RegistryError(
        .refused, "the identifier has no version after 999; issue a new certificate",
        cause: error)
    }
  }

  /// The row whose serial and versions go on. Where the predecessor is of a department that this
  /// one answers for, the identifier names another issuer: it begins anew.
  private func continued(_ order: CertificateOrder) -> CertificateRow? {
    guard let previous = order.previous, previous.issuerCode == issuer.text else { return nil }
    return previous.row
  }

  /// Only a successor can meet another: serials of first versions are of new rows.
  private func isTaken(
    _ order: CertificateOrder, _ writer: Writer
  ) throws(RegistryError) -> Bool {
    guard let previous = continued(order) else { return false }
    return try writer.vault.certificate(base: previous.base, version: previous.version + 1) != nil
  }

  // MARK: In parallel

  /// Builds, signs and seals, over all cores.
  public func build(
    _ prepared: [PreparedCertificate]
  ) throws(RegistryError) -> [BuiltCertificate] {
    try Parallel.map(prepared) { one throws(RegistryError) in try build(one) }
  }

  private func build(_ one: PreparedCertificate) throws(RegistryError) -> BuiltCertificate {
    let copies: [CertificateCopy]
    let signed: SignedEvent
    do {
      copies = try makeCopies(one)
      signed = try draft(one, copies).signed(
        with: act.key, keyID: act.keyID, at: one.now, random: random)
    } catch let error as CertificatesError {
      throw RegistryError(.cryptography, error.message, cause: error)
    } catch let error as RulesError {
      throw RegistryError(error)
    } catch {
      throw RegistryError(.internalFault, "a certificate could not be built", cause: error)
    }
    let texts = copies.map(\.bytes)
    let content = IssuedContent.bytes(texts, header)
    let id = one.handle.id
    let key = one.handle.contentKey
    var changes: [VaultChange] = [.insertCertificate(row(one))]
    for place in one.places {
      changes.append(
        .insertCopy(CopyRow(id: place.copyID, certificate: id, state: 0), listed: false))
    }
    changes.append(
      .insertRecord(
        certificate: id,
        disclosures: try cipher.seal(
          RecordText.bytes(signed.disclosures), for: .disclosures(id), under: key),
        content: try cipher.seal(content, for: .content(id), under: key)))
    var threads = one.subjects.map { Proposal.Thread.subject($0.id) }
    for _ in threads.count..<type.subjectCountMax { threads.append(.padding) }
    threads.append(.certificate(id))
    let proposal = Proposal(
      signed, threads: threads, changes: changes, state: .inForce,
      isIdentifierTaken: one.isIdentifierTaken)
    return BuiltCertificate(one, proposal, copies: texts)
  }

  private func makeCopies(_ one: PreparedCertificate) throws -> [CertificateCopy] {
    let content = try profile.content(
      of: one.order.claims, identifier: one.identifier, previous: one.order.previous?.identifier,
      today: one.now.day)
    var copies: [CertificateCopy] = []
    for (index, place) in one.places.enumerated() {
      copies.append(
        try profile.copy(
          of: content, holder: one.holderKey(index), status: place.reference, random: random))
    }
    return copies
  }

  private func draft(
    _ one: PreparedCertificate, _ copies: [CertificateCopy]
  ) throws -> EventDraft {
    var draft = EventDraft(
      .certificateIssued, audience: origin, issuer: act.uri, seen: one.seen,
      clear: [
        "type": .string(type.code.text), "version": .integer(Int64(type.version)),
      ], subjects: type.subjectCountMax, copies: type.copyCountMax)
    var certificate: JSONObject = [
      "identifier": .string(one.identifier.text),
      "thread": .string(one.handle.key.commitment.base64url),
    ]
    if let previous = one.order.previous {
      certificate["previous"] = .string(previous.identifier.text)
    }
    draft.disclose("certificate", .object(certificate))
    for (index, subject) in one.subjects.enumerated() {
      let holder = one.order.claims.holders[index]
      draft.disclose(
        "subject_\(index + 1)",
        subject.opening(HolderCode(type: holder.codeType.text, code: holder.code)))
    }
    for (index, copy) in copies.enumerated() {
      draft.disclose(
        "copy_\(index + 1)", copy.opening(one.holderKey(index), one.places[index].reference))
    }
    return draft
  }

  private func row(_ one: PreparedCertificate) -> CertificateRow {
    let claims = one.order.claims
    return CertificateRow(
      id: one.handle.id, base: continued(one.order)?.base ?? one.handle.id,
      version: Int64(one.identifier.version), type: typeNumber,
      state: CertificateState.inForce.number,
      number: Uniqueness.numberLookup(type.code, claims.number, cipher),
      uniqueness: Uniqueness(type).lookup(claims, cipher),
      until: claims.validUntil.map { Int64($0.number) }, subjects: one.subjects.map(\.id),
      copies: one.places.map(\.copyID), secret: one.handle.secret)
  }
}

/// An order with its numbers and keys, before anything is signed.
public final class PreparedCertificate: Sendable {
  let order: CertificateOrder
  let handle: CertificateHandle
  let subjects: [SubjectHandle]
  let places: [StatusIndices.Place]
  let identifier: CertificateIdentifier
  let seen: SeenTree
  let now: Timestamp
  let isIdentifierTaken: Bool

  init(
    order: CertificateOrder, handle: CertificateHandle, subjects: [SubjectHandle],
    places: [StatusIndices.Place], identifier: CertificateIdentifier, seen: SeenTree,
    now: Timestamp, isIdentifierTaken: Bool
  ) {
    self.order = order
    self.handle = handle
    self.subjects = subjects
    self.places = places
    self.identifier = identifier
    self.seen = seen
    self.now = now
    self.isIdentifierTaken = isIdentifierTaken
  }

  func holderKey(_ copy: Int) -> P256PublicKey? {
    copy < order.holderKeys.count ? order.holderKeys[copy] : nil
  }
}

/// A certificate that was signed and has not entered.
///
/// A class: bulk issuing hands tens of thousands from list to list.
public final class BuiltCertificate: Sendable {
  /// The identifier.
  public let identifier: CertificateIdentifier
  /// The id of its row.
  public let id: Int64
  /// What enters it.
  public let proposal: Proposal
  let copies: [[UInt8]]
  let key: ThreadKey
  let subjects: [SubjectHandle]

  init(
    _ prepared: PreparedCertificate, _ proposal: Proposal, copies: [[UInt8]]
  ) {
    identifier = prepared.identifier
    id = prepared.handle.id
    key = prepared.handle.key
    subjects = prepared.subjects
    self.proposal = proposal
    self.copies = copies
  }

  /// The certificate with its entry: what deliveries are made from.
  public func issued(_ entry: Entry) throws(RegistryError) -> IssuedCertificate {
    var places: [Openings.Place] = []
    for subject in subjects.prefix(copies.count) {
      places.append(
        try IssuedCertificate.place(subject.key, in: entry, from: subject.count))
    }
    return IssuedCertificate(
      identifier: identifier.text, id: id, entry: entry, copies: copies,
      numbers: Array(1..<(copies.count + 1)), earlierCount: 0, disclosures: proposal.disclosures,
      thread: Openings.Place(key: key, number: 1),
      subjects: places)
  }
}
