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
    for record in try vault.records(certificate: row.id) {
      guard isDurable(record.entry) else {
        isShortened = true
        continue
      }
      let (entry, event) = try event(at: record.entry)
      var values: [String: JSONValue] = [:]
      if let key {
        let plain = try cipher.open(record.disclosures, for: .disclosures(row.id), under: key)
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
