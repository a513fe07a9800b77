import Certificates
import Encoding
import Ledger
import Rules

/// One entry of a certificate's thread, with what its disclosures say.
public struct CertificateEvent: Sendable {
  /// The entry's index.
  public let index: LeafIndex
  /// What it states.
  public let kind: EventKind
  /// When it was received.
  public let received: Timestamp
  /// The certificate's exact state after it; nil where the openings were erased.
  public let state: CertificateState?
  /// The state that everyone may know.
  public let coarse: CoarseState
  /// The reason given.
  public let reason: String?
  /// The identifier of the certificate that took its place.
  public let successor: String?
}

extension CertificateReader {
  /// Every entry about a certificate, oldest first.
  ///
  /// Throws `damagedVault` when there are fewer or more openings than its thread has numbers.
  public func history(of row: CertificateRow) throws(RegistryError) -> [CertificateEvent] {
    let key = row.secret.isEmpty ? nil : try Writer.keys(of: row, cipher).contentKey
    var events: [CertificateEvent] = []
    var isShortened = false
    var state: CertificateState?
    var coarse = CoarseState.valid
    // Shares are in the thread too; what they open is no affair of the certificate's.
    let shares = try MatterReader(ledger: ledger, vault: vault, cipher: cipher)
      .entries(ofCertificate: row.id)
    var places: [(entry: Int64, disclosures: [UInt8]?)] = shares.map { ($0, nil) }
    places += try vault.records(certificate: row.id).map { ($0.entry, $0.disclosures) }
    places.sort { $0.entry < $1.entry }
    for (index, disclosures) in places {
      guard isDurable(index) else {
        isShortened = true
        continue
      }
      let (entry, event) = try event(at: index)
      var values: [String: JSONValue] = [:]
      if let key, let disclosures {
        let plain = try cipher.open(disclosures, for: .disclosures(row.id), under: key)
        for disclosure in try RecordText.disclosures(plain) {
          values[disclosure.name] = disclosure.value
        }
      }
      coarse = event.text("to").flatMap(CoarseState.init(rawValue:)) ?? coarse
      if event.kind == .certificateIssued { state = key == nil ? nil : .inForce }
      if event.kind.isCertificateStep, event.kind != .certificateErased {
        state = values["state"]?.stringValue.flatMap(CertificateState.init(rawValue:))
      }
      events.append(
        CertificateEvent(
          index: entry.index, kind: event.kind, received: entry.received, state: state,
          coarse: coarse, reason: values["reason"]?.stringValue,
          successor: values["successor"]?["identifier"]?.stringValue))
    }
    guard isShortened || events.count == Int(clamping: row.count) else {
      throw RegistryError(
        .damagedVault,
        "the certificate's thread has \(row.count) entries, the vault knows of "
          + "\(events.count); restore a backup", at: "record")
    }
    return events
  }
}
