import Certificates
import Encoding
import Rules

/// A sheet of certificates whose states shall change, read once in full.
///
/// Columns: `identifier`, `state`, `reason`; the order is free. Like a sheet of certificates it is
/// read twice: a fault of form anywhere, and nothing is done. Spec: cli/certificate.md.
public struct StateSheet: Sendable {
  /// What a row that says nothing else shall be.
  public struct Defaults: Sendable {
    /// The state; nil where each row has to say it.
    public let state: CertificateState?
    /// Whether rows may name another state: an ending.
    public let hasStateColumn: Bool
    /// The reason.
    public let reason: String?

    /// Ending certificates, or with `isEnding` false one step that is the same for all.
    public init(state: CertificateState?, isEnding: Bool, reason: String?) {
      self.state = state
      self.hasStateColumn = isEnding
      self.reason = reason
    }
  }

  /// The file.
  public let file: ClaimsFile
  /// What is wrong with its form, at most 1,000 faults.
  public let faults: [IssueFault]
  /// Rows that have faults.
  public let faultyRowCount: Int
  private let reader: StateRowReader?
  private let places: PieceList<RowPlace>

  /// The number of rows.
  public var rowCount: Int { places.count }

  /// Reads a file; throws `emptyInput`, `invalidInput`, `inputOutput`.
  public init(_ file: ClaimsFile, _ defaults: Defaults) throws(RegistryError) {
    guard case .sheet(let encoding) = file.form else {
      throw RegistryError(.invalidInput, "states are changed by a sheet, not by JSON")
    }
    self.file = file
    var faults = FaultList()
    var places = PieceList<RowPlace>()
    var reader: StateRowReader?
    var csv = CSVReader(HashedSource(file.file), encoding: encoding)
    do throws(EncodingError) {
      if let header = try csv.next() {
        switch StateRowReader.open(header, encoding, defaults) {
        case .success(let found): reader = found
        case .failure(let found): faults.add(row: found.faults)
        }
      }
    } catch {
      throw RegistryError(input: error, at: file.path)
    }
    while let rows = reader {
      do throws(EncodingError) {
        guard let record = try csv.next() else { break }
        let found = rows.faults(record.fields, line: record.line)
        faults.add(row: found)
        if found.isEmpty { places.append(StateSheet.place(record)) }
      } catch {
        if ClaimsCheck.isAboutFile(error) { throw RegistryError(input: error, at: file.path) }
        faults.add(row: [IssueFault(RowFault(error))])
        guard ClaimsCheck.canGoOn(error) else { break }
      }
    }
    guard faults.rowCount > 0 || places.count > 0 else {
      throw RegistryError(.emptyInput, "the file has no row; name a certificate", at: file.path)
    }
    self.faults = faults.faults
    faultyRowCount = faults.rowCount
    self.reader = reader
    self.places = places
  }

  private static func place(_ record: CSVRecord) -> RowPlace {
    RowPlace(
      offset: record.byteOffset, count: UInt32(clamping: record.byteCount),
      line: UInt32(clamping: record.line), digest: RowReader.digest(fields: record.fields))
  }

  /// The job of a faultless sheet; throws `invalidInput` for one with faults.
  ///
  /// A row is read again when its turn comes; `fileChanged` ends the job.
  public func job() throws(RegistryError) -> StateJob {
    guard faults.isEmpty, let reader else {
      throw RegistryError(
        .invalidInput, "the file has faults; nothing was changed", at: file.path)
    }
    return StateJob(count: places.count) { [places, file] index throws(RegistryError) in
      let place = places[index]
      let bytes = try file.bytes(place)
      do throws(EncodingError) {
        let fields = try CSVRecord.parse(recordBytes: bytes, encoding: reader.encoding)
        guard RowReader.digest(fields: fields) == place.digest else {
          throw EncodingError(.invalidText, "the row is another")
        }
        return try reader.request(fields, line: Int(place.line))
      } catch {
        throw file.changed
      }
    }
  }
}

extension StateReport {
  /// What is said of a sheet with faults: nothing was changed.
  public init(refusing sheet: StateSheet) {
    self.init(refusedCount: sheet.faultyRowCount, sheet.faults.map(StateRefusal.init))
  }
}

extension StateRefusal {
  init(_ fault: IssueFault) {
    self.init(line: fault.line, column: fault.column, code: fault.code, fault.message)
  }
}
