import Cryptography
import Encoding
import Ledger
import Registry
import Rules
import Verification

extension TestCity {
  func root() throws -> Identity {
    try Identity(
      pem: try BoundedFile.read(path: base.directory + "/public/root.pem", maximumBytes: 1 << 16))
  }

  /// Audits an export made now, as anyone can.
  func auditExport(since: [UInt8]? = nil, _ name: String = "audited") throws -> AuditReport {
    let registry = try base.open()
    _ = try registry.export(ExportOrder(directory: file(name)))
    try registry.close()
    return try LedgerAudit(
      reader: try ExportReader(directory: file(name)), root: try root(), since: since
    ).run()
  }

  /// Audits the registry itself with all that it keeps, its vault opened.
  func auditRegistry() throws -> AuditReport {
    let registry = try base.open(writing: false)
    let vault = try VaultOpenings(registry)
    let report = try LedgerAudit(
      reader: registry.reader, root: try root(), projection: registry.ledger,
      openings: { try vault.opening(of: $0) }
    ).run()
    try registry.close()
    return report
  }
}

extension AuditReport {
  /// Place and code of every fault.
  var places: [String] {
    faults.map { ($0.index.map { "\($0) " } ?? "") + $0.code }
  }
}
