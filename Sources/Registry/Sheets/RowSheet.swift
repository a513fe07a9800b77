import Certificates
import Encoding

/// How the rows of one kind of sheet are read; made from its header.
protocol SheetRowReader: Sendable {
  associatedtype Row: Sendable

  /// What is wrong with a row.
  func faults(_ fields: [String], line: Int) -> [IssueFault]

  /// A faultless row.
  func row(_ fields: [String], line: Int) throws(EncodingError) -> Row
}

/// A sheet, read once in full; its rows are read again when their turn comes.
///
/// A fault of form anywhere, and nothing is done. Memory is 24 bytes a row.
struct RowSheet<Reader: SheetRowReader>: Sendable {
  let file: ClaimsFile
  /// What is wrong with its form, at most 1,000 faults.
  let faults: [IssueFault]
  /// Rows that have faults.
  let faultyRowCount: Int
  private let encoding: TextEncoding
  private let reader: Reader?
  private let places: PieceList<RowPlace>

  /// The number of rows.
  var rowCount: Int { places.count }

  /// Reads a file; throws `emptyInput`, `invalidInput`, `inputOutput`.
  init(
    _ file: ClaimsFile, _ open: (CSVRecord) -> Result<Reader, SheetHeader.Faults>
  ) throws(RegistryError) {
    guard case .sheet(let encoding) = file.form else {
      throw RegistryError(.invalidInput, "this is read from a sheet, not from JSON")
    }
    self.file = file
    self.encoding = encoding
    var faults = FaultList()
    var places = PieceList<RowPlace>()
    var reader: Reader?
    var csv = CSVReader(HashedSource(file.file), encoding: encoding)
    do throws(EncodingError) {
      if let header = try csv.next() {
        switch open(header) {
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
        if found.isEmpty { places.append(Self.place(record)) }
      } catch {
        if ClaimsCheck.isAboutFile(error) { throw RegistryError(input: error, at: file.path) }
        faults.add(row: [IssueFault(RowFault(error))])
        guard ClaimsCheck.canGoOn(error) else { break }
      }
    }
    guard faults.rowCount > 0 || places.count > 0 else {
      throw RegistryError(.emptyInput, "the file has no row", at: file.path)
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

  /// A row of a faultless sheet, read again; throws `invalidInput` for a sheet with faults,
  /// `fileChanged`.
  func row(_ index: Int) throws(RegistryError) -> Reader.Row {
    guard faults.isEmpty, let reader else {
      throw RegistryError(
        .invalidInput, "the file has faults; nothing was changed", at: file.path)
    }
    let place = places[index]
    let bytes = try file.bytes(place)
    do throws(EncodingError) {
      let fields = try CSVRecord.parse(recordBytes: bytes, encoding: encoding)
      guard RowReader.digest(fields: fields) == place.digest else {
        throw EncodingError(.invalidText, "the row is another")
      }
      return try reader.row(fields, line: Int(place.line))
    } catch {
      throw file.changed
    }
  }
}
