import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Makes further copies of certificates that one department issued, batch by batch.
///
/// Holds the keys and the reserved status indices of a run.
final class CertificateCopier {
  /// Copies in use of one certificate.
  static let livingCountMax = 64
  /// Copies of one certificate in all.
  static let countMax = 1_024

  let registry: OpenRegistry
  let department: String
  /// By type and version.
  private var builders: [String: CertificateBuilder] = [:]
  /// By type.
  private var indices: [String: StatusIndices] = [:]

  init(_ registry: OpenRegistry, department: String) {
    self.registry = registry
    self.department = department
  }

  /// Decides requests in their order up to the first about a certificate that was named before:
  /// what the batch changes of it shows only when it is durable.
  func decide(
    _ requests: [CopyRequest]
  ) throws(RegistryError) -> (outcomes: [CopyOutcome], checkpoint: VerifiedCheckpoint) {
    let identifiers = requests.map(\.identifier)
    let count =
      requests.indices.first { identifiers[..<$0].contains(identifiers[$0]) } ?? requests.count
    let batch = Array(requests.prefix(count))
    // Opening keys takes the lock: they are there before it is taken for the batch.
    let reader = try registry.certificates()
    for request in batch {
      if let found = try reader.find(request.identifier) { try prepareBuilder(for: found) }
    }
    return try registry.write { writer throws(RegistryError) in
      try decide(batch, writer)
    }
  }

  private func prepareBuilder(for found: StoredCertificate) throws(RegistryError) {
    let name = Self.name(of: found)
    guard found.issuerCode == department, builders[name] == nil else { return }
    let code: TypeCode
    do throws(CertificatesError) { code = try TypeCode(found.typeCode) } catch {
      throw RegistryError(.damagedVault, "a certificate's type has no code", cause: error)
    }
    builders[name] = try registry.certificateBuilder(
      try registry.typeFile(code, version: found.typeVersion), department: department)
    if indices[found.typeCode] == nil, let builder = builders[name] {
      indices[found.typeCode] = StatusIndices(
        department: builder.issuer, type: code, host: registry.settings.host)
    }
  }

  private static func name(of found: StoredCertificate) -> String {
    "\(found.typeCode)/\(found.typeVersion)"
  }

  private func decide(
    _ requests: [CopyRequest], _ writer: Writer
  ) throws(RegistryError) -> (outcomes: [CopyOutcome], checkpoint: VerifiedCheckpoint) {
    let reader = try writer.certificates()
    var outcomes: [CopyOutcome?] = []
    var drafts: [CopyDraft] = []
    var positions: [Int] = []
    for (position, request) in requests.enumerated() {
      switch try plan(request, reader, writer) {
      case .success(.draft(let draft)):
        drafts.append(draft)
        positions.append(position)
        outcomes.append(nil)
      case .success(.made(let outcome)): outcomes.append(outcome)
      case .failure(let refusal): outcomes.append(.refused(refusal.refusal))
      }
    }
    let built = try Parallel.map(drafts) { draft throws(RegistryError) in try draft.build() }
    let result = try writer.append(built.map(\.proposal))
    for (position, (one, outcome)) in zip(positions, zip(built, result.outcomes)) {
      switch outcome {
      case .entered(let entry), .repeated(let entry):
        outcomes[position] = .made(one.made(entry), try one.issued(entry), isNew: true)
      case .refused(let codes):
        outcomes[position] = .refused(.rules(requests[position].line, codes))
      case .withdrawn: outcomes[position] = .refused(.rules(requests[position].line, []))
      }
    }
    let decided = outcomes.compactMap { $0 }
    guard decided.count == requests.count else {
      throw RegistryError(.internalFault, "a copy was neither made nor refused")
    }
    return (decided, result.checkpoint)
  }

  // MARK: One request

  private enum Plan {
    case draft(CopyDraft)
    case made(CopyOutcome)
  }

  private struct Refused: Error {
    let refusal: StateRefusal
  }

  private func plan(
    _ request: CopyRequest, _ reader: CertificateReader, _ writer: Writer
  ) throws(RegistryError) -> Result<Plan, Refused> {
    func refused(_ reason: CopyRefusal) -> Result<Plan, Refused> {
      .failure(Refused(refusal: .copy(request, reason)))
    }
    guard let found = try reader.find(request.identifier) else {
      return .failure(Refused(refusal: .notFound(request.line)))
    }
    guard found.issuerCode == department, let builder = builders[Self.name(of: found)],
      let indices = indices[found.typeCode]
    else { return refused(.notIssuer) }
    if found.row.secret.isEmpty { return .failure(Refused(refusal: .erased(request.line))) }
    if found.state.coarse == .ended { return refused(.ended) }
    let copies = try reader.copies(of: found.row)
    let living = copies.filter { !$0.isStopped }
    var stopping: [Int] = []
    for digest in request.stopped {
      guard let position = copies.firstIndex(where: { $0.certificate.digest == digest }) else {
        return refused(.noSuchCopy)
      }
      if !copies[position].isStopped { stopping.append(position) }
    }
    guard let key = request.holderKey else {
      if stopping.isEmpty {
        return .success(.made(.made(MadeCopy(standing: found), nil, isNew: false)))
      }
      if stopping.count == living.count { return refused(.lastCopy) }
      return .success(
        .draft(try CopyDraft(stopping: stopping, of: found, copies, with: builder, writer)))
    }
    let place = request.subject ?? (found.row.subjects.count == 1 ? 1 : 0)
    guard place >= 1, place <= min(found.row.subjects.count, builder.type.copyCountMax) else {
      return refused(.noSubject)
    }
    if let known = copies.first(where: { $0.certificate.holderKey == key }) {
      // The same command again: the copy is there, and only its delivery may be missing.
      guard !known.isStopped, known.subject == place,
        !request.stopped.contains(known.certificate.digest)
      else { return refused(.keyUsed) }
      // The copy is there; what shall stop beside it may not be.
      return stopping.isEmpty
        ? .success(.made(try standing(found, known, copies, reader)))
        : .success(
          .draft(try CopyDraft(stopping: stopping, of: found, copies, with: builder, writer)))
    }
    guard living.count - stopping.count < Self.livingCountMax, copies.count < Self.countMax else {
      return refused(.tooManyCopies)
    }
    // An index that was not given out yet reads as valid in every token that was published.
    if found.state.coarse == .suspended { return refused(.suspended) }
    if let until = found.row.until, until < Int64(writer.now.day.number) {
      return refused(.expired)
    }
    var draft = try CopyDraft(stopping: stopping, of: found, copies, with: builder, writer)
    do throws(CertificatesError) {
      try draft.take(key, for: place)
    } catch {
      return .failure(
        Refused(
          refusal: StateRefusal(
            line: request.line, column: "identifier", code: "\(error.code)",
            "its claims do not fit its type any more: \(error.message); replace it")))
    }
    try draft.reserve(indices, writer)
    return .success(.draft(draft))
  }

  /// A copy that an earlier run made.
  private func standing(
    _ found: StoredCertificate, _ copy: StoredCopy, _ copies: [StoredCopy],
    _ reader: CertificateReader
  ) throws(RegistryError) -> CopyOutcome {
    guard let record = try registry.vault.record(of: copy.entry),
      let position = copies.firstIndex(where: { $0.bytes == copy.bytes })
    else { throw RegistryError(.damagedVault, "a copy has no record", at: "record") }
    let issued = try IssuedCertificate.load(
      record, of: found.row, earlierCount: copies.count(where: { $0.entry < copy.entry }),
      registry, reader.cipher)
    return .made(
      MadeCopy(
        identifier: found.identifier.text, digest: copy.certificate.digest,
        name: DeliveryMaker.name(found.identifier.text, copy: position), stoppedCount: 0,
        index: issued.entry.index),
      issued, isNew: false)
  }
}
