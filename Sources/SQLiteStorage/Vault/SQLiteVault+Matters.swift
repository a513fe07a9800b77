import Registry

// Matters: what several entries are about.
extension SQLiteVault {
  private static let matterColumns = """
    id, kind, entry, changed, department, other, subject, certificate, case_thread, lookup, state,
    secret
    """

  // MARK: Reading

  package func matter(_ id: Int64) throws(RegistryError) -> MatterRow? {
    try read { connection throws(StorageFault) in
      let query = try connection.query(
        "SELECT \(SQLiteVault.matterColumns) FROM matter WHERE id = ?")
      try query.bind(id, at: 1)
      return try query.first { row throws(StorageFault) in try SQLiteVault.matter(row) }
    }
  }

  package func matters(lookup: Int64) throws(RegistryError) -> [MatterRow] {
    try read { connection throws(StorageFault) in
      // The second condition is that of the index.
      let query = try connection.query(
        """
        SELECT \(SQLiteVault.matterColumns) FROM matter
        WHERE lookup = ? AND lookup <> 0 ORDER BY id
        """)
      try query.bind(lookup, at: 1)
      return try SQLiteVault.matters(query)
    }
  }

  package func matters(
    before: Int64?, limit: Int, _ filter: MatterFilter
  ) throws(RegistryError) -> [MatterRow] {
    var conditions: [String] = []
    var values: [Int64] = []
    func add(_ condition: String, _ value: Int64?) {
      guard let value else { return }
      conditions.append(condition)
      values.append(value)
    }
    add("id < ?", before)
    add("department = ?", filter.department)
    add("other = ?", filter.other)
    add("subject = ?", filter.subject)
    add("certificate > 0 AND certificate = ?", filter.certificate)
    add("case_thread > 0 AND case_thread = ?", filter.caseThread)
    // Kind and state stand in the text: only so is the index of open requests used.
    if let kind = filter.kind { conditions.append("kind = \(kind.rawValue)") }
    if filter.states.count == 1 {
      conditions.append("state = \(filter.states[0])")
    } else if !filter.states.isEmpty {
      conditions.append("state IN (\(filter.states.map(String.init).joined(separator: ", ")))")
    }
    values.append(Int64(limit))
    let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
    let sql = """
      SELECT \(SQLiteVault.matterColumns) FROM matter
      WHERE \(condition) ORDER BY id DESC LIMIT ?
      """
    return try read { connection throws(StorageFault) in
      let query = try connection.query(sql)
      for (position, value) in values.enumerated() {
        try query.bind(value, at: Int32(position + 1))
      }
      return try SQLiteVault.matters(query)
    }
  }

  private static func matters(_ query: SQLiteQuery) throws(StorageFault) -> [MatterRow] {
    var rows: [MatterRow] = []
    try query.forEach { row throws(StorageFault) in
      rows.append(try matter(row))
      return true
    }
    return rows
  }

  private static func matter(_ row: SQLiteQuery) throws(StorageFault) -> MatterRow {
    guard let kind = MatterRow.Kind(rawValue: try row.integer(1)) else {
      throw row.damaged(1, "a matter is of one of four kinds")
    }
    var matter = MatterRow(
      id: try row.integer(0), kind: kind, department: try row.integer(4),
      other: try row.integer(5), secret: try row.blob(11))
    matter.entry = try row.integer(2)
    matter.changed = try row.integer(3)
    matter.subject = try row.integer(6)
    matter.certificate = try row.integer(7)
    matter.caseThread = try row.integer(8)
    matter.lookup = try row.integer(9)
    matter.state = try row.integer(10)
    return matter
  }

  // MARK: Writing

  static func insert(
    _ row: MatterRow, entry: Int64, _ connection: SQLiteConnection
  ) throws(StorageFault) {
    let query = try connection.query(
      """
      INSERT INTO matter (\(matterColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    let values = [
      row.id, row.kind.rawValue, entry, entry, row.department, row.other, row.subject,
      row.certificate, row.caseThread, row.lookup, row.state,
    ]
    for (position, value) in values.enumerated() {
      try query.bind(value, at: Int32(position + 1))
    }
    try query.bind(row.secret, at: 12)
    try query.run()
  }

  static func setMatter(
    _ id: Int64, _ state: Int64, _ certificate: Int64?, entry: Int64,
    _ connection: SQLiteConnection
  ) throws(StorageFault) {
    let save = try connection.query(
      "INSERT OR IGNORE INTO undo_matter SELECT * FROM matter WHERE id = ?")
    try save.bind(id, at: 1)
    try save.run()
    let query = try connection.query(
      """
      UPDATE matter SET state = ?, changed = ?, certificate = coalesce(?, certificate)
      WHERE id = ?
      """)
    try query.bind(state, at: 1)
    try query.bind(entry, at: 2)
    try query.bind(certificate, at: 3)
    try query.bind(id, at: 4)
    try query.run()
  }
}
