import Certificates
import Cryptography
import Ledger
import Rules

/// A certificate that gave way to its successor.
public struct ReplacedCertificate: Sendable, Hashable {
  /// The certificate that ended.
  public let identifier: String
  /// The one that took its place.
  public let successor: String
  /// The entry that ended it.
  public let index: LeafIndex
}

/// The predecessors of one batch of successors: which row has which, or why it has none.
///
/// The two events of a row are a group: both enter or neither. Spec: issuing.md, "Replacement".
struct Replacement {
  /// Why a row's predecessor cannot be replaced.
  enum Refusal: String, Sendable {
    case notFound = "not_found"
    case notIssuer = "not_issuer"
    case otherType = "other_type"
    case stateStep = "state_step"
    case suspended
    case holderMismatch = "holder_mismatch"
    case erased
    case versionsExhausted = "versions_exhausted"
    case duplicate = "duplicate_in_file"

    /// What went wrong and the remedy.
    var message: String {
      switch self {
      case .notFound: "this registry issued no certificate with the identifier"
      case .notIssuer:
        "only the department that issued a certificate, or who answers for it, replaces it"
      case .otherType: "the certificate is of another type; issue a new one and end that one"
      case .stateStep: "the certificate has ended; issue a new one"
      case .suspended:
        "the certificate is suspended, its successor would be in force; reinstate it first"
      case .holderMismatch:
        "the certificate is another holder's: no holder code of the row is among its own; "
          + "correct the identifier or the code"
      case .erased: "the certificate's content was erased; issue a new one"
      case .versionsExhausted: "version 999 is the last; end it and issue a new certificate"
      case .duplicate: "another row replaces the same certificate; keep one"
      }
    }
  }

  /// The column at fault.
  static let column = "previous_identifier"

  private let predecessors: [Result<StoredCertificate, RefusalError>]

  private struct RefusalError: Error {
    let refusal: Refusal
  }

  /// Looks the predecessors up, under the lock; `single` is that of a file of one certificate.
  init(
    of rows: [ClaimRow], single: CertificateIdentifier?, _ builder: CertificateBuilder,
    _ writer: Writer
  ) throws(RegistryError) {
    let reader = try CertificateReader(
      ledger: writer.ledger, vault: writer.vault, cipher: writer.cipher)
    var seen: Set<Int64> = []
    var predecessors: [Result<StoredCertificate, RefusalError>] = []
    for row in rows {
      guard let identifier = row.previous ?? single, let found = try reader.find(identifier) else {
        predecessors.append(.failure(RefusalError(refusal: .notFound)))
        continue
      }
      if try !writer.answers(builder.act, for: found.issuerCode) {
        predecessors.append(.failure(RefusalError(refusal: .notIssuer)))
      } else if let refusal = Replacement.refusal(found, builder) {
        predecessors.append(.failure(RefusalError(refusal: refusal)))
      } else if try !Replacement.isHolder(of: found, row.claims, writer) {
        predecessors.append(.failure(RefusalError(refusal: .holderMismatch)))
      } else if seen.insert(found.row.id).inserted {
        predecessors.append(.success(found))
      } else {
        predecessors.append(.failure(RefusalError(refusal: .duplicate)))
      }
    }
    self.predecessors = predecessors
  }

  private static func refusal(
    _ found: StoredCertificate, _ builder: CertificateBuilder
  ) -> Refusal? {
    if found.typeCode != builder.type.code.text { return .otherType }
    if found.state.coarse == .ended { return .stateStep }
    if found.state.coarse == .suspended { return .suspended }
    if found.row.secret.isEmpty { return .erased }
    // After a merger the identifier names another issuer, and its versions begin anew.
    let goesOn = found.issuerCode == builder.issuer.text
    return goesOn && found.identifier.version >= 999 ? .versionsExhausted : nil
  }

  /// Whether one of the new holders has the old certificate: else a slip of the pen would end a
  /// stranger's.
  private static func isHolder(
    of found: StoredCertificate, _ claims: CertificateClaims, _ writer: Writer
  ) throws(RegistryError) -> Bool {
    let codes = claims.holders.map { HolderCode(type: $0.codeType.text, code: $0.code) }
    for id in found.row.subjects {
      guard let subject = try writer.vault.subject(id) else {
        throw RegistryError(.damagedVault, "a certificate names a subject that is not there")
      }
      if codes.contains(try Writer.open(subject, writer.cipher).1) { return true }
    }
    return false
  }

  /// The predecessor; nil where there is none.
  func predecessor(_ position: Int) -> StoredCertificate? {
    guard case .success(let found) = predecessors[position] else { return nil }
    return found
  }

  /// Why a row is refused; nil where it is not.
  func refusal(_ position: Int) -> Refusal? {
    guard case .failure(let error) = predecessors[position] else { return nil }
    return error.refusal
  }

  /// For each certificate the end of its predecessor and its issue, side by side.
  ///
  /// `positions` says which row each certificate is of.
  func proposals(
    _ built: [BuiltCertificate], of positions: [Int], by signer: Signer, _ writer: Writer
  ) throws(RegistryError) -> [Proposal] {
    var drafts: [StepDraft] = []
    for (one, position) in zip(built, positions) {
      guard case .success(let found) = predecessors[position] else {
        throw RegistryError(.internalFault, "a successor without predecessor was built")
      }
      drafts.append(
        try writer.stepDraft(
          .certificateReplaced, of: found, to: .replaced, successor: one.identifier, by: signer))
    }
    let time = writer.now
    let cipher = writer.cipher
    let numbered = Array(drafts.enumerated())
    let ends = try Parallel.map(numbered) { item throws(RegistryError) in
      try item.element.proposal(by: signer, at: time, cipher, group: item.offset)
    }
    var proposals: [Proposal] = []
    for (number, (end, one)) in zip(ends, built).enumerated() {
      var issue = one.proposal
      issue.group = number
      proposals += [end, issue]
    }
    return proposals
  }

  /// One outcome for each certificate from those of its two events.
  static func outcomes(_ outcomes: [Outcome]) -> [Outcome] {
    stride(from: 0, to: outcomes.count - 1, by: 2).map { start in
      if case .refused = outcomes[start] { return outcomes[start] }
      return outcomes[start + 1]
    }
  }

  /// The predecessors that ended.
  func replaced(
    _ built: [BuiltCertificate], of positions: [Int], _ outcomes: [Outcome]
  ) -> [ReplacedCertificate] {
    var replaced: [ReplacedCertificate] = []
    for (number, (one, position)) in zip(built, positions).enumerated() {
      guard case .success(let found) = predecessors[position],
        let entry = outcomes[2 * number].entry
      else { continue }
      replaced.append(
        ReplacedCertificate(
          identifier: found.identifier.text, successor: one.identifier.text, index: entry.index))
    }
    return replaced
  }
}
