/// A claim as a tree over the columns that hold its parts.
indirect enum SheetShape: Sendable {
  case scalar(column: Int, SchemaNode)
  case object([(name: String, shape: SheetShape, isRequired: Bool)], SchemaNode)
  case array([SheetShape], SchemaNode)

  /// The first column of the part.
  var firstColumn: Int? {
    switch self {
    case .scalar(let column, _): column
    case .object(let members, _): members.lazy.compactMap(\.shape.firstColumn).first
    case .array(let elements, _): elements.lazy.compactMap(\.firstColumn).first
    }
  }
}

/// All columns of a type's sheet and what each of them is for.
struct SheetLayout: Sendable {
  /// The columns of one holder.
  struct HolderColumns: Sendable {
    let name: Int
    let code: Int
    let codeType: Int
  }

  static let columnCountMax = 1_024
  /// The title of the extra column of a sheet of replacements.
  static let previousIdentifier = SheetColumn(
    name: "previous_identifier", label: "关联证照标识", labelEnglish: "Previous identifier",
    isMandatory: true, format: .text)

  private(set) var columns: [SheetColumn] = []
  private(set) var number = 0
  private(set) var holders: [HolderColumns] = []
  private(set) var validFrom = 0
  private(set) var validUntil = 0
  private(set) var issueDate = 0
  private(set) var claims: [(name: String, shape: SheetShape, isRequired: Bool)] = []
  private(set) var keys: [Int] = []
  /// The schema of `number`, if the type has one.
  private(set) var numberNode: SchemaNode?
  /// Claims without a Chinese label.
  private var unlabelled: [String] = []

  init(schema: JSONSchema, metadata: TypeMetadata, subjectCount: Int, copyCount: Int) {
    number = add("number", Self.labels(metadata, [.member("number")], "证照编号"), true, .text)
    for index in 1...subjectCount {
      holders.append(addHolder(index, of: subjectCount, metadata))
    }
    validFrom = add(
      "valid_from", Self.labels(metadata, [.member("valid_from")], "有效期起始日期"), true, .day)
    validUntil = add(
      "valid_until", Self.labels(metadata, [.member("valid_until")], "有效期截止日期"), false, .day)
    issueDate = add(
      "issue_date", Self.labels(metadata, [.member("issue_date")], "颁发日期"), false, .day)
    for property in schema.rule.properties {
      if property.name == "number" {
        numberNode = property.node
        continue
      }
      let path: [TypeMetadata.PathStep] = [.member(property.name)]
      let shape = addClaim(
        property.node, Title(name: property.name, path: path, metadata: metadata),
        property.isRequired, metadata)
      claims.append((property.name, shape, property.isRequired))
    }
    for index in 1...copyCount {
      let end = copyCount == 1 ? "" : "_\(index)"
      keys.append(
        add("holder_key\(end)", ("持证主体公钥\(end)", "Holder's key\(end)"), false, .text))
    }
  }

  /// What is wrong with the titles, and with paths of the metadata that lead nowhere.
  func problems(
    _ metadata: TypeMetadata, _ schema: JSONSchema, _ predicates: [TypeFile.Predicate]
  ) -> [CertificatesError] {
    var problems: [CertificatesError] = unlabelled.map {
      CertificatesError(
        .labelMissing, "the claim needs a display with locale zh-CN in metadata.claims", at: $0)
    }
    if columns.count > Self.columnCountMax {
      problems.append(
        CertificatesError(
          .schemaTooLarge,
          "the sheet would have \(columns.count) columns; at most \(Self.columnCountMax)",
          at: "schema"))
    }
    var owners: [String: Int] = [
      Self.previousIdentifier.name: -1, Self.previousIdentifier.label: -1,
      Self.previousIdentifier.labelEnglish: -1,
    ]
    for (index, column) in columns.enumerated() {
      for title in [column.name, column.label, column.labelEnglish] {
        if let owner = owners.updateValue(index, forKey: title), owner != index {
          let other = owner < 0 ? Self.previousIdentifier.name : columns[owner].name
          problems.append(
            CertificatesError(
              .titleAmbiguous,
              "the columns \(other) and \(column.name) would both have the title "
                + "\(title); change a label", at: "metadata.claims"))
        }
      }
    }
    for (index, claim) in metadata.claims.enumerated()
    where !Self.leads(claim.path, schema)
      && !predicates.contains(where: { claim.path == [.member($0.name)] })
    {
      problems.append(
        CertificatesError(
          .claimUnknown, "neither the schema nor the standard has a claim at this path",
          at: "metadata.claims[\(index)].path"))
    }
    return problems
  }

  private static func leads(_ path: [TypeMetadata.PathStep], _ schema: JSONSchema) -> Bool {
    if case .member(let name)? = path.first, CertificateProfile.standardNames.contains(name),
      name != "number" || path.count == 1
    {
      return true
    }
    var node: SchemaNode? = schema.root
    for step in path {
      switch (step, node?.kind) {
      case (.member(let name), .object(let rule)?):
        node = rule.properties.first { $0.name.hasSameBytes(as: name) }?.node
      case (.all, .array(let rule)?): node = rule.element
      case (.element(let index), .array(let rule)?):
        node = index < rule.counts.upperBound ? rule.element : nil
      default: node = nil
      }
    }
    return node != nil
  }

  private mutating func addHolder(
    _ index: Int, of count: Int, _ metadata: TypeMetadata
  ) -> HolderColumns {
    let middle = count == 1 ? "" : "_\(index)"
    func add(_ part: String, _ label: String) -> Int {
      var labels = Self.labels(
        metadata, [.member("holders"), .all, .member(part)], label)
      labels.0 += middle
      if let english = labels.1 { labels.1 = english + middle }
      return self.add("holder\(middle)_\(part)", labels, index == 1, .text)
    }
    return HolderColumns(
      name: add("name", "持证主体名称"), code: add("code", "持证主体代码"),
      codeType: add("code_type", "持证主体代码类型"))
  }

  /// The titles of a part of a claim, and where the metadata describes it.
  private struct Title {
    var name: String
    var label: String
    var english: String?
    var path: [TypeMetadata.PathStep]
    var hasLabel: Bool

    init(name: String, path: [TypeMetadata.PathStep], metadata: TypeMetadata) {
      self.name = name
      self.path = path
      let chinese = metadata.label(of: path, in: .chinese)
      label = chinese ?? name
      hasLabel = chinese != nil
      english = metadata.label(of: path, in: .english)
    }

    func member(_ name: String, _ metadata: TypeMetadata) -> Title {
      var title = self
      title.path.append(.member(name))
      let chinese = metadata.label(of: title.path, in: .chinese)
      title.name += ".\(name)"
      title.label += "." + (chinese ?? name)
      title.english = english.map {
        $0 + "." + (metadata.label(of: title.path, in: .english) ?? name)
      }
      title.hasLabel = hasLabel && chinese != nil
      return title
    }

    func element(_ index: Int) -> Title {
      var title = self
      title.path.append(.all)
      title.name += "_\(index)"
      title.label += "_\(index)"
      title.english = english.map { "\($0)_\(index)" }
      return title
    }
  }

  private mutating func addClaim(
    _ node: SchemaNode, _ title: Title, _ isRequired: Bool, _ metadata: TypeMetadata
  ) -> SheetShape {
    switch node.kind {
    case .object(let rule):
      var members: [(name: String, shape: SheetShape, isRequired: Bool)] = []
      for property in rule.properties {
        let shape = addClaim(
          property.node, title.member(property.name, metadata),
          isRequired && property.isRequired, metadata)
        members.append((property.name, shape, property.isRequired))
      }
      return .object(members, node)
    case .array(let rule):
      var elements: [SheetShape] = []
      // A layout far beyond the bound is refused anyway; do not build it all.
      for index in 0..<rule.counts.upperBound where columns.count <= Self.columnCountMax {
        elements.append(
          addClaim(
            rule.element, title.element(index + 1), isRequired && index < rule.counts.lowerBound,
            metadata))
      }
      return .array(elements, node)
    default:
      if !title.hasLabel, !unlabelled.contains(title.name) { unlabelled.append(title.name) }
      let column = add(title.name, (title.label, title.english), isRequired, node.sheetFormat)
      return .scalar(column: column, node)
    }
  }

  private mutating func add(
    _ name: String, _ labels: (String, String?), _ isMandatory: Bool, _ format: SheetColumn.Format
  ) -> Int {
    columns.append(
      SheetColumn(
        name: name, label: labels.0, labelEnglish: labels.1 ?? name, isMandatory: isMandatory,
        format: format))
    return columns.count - 1
  }

  private static func labels(
    _ metadata: TypeMetadata, _ path: [TypeMetadata.PathStep], _ standard: String
  ) -> (String, String?) {
    (metadata.label(of: path, in: .chinese) ?? standard, metadata.label(of: path, in: .english))
  }
}

extension SchemaNode {
  /// Whether the text is a day.
  var isDay: Bool {
    if case .string(let rule) = kind { return rule.format == .date }
    return false
  }

  /// What the cells of the value's column are.
  var sheetFormat: SheetColumn.Format {
    switch kind {
    case .integer: .integer
    case .number: .number
    case .boolean: .boolean
    default: isDay ? .day : .text
    }
  }
}
