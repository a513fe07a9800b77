import Cryptography
import Encoding

/// One record on its way to claims; collects faults by column.
struct RowReading {
  let mapper: RowMapper
  let cells: [String]
  let line: Int
  private(set) var faults: [RowFault] = []

  init(mapper: RowMapper, cells: [String], line: Int) {
    self.mapper = mapper
    self.cells = cells
    self.line = line
  }

  mutating func report(_ code: ClaimFault.Code, _ column: Int?, _ message: String) {
    faults.append(
      RowFault(
        line: line, column: column.map { mapper.layout.columns[$0].name }, code: code,
        message: message))
  }

  /// The text of a column; nil where the sheet has no such column or the cell is empty.
  func cell(_ column: Int) -> String? {
    let field = mapper.fields[column]
    guard field >= 0 else { return nil }
    let text = cells[field]
    return text.utf8.isEmpty ? nil : text
  }

  private mutating func required(_ column: Int) -> String? {
    if let text = cell(column) { return text }
    report(.missing, column, "the cell is empty; it is mandatory")
    return nil
  }

  mutating func number() -> String? {
    let column = mapper.layout.number
    guard let text = required(column) else { return nil }
    if CellText.isRounded(text) {
      reportRounded(column)
      return nil
    }
    if let node = mapper.layout.numberNode {
      check(.string(text), node, column)
    } else {
      for fault in TypeFile.numberFaults(text) { report(fault.code, column, fault.message) }
    }
    return text
  }

  mutating func holders() -> [Holder] {
    var holders: [Holder] = []
    var gap: Int?
    for (index, columns) in mapper.layout.holders.enumerated() {
      let name = cell(columns.name)
      let code = cell(columns.code)
      let codeType = cell(columns.codeType)
      if index > 0, name == nil, code == nil, codeType == nil {
        gap = gap ?? index
        continue
      }
      if let empty = gap {
        report(
          .items, mapper.layout.holders[empty].name, "fill the holders without a gap between them")
        return holders
      }
      guard let name = name ?? missing(columns.name), let code = code ?? missing(columns.code),
        let codeType = codeType ?? missing(columns.codeType)
      else { continue }
      if CellText.isRounded(code) {
        reportRounded(columns.code)
        continue
      }
      var found: [ClaimFault] = []
      let holder = TypeFile.holder(name: name, code: code, codeType: codeType, &found)
      for fault in found {
        let column =
          switch fault.path {
          case "name": columns.name
          case "code": columns.code
          default: columns.codeType
          }
        report(fault.code, column, fault.message)
      }
      if let holder { holders.append(holder) }
    }
    if faults.isEmpty, let index = TypeFile.duplicateHolder(holders) {
      report(.duplicateHolder, mapper.layout.holders[index].code, "this holder is there twice")
    }
    return holders
  }

  private mutating func missing(_ column: Int) -> String? {
    report(.missing, column, "the cell is empty; a holder has a name, a code and its type")
    return nil
  }

  private mutating func reportRounded(_ column: Int) {
    report(.format, column, CellText.roundedMessage)
  }

  /// A day; `长期` (without end) is an empty cell.
  mutating func day(_ column: Int, isMandatory: Bool) -> Day? {
    guard let text = isMandatory ? required(column) : cell(column) else { return nil }
    if column == mapper.layout.validUntil, text == "长期" { return nil }
    if let day = SchemaFormat.day(CellText.day(text)) { return day }
    report(.day, column, "write a day of the calendar as YYYY-MM-DD")
    return nil
  }

  mutating func ownClaims() -> JSONObject {
    var own = JSONObject()
    for claim in mapper.layout.claims {
      let before = faults.count
      if let value = value(claim.shape) {
        own.append(claim.name, value)
      } else if claim.isRequired, faults.count == before {
        reportMissing(claim.shape)
      }
    }
    return own
  }

  private mutating func reportMissing(_ shape: SheetShape) {
    report(.missing, shape.firstColumn, "the cell is empty; it is mandatory")
  }

  /// The value of a part of a claim; nil where all its cells are empty, or where a fault was found.
  private mutating func value(_ shape: SheetShape) -> JSONValue? {
    switch shape {
    case .scalar(let column, let node):
      guard let text = cell(column) else { return nil }
      switch CellText.value(text, for: node) {
      case .success(let value):
        check(value, node, column)
        return value
      case .failure(let fault):
        report(.type, column, fault.message)
        return nil
      }
    case .object(let members, let node):
      let before = faults.count
      var object = JSONObject()
      for member in members {
        if let value = value(member.shape) { object.append(member.name, value) }
      }
      guard faults.count == before, !object.isEmpty else { return nil }
      for member in members where member.isRequired && !object.contains(member.name) {
        reportMissing(member.shape)
      }
      return checked(.object(object), node, shape)
    case .array(let shapes, let node):
      return array(shapes, node, shape)
    }
  }

  private mutating func array(
    _ shapes: [SheetShape], _ node: SchemaNode, _ shape: SheetShape
  ) -> JSONValue? {
    let before = faults.count
    var elements: [JSONValue] = []
    var gap: Int?
    for (index, part) in shapes.enumerated() {
      guard let value = value(part) else {
        gap = gap ?? index
        continue
      }
      if let gap, faults.count == before {
        report(.items, shapes[gap].firstColumn, "fill the cells without a gap between them")
      }
      elements.append(value)
    }
    guard faults.count == before, !elements.isEmpty else { return nil }
    if case .array(let rule) = node.kind,
      let fault = SchemaNode.countFault(elements.count, rule.counts)
    {
      report(fault.code, shape.firstColumn, fault.message)
    }
    return checked(.array(elements), node, shape)
  }

  private mutating func checked(
    _ value: JSONValue, _ node: SchemaNode, _ shape: SheetShape
  ) -> JSONValue {
    if let fault = node.permittedFault(value) {
      report(fault.code, shape.firstColumn, fault.message)
    }
    return value
  }

  private mutating func check(_ value: JSONValue, _ node: SchemaNode, _ column: Int) {
    var found: [ClaimFault] = []
    node.check(value, &found)
    for fault in found { report(fault.code, column, fault.message) }
  }

  mutating func keys(holderCount: Int) -> [P256PublicKey?] {
    var keys: [P256PublicKey?] = []
    for (index, column) in mapper.layout.keys.enumerated() {
      guard let text = cell(column) else {
        keys.append(nil)
        continue
      }
      guard index < max(1, holderCount) else {
        report(.holderKey, column, "there is a key for a copy, but no holder for it")
        continue
      }
      do throws(CertificatesError) {
        keys.append(try HolderKeyProof.publicKey(text))
      } catch {
        report(.holderKey, column, error.message)
      }
    }
    return keys
  }

  mutating func previousIdentifier(_ text: String) -> CertificateIdentifier? {
    let name = SheetLayout.previousIdentifier.name
    do {
      return try CertificateIdentifier(text)
    } catch {
      faults.append(
        RowFault(
          line: line, column: name,
          code: error.code == .checkCharacter ? .checkCharacter : .format,
          message: error.message))
      return nil
    }
  }
}

extension RowFault {
  /// The fault that a reader of tables found; its line is the error's.
  public init(_ error: EncodingError) {
    var line = 1
    if case .line(let number, _)? = error.location { line = number }
    let code: ClaimFault.Code =
      switch error.code {
      case .wrongFieldCount, .tooManyFields: .fieldCount
      case .tooLarge: .tooLarge
      default: .badText
      }
    self.init(line: line, column: nil, code: code, message: error.message)
  }
}
