import Cryptography
import Encoding

/// Turns the records of a sheet into claims.
///
/// Made once per sheet from its header. A title is a column's English name, its Chinese label or
/// its English label; the order is free; white space around a title is ignored.
/// Spec: csv.md.
public final class RowMapper: Sendable {
  /// One row that fits the type.
  public struct Row: Sendable {
    /// The claims.
    public let claims: CertificateClaims
    /// The holder's key of each copy, as far as the row has them.
    public let holderKeys: [P256PublicKey?]
    /// The certificate that is replaced, in a sheet of replacements.
    public let previousIdentifier: CertificateIdentifier?
  }

  /// What became of a record.
  public enum Outcome: Sendable {
    /// It fits.
    case row(Row)
    /// It does not; every fault is listed.
    case faults([RowFault])
    /// All its fields are empty, as spreadsheets leave behind.
    case blank
  }

  /// What became of a header.
  public enum Opening: Sendable {
    /// It fits.
    case mapper(RowMapper)
    /// It does not; every fault is listed.
    case faults([RowFault])
  }

  let type: TypeFile
  let layout: SheetLayout
  /// The field of each column of the layout, or −1.
  let fields: [Int]
  private let previousField: Int
  private let titles: [String]
  private var fieldCount: Int { titles.count }

  /// Reads the header of a sheet.
  ///
  /// `isReplacement`: the sheet also has the column `previous_identifier`.
  public static func open(
    _ header: CSVRecord, type: TypeFile, isReplacement: Bool = false
  ) -> Opening {
    let layout = type.layout
    var places: [String: Int] = [:]
    for (index, column) in layout.columns.enumerated() {
      for title in [column.name, column.label, column.labelEnglish] { places[title] = index }
    }
    let previous = SheetLayout.previousIdentifier
    if isReplacement {
      for title in [previous.name, previous.label, previous.labelEnglish] { places[title] = -2 }
    }
    let titles = header.fields.map(trimmed)
    guard titles.contains(where: { places[$0] != nil }) else {
      if let separator = FieldCount.separator(
        of: titles, isTitle: { places[trimmed($0)] != nil })
      {
        return .faults([
          RowFault(
            line: header.line, column: nil, code: .missingColumn,
            message: "the titles are separated by \(separator); save the sheet with commas")
        ])
      }
      // The file may lack a header: its first line is then a person's data and is not repeated.
      return .faults([
        RowFault(
          line: header.line, column: nil, code: .missingColumn,
          message: "the first line holds none of the type's titles; kanhe type show CODE "
            + "--csv-header prints them")
      ])
    }
    var fields = [Int](repeating: -1, count: layout.columns.count)
    var previousField = -1
    var faults: [RowFault] = []
    func report(_ code: ClaimFault.Code, _ column: String, _ message: String) {
      faults.append(RowFault(line: header.line, column: column, code: code, message: message))
    }
    for (field, title) in titles.enumerated() {
      guard let index = places[title] else {
        // A person's data may stand beside good titles: only a title of ours is repeated.
        report(
          .unknownColumn, title == previous.name ? title : "column \(field + 1)",
          "the type has no such column; remove it, or compare with kanhe type show --csv-header")
        continue
      }
      let name = index < 0 ? previous.name : layout.columns[index].name
      if (index < 0 ? previousField : fields[index]) >= 0 {
        report(.duplicateColumn, name, "the column is there twice")
      }
      if index < 0 { previousField = field } else { fields[index] = field }
    }
    for (index, column) in layout.columns.enumerated() where column.isMandatory && fields[index] < 0
    {
      report(
        .missingColumn, column.name,
        "the mandatory column \(column.name) (\(column.label)) is absent")
    }
    if isReplacement, previousField < 0 {
      report(.missingColumn, previous.name, "a sheet of replacements needs previous_identifier")
    }
    guard faults.isEmpty else { return .faults(faults) }
    return .mapper(
      RowMapper(
        type: type, layout: layout, fields: fields, previousField: previousField,
        titles: titles))
  }

  private init(
    type: TypeFile, layout: SheetLayout, fields: [Int], previousField: Int, titles: [String]
  ) {
    self.type = type
    self.layout = layout
    self.fields = fields
    self.previousField = previousField
    self.titles = titles
  }

  /// The title of a column in this sheet; nil where it is the English name itself, or absent.
  public func title(of name: String) -> String? {
    let field =
      name == SheetLayout.previousIdentifier.name
      ? previousField
      : layout.columns.firstIndex { $0.name == name }.map { fields[$0] } ?? -1
    guard field >= 0, titles[field] != name else { return nil }
    return titles[field]
  }

  /// Reads one record.
  public func map(_ record: CSVRecord) -> Outcome { map(record.fields, line: record.line) }

  /// Reads the fields of one record that begins at a line.
  public func map(_ cells: [String], line: Int) -> Outcome {
    var byteCount = 0
    for cell in cells { byteCount += cell.utf8.count }
    if byteCount == 0 { return .blank }
    guard cells.count == fieldCount else {
      return .faults([
        RowFault(
          line: line, column: nil, code: .fieldCount,
          message: FieldCount.message(cells.count, expected: fieldCount))
      ])
    }
    guard byteCount <= TypeFile.claimBytesMax else {
      return .faults([
        RowFault(line: line, column: nil, code: .tooLarge, message: TypeFile.tooLargeFault.message)
      ])
    }
    var reading = RowReading(mapper: self, cells: cells, line: line)
    let number = reading.number()
    let holders = reading.holders()
    let validFrom = reading.day(layout.validFrom, isMandatory: true)
    let validUntil = reading.day(layout.validUntil, isMandatory: false)
    let issueDate = reading.day(layout.issueDate, isMandatory: false)
    if let fault = TypeFile.periodFault(validFrom, validUntil) {
      reading.report(fault.code, layout.validUntil, fault.message)
    }
    let own = reading.ownClaims()
    let keys = reading.keys(holderCount: holders.count)
    let previous = previousField < 0 ? nil : reading.previousIdentifier(cells[previousField])
    guard reading.faults.isEmpty, let number, let validFrom else { return .faults(reading.faults) }
    return .row(
      Row(
        claims: CertificateClaims(
          number: number, holders: holders, validFrom: validFrom, validUntil: validUntil,
          issueDate: issueDate, own: own),
        holderKeys: keys, previousIdentifier: previous))
  }

  private static func trimmed(_ title: String) -> String {
    var scalars = title.unicodeScalars[...]
    while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
    while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
    return String(scalars)
  }
}
