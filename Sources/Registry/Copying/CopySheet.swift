import Certificates
import Cryptography
import Encoding

/// A sheet of copies to make or stop, read once in full.
///
/// Columns: `identifier`, `holder_key`, perhaps `subject` and `stop`; the order is free.
/// Spec: cli/certificate.md, "copy".
public struct CopySheet: Sendable {
  private let rows: RowSheet<CopyRowReader>

  /// What is wrong with its form, at most 1,000 faults.
  public let faults: [IssueFault]
  /// Rows that have faults.
  public let faultyRowCount: Int

  /// Reads a file; throws `emptyInput`, `invalidInput`, `inputOutput`.
  ///
  /// A key that two certificates share is a fault of the sheet: found before anything is signed, it
  /// does not depend on which row's turn comes first.
  public init(_ file: ClaimsFile) throws(RegistryError) {
    rows = try RowSheet(file, CopyRowReader.open)
    guard rows.faults.isEmpty else {
      (faults, faultyRowCount) = (rows.faults, rows.faultyRowCount)
      return
    }
    var found = FaultList()
    var owners: [Digest: (identifier: CertificateIdentifier, line: Int?)] = [:]
    for index in 0..<rows.rowCount {
      let row = try rows.row(index)
      guard let key = row.holderKey?.thumbprint else { continue }
      guard let owner = owners[key] else {
        owners[key] = (row.identifier, row.line)
        continue
      }
      guard owner.identifier != row.identifier else { continue }
      found.add(row: [
        IssueFault(
          line: row.line ?? 0, column: CopyRefusal.keyShared.column,
          code: CopyRefusal.keyShared.rawValue,
          message: "the key of line \(owner.line ?? 0), of another certificate: whoever sees both "
            + "could link them; make a key for each copy")
      ])
    }
    (faults, faultyRowCount) = (found.faults, found.rowCount)
  }

  /// The job of the sheet; a row is read again when its turn comes.
  ///
  /// Throws `invalidInput` if the sheet has faults: nothing is made of it.
  public func job() throws(RegistryError) -> CopyJob {
    guard faults.isEmpty else {
      throw RegistryError(
        .invalidInput, "the file has faults; nothing was made", at: rows.file.path)
    }
    return CopyJob(count: rows.rowCount) { [rows] index throws(RegistryError) in
      try rows.row(index)
    }
  }
}

/// How the rows of one sheet become copies; made from its header.
struct CopyRowReader: SheetRowReader {
  private static let titles = ["identifier", "holder_key", "subject", "stop"]
  private static let labels = [
    "证照标识": "identifier", "持证主体公钥": "holder_key", "持证主体序号": "subject", "停用副本": "stop",
  ]

  private let columns: [String: Int]

  /// Reads the titles.
  static func open(_ header: CSVRecord) -> Result<CopyRowReader, SheetHeader.Faults> {
    SheetHeader.read(header, titles: titles, labels: labels, required: ["identifier"])
      .map { CopyRowReader(columns: $0) }
  }

  func faults(_ fields: [String], line: Int) -> [IssueFault] {
    guard case .failure(let found) = read(fields, line: line) else { return [] }
    return found.faults.map { IssueFault($0, line: line) }
  }

  func row(_ fields: [String], line: Int) throws(EncodingError) -> CopyRequest {
    guard case .success(let row) = read(fields, line: line) else {
      throw EncodingError(.invalidText, "the row is another")
    }
    return row
  }

  private struct Faults: Error {
    let faults: [ClaimFault]
  }

  private func read(_ fields: [String], line: Int) -> Result<CopyRequest, Faults> {
    func field(_ name: String) -> String { columns[name].map { fields[$0] } ?? "" }
    var faults: [ClaimFault] = []
    var identifier: CertificateIdentifier?
    do throws(CertificatesError) {
      identifier = try CertificateIdentifier(field("identifier"))
    } catch {
      faults.append(ClaimFault(.format, error.message, at: "identifier"))
    }
    var key: P256PublicKey?
    if !field("holder_key").isEmpty {
      do throws(CertificatesError) {
        key = try HolderKeyProof.publicKey(field("holder_key"))
      } catch {
        faults.append(ClaimFault(.holderKey, error.message, at: "holder_key"))
      }
    }
    let subject = field("subject").isEmpty ? nil : Int(field("subject"))
    if !field("subject").isEmpty, subject.map((1...16).contains) != true {
      faults.append(ClaimFault(.range, "a subject's number is 1 to 16", at: "subject"))
    }
    let names = field("stop").split(separator: " ").map(String.init)
    let stopped = names.compactMap(Digest.init(canonicalText:))
    if stopped.count != names.count {
      faults.append(
        ClaimFault(.format, "a copy is named by its digest, 43 characters", at: "stop"))
    }
    guard faults.isEmpty, let identifier else { return .failure(Faults(faults: faults)) }
    do throws(RegistryError) {
      return .success(
        try CopyRequest(
          identifier, holderKey: key, subject: subject, stopped: stopped, line: line))
    } catch {
      return .failure(Faults(faults: [ClaimFault(.missing, error.message, at: "holder_key")]))
    }
  }
}
