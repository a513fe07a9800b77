import Certificates
import Cryptography
import Encoding

/// A file that was read once in full: where its rows are, and what is wrong with them.
public struct CheckedClaims: Sendable {
  /// The file.
  public let file: ClaimsFile
  /// Faults, at most 1,000; nothing may be issued unless it is empty.
  public let faults: [IssueFault]
  /// Rows that have faults.
  public let faultyRowCount: Int
  /// SHA-256 of the file.
  public let digest: Digest
  let places: PieceList<RowPlace>
  let reader: RowReader
  /// Whether the file was read to its end; one that was not can be issued by nobody.
  public let isComplete: Bool
  /// Whether each row names the certificate whose place it takes.
  let isReplacement: Bool

  /// Rows without blank ones.
  public var rowCount: Int { places.count }

  /// The title of a column as it stands in the sheet; nil where it is the column's name itself.
  public func title(of column: String) -> String? {
    guard case .sheet(let mapper, _) = reader.kind else { return nil }
    return mapper.title(of: column)
  }

  func row(_ index: Int) throws(RegistryError) -> ClaimRow {
    try reader.reread(places[index], in: file)
  }

  /// The row that begins at a line; throws `damagedVault` where none does.
  func row(line: Int) throws(RegistryError) -> ClaimRow {
    var low = 0
    var high = places.count
    while low < high {
      let middle = (low + high) / 2
      if places[middle].line < line { low = middle + 1 } else { high = middle }
    }
    guard low < places.count, places[low].line == line else {
      throw RegistryError(.damagedVault, "a refused line is none of the file's", at: "item")
    }
    return try row(low)
  }
}

/// The first reading: every row against form, schema, codes and the other rows.
///
/// Keeps 24 bytes a row, and 8 where the type has unique values. Spec: issuing.md.
struct ClaimsCheck {
  private let file: ClaimsFile
  private let type: TypeFile
  private let isReplacement: Bool
  private let uniqueness: HMACSHA256
  private var source: HashedSource
  private var places = PieceList<RowPlace>()
  private var keys = PieceList<UInt64>()
  private var faults = FaultList()
  private let progress: (Int, Int) -> Void
  private let isStopped: () -> Bool
  private var isComplete = true

  init(
    _ file: ClaimsFile, type: TypeFile, isReplacement: Bool, isStopped: @escaping () -> Bool,
    progress: @escaping (_ bytes: Int, _ total: Int) -> Void
  ) throws(RegistryError) {
    self.file = file
    self.type = type
    self.isReplacement = isReplacement
    self.progress = progress
    self.isStopped = isStopped
    source = HashedSource(file.file)
    do throws(CryptographyError) {
      uniqueness = HMACSHA256(key: try SecretBytes(randomCount: 32))
    } catch {
      throw RegistryError(error)
    }
  }

  /// Reads the whole file; throws `invalidInput` where it is no sheet or no JSON at all.
  mutating func run() throws(RegistryError) -> CheckedClaims {
    guard file.file.size > 0 else {
      throw RegistryError(
        .emptyInput, "the file is empty; it needs at least one row", at: file.path)
    }
    let kind: RowReader.Kind?
    switch file.form {
    case .sheet(let encoding): kind = try readSheet(encoding)
    case .json: kind = try readJSON()
    }
    let reader = RowReader(type: type, kind: kind ?? .json)
    if faults.rowCount == 0, isComplete {
      guard places.count > 0 else {
        throw RegistryError(
          .emptyInput, "the file has no row; fill in at least one certificate", at: file.path)
      }
      try findDuplicates(reader)
    }
    return CheckedClaims(
      file: file, faults: faults.faults, faultyRowCount: faults.rowCount, digest: source.digest,
      places: places, reader: reader, isComplete: isComplete, isReplacement: isReplacement)
  }

  // MARK: Sheets

  /// Nil when the header is at fault.
  private mutating func readSheet(
    _ encoding: TextEncoding
  ) throws(RegistryError) -> RowReader.Kind? {
    var csv = CSVReader(
      source, encoding: encoding, limits: CSVLimits(recordBytesMax: ClaimsFile.rowBytesMax))
    let mapper: RowMapper
    do throws(EncodingError) {
      guard let header = try csv.next() else { return nil }
      switch RowMapper.open(header, type: type, isReplacement: isReplacement) {
      case .mapper(let found): mapper = found
      case .faults(let found):
        faults.add(row: found.map(IssueFault.init))
        return nil
      }
    } catch {
      throw RegistryError(input: error, at: file.path)
    }
    let reader = RowReader(type: type, kind: .sheet(mapper, encoding))
    while true {
      do throws(EncodingError) {
        guard let record = try csv.next() else { break }
        let outcome = reader.read(fields: record.fields, line: record.line, mapper)
        take(
          outcome,
          RowPlace(
            offset: record.byteOffset, count: UInt32(clamping: record.byteCount),
            line: UInt32(clamping: record.line), digest: RowReader.digest(fields: record.fields)))
      } catch {
        if ClaimsCheck.isAboutFile(error) { throw RegistryError(input: error, at: file.path) }
        faults.add(row: [IssueFault(RowFault(error))])
        guard ClaimsCheck.canGoOn(error) else { break }
      }
      guard goesOn() else { break }
    }
    return reader.kind
  }

  /// After these a reader of tables finds the next record.
  static func canGoOn(_ error: EncodingError) -> Bool {
    [.wrongFieldCount, .invalidText, .noncharacter].contains(error.code)
  }

  static func isAboutFile(_ error: EncodingError) -> Bool {
    [.inputOutput, .permissionDenied, .unexpectedEnd, .encodingUnavailable].contains(error.code)
  }

  // MARK: JSON

  private mutating func readJSON() throws(RegistryError) -> RowReader.Kind? {
    try refuseForeign()
    let reader = RowReader(type: type, kind: .json)
    var wholeError: EncodingError?
    if file.file.size <= ClaimsFile.rowBytesMax {
      do throws(EncodingError) {
        var bytes: [UInt8] = []
        var whole = source
        while try whole.read(into: &bytes, maximumCount: file.file.size) > 0 {}
        let value = try JSONValue(parsing: bytes, maximumBytes: ClaimsFile.rowBytesMax)
        take(
          reader.read(json: value, line: 1),
          RowPlace(
            offset: 0, count: UInt32(bytes.count), line: 1, digest: RowReader.digest(bytes: bytes)))
        return .json
      } catch {
        wholeError = error
        source = HashedSource(file.file)
      }
    }
    try readLines(reader, wholeError)
    return .json
  }

  /// A workbook is no JSON either, and whoever gives one is told what to do with it.
  private func refuseForeign() throws(RegistryError) {
    do throws(EncodingError) {
      let start = try file.file.read(offset: 0, count: min(file.file.size, 4))
      guard let message = ForeignFile.message(for: start) else { return }
      throw EncodingError(.invalidText, message + ", and give it as --csv")
    } catch {
      throw RegistryError(input: error, at: file.path)
    }
  }

  private mutating func readLines(
    _ reader: RowReader, _ wholeError: EncodingError?
  ) throws(RegistryError) {
    var lines = LineReader(source, byteCountMax: ClaimsFile.rowBytesMax)
    var isFirst = true
    while true {
      do throws(EncodingError) {
        guard let line = try lines.next() else { return }
        let place = RowPlace(
          offset: line.offset, count: UInt32(line.bytes.count), line: UInt32(clamping: line.number),
          digest: RowReader.digest(bytes: line.bytes))
        do throws(EncodingError) {
          let value = try JSONValue(parsing: line.bytes, maximumBytes: ClaimsFile.rowBytesMax)
          take(reader.read(json: value, line: line.number), place)
        } catch {
          // A file whose first line is no JSON is not one object in each line.
          if isFirst { throw wholeError ?? error }
          faults.add(row: [
            IssueFault(
              line: line.number, column: nil, code: ClaimFault.Code.badText.description,
              message: "the line is no JSON object: \(error.message)")
          ])
        }
        isFirst = false
      } catch {
        throw RegistryError(input: error, at: file.path)
      }
      guard goesOn() else { return }
    }
  }

  /// Tells how far it is, and whether to go on.
  private mutating func goesOn() -> Bool {
    progress(source.offset, file.file.size)
    isComplete = !isStopped()
    return isComplete
  }

  // MARK: Rows

  private mutating func take(_ outcome: RowReader.Outcome, _ place: RowPlace) {
    switch outcome {
    case .blank: return
    case .faults(let found): faults.add(row: found)
    case .row(let row):
      if let fault = ClaimsCheck.keyFault(row, type) { return faults.add(row: [fault]) }
      // A file with faults is not issued: its rows need not be remembered.
      guard faults.rowCount == 0 else { return }
      places.append(place)
      if !type.unique.isEmpty {
        // Rows without a key never meet: each gets a place of its own.
        let key = type.uniqueKey(of: row.claims)
        keys.append(key.map { uniqueness.authenticate($0).words.0 } ?? UInt64(places.count))
      }
    }
  }

  /// A holder's key for a copy that is not made would be ignored: it is refused. So is one for two
  /// copies, which could be linked by it.
  static func keyFault(_ row: ClaimRow, _ type: TypeFile) -> IssueFault? {
    let copyCount = min(row.claims.holders.count, type.copyCountMax)
    let keys = row.holderKeys.compactMap { $0?.thumbprint }
    guard Set(keys).count == keys.count else {
      return IssueFault(
        line: row.line, column: nil, code: ClaimFault.Code.holderKey.description,
        message: "two copies have one key: whoever sees both could link them; make a key for each")
    }
    guard row.holderKeys.dropFirst(copyCount).contains(where: { $0 != nil }) else { return nil }
    return IssueFault(
      line: row.line, column: nil, code: ClaimFault.Code.holderKey.description,
      message: "there are more holder keys than the \(copyCount) copies that are made")
  }

  private mutating func findDuplicates(_ reader: RowReader) throws(RegistryError) {
    guard keys.count > 1 else { return }
    var sorted = (0..<keys.count).map { keys[$0] }
    sorted.sort()
    var repeated: Set<UInt64> = []
    for index in sorted.indices.dropFirst() where sorted[index] == sorted[index - 1] {
      repeated.insert(sorted[index])
    }
    if repeated.isEmpty { return }
    var lines: [[UInt8]: Int] = [:]
    for index in 0..<keys.count where repeated.contains(keys[index]) {
      let row = try reader.reread(places[index], in: file)
      guard let key = type.uniqueKey(of: row.claims) else { continue }
      guard let line = lines[key] else {
        lines[key] = row.line
        continue
      }
      faults.add(row: [
        IssueFault(
          line: row.line, column: type.unique.count == 1 ? type.unique[0] : nil,
          code: IssueFault.duplicateCode,
          message: "\(type.unique.joined(separator: ", ")) as in line \(line); each occurs once")
      ])
    }
  }
}

extension ClaimsFile {
  /// Reads the whole file against a type; nothing is signed, nothing is written.
  ///
  /// `isReplacement`: a sheet with `previous_identifier`. Throws `emptyInput`, `invalidInput`,
  /// `inputOutput`; what is wrong with rows stands in the result.
  public func check(
    _ type: TypeFile, isReplacement: Bool = false, isStopped: @escaping () -> Bool = { false },
    progress: @escaping (_ bytes: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(RegistryError) -> CheckedClaims {
    var check = try ClaimsCheck(
      self, type: type, isReplacement: isReplacement, isStopped: isStopped, progress: progress)
    return try check.run()
  }
}
