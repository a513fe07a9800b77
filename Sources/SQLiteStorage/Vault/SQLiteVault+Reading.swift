import Registry

extension SQLiteVault {
  private static let certificateColumns = """
    id, base, version, entry, changed, count, type, state, number, uniqueness, until, subjects,
    copies, secret
    """

  package func highestIDs() throws(RegistryError) -> VaultIDs {
    try read { connection throws(StorageFault) in try SQLiteVault.highestIDs(connection) }
  }

  static func highestIDs(_ connection: SQLiteConnection) throws(StorageFault) -> VaultIDs {
    VaultIDs(
      subject: try highest("SELECT max(id) FROM subject", connection),
      certificate: try highest("SELECT max(id) FROM certificate", connection),
      matter: try highest("SELECT max(id) FROM matter", connection))
  }

  private static func highest(
    _ sql: String, _ connection: SQLiteConnection
  ) throws(StorageFault) -> Int64 {
    let found = try connection.query(sql).first { row throws(StorageFault) in
      try row.optionalInteger(0)
    }
    return (found ?? nil) ?? 0
  }

  // MARK: Subjects

  package func subjects(lookups: [Int64]) throws(RegistryError) -> [SubjectRow] {
    try readMany { connection throws(StorageFault) in
      let query = try connection.query(
        "SELECT id, lookup, count, secret, entry FROM subject WHERE lookup = ?")
      var rows: [SubjectRow] = []
      for lookup in lookups {
        try query.bind(lookup, at: 1)
        try query.forEach { row throws(StorageFault) in
          rows.append(try SQLiteVault.subject(row))
          return true
        }
      }
      return rows
    }
  }

  package func subject(_ id: Int64) throws(RegistryError) -> SubjectRow? {
    try read { connection throws(StorageFault) in
      let query = try connection.query(
        "SELECT id, lookup, count, secret, entry FROM subject WHERE id = ?")
      try query.bind(id, at: 1)
      return try query.first { row throws(StorageFault) in try SQLiteVault.subject(row) }
    }
  }

  private static func subject(_ row: SQLiteQuery) throws(StorageFault) -> SubjectRow {
    var subject = SubjectRow(
      id: try row.integer(0), lookup: try row.integer(1), count: try count(row, 2),
      secret: try row.blob(3))
    subject.entry = try row.integer(4)
    return subject
  }

  // MARK: Certificates

  package func certificate(_ id: Int64) throws(RegistryError) -> CertificateRow? {
    try read { connection throws(StorageFault) in
      let query = try connection.query(
        "SELECT \(SQLiteVault.certificateColumns) FROM certificate WHERE id = ?")
      try query.bind(id, at: 1)
      return try query.first { row throws(StorageFault) in try SQLiteVault.certificate(row) }
    }
  }

  package func certificate(
    base: Int64, version: Int64
  ) throws(RegistryError) -> CertificateRow? {
    if version == 1 {
      let row = try certificate(base)
      return row?.version == 1 ? row : nil
    }
    return try read { connection throws(StorageFault) in
      let query = try connection.query(
        """
        SELECT \(SQLiteVault.certificateColumns) FROM certificate
        WHERE base = ? AND version = ? AND version > 1
        """)
      try query.bind(base, at: 1)
      try query.bind(version, at: 2)
      return try query.first { row throws(StorageFault) in try SQLiteVault.certificate(row) }
    }
  }

  package func certificates(
    lookups: [Int64], in column: LookupColumn
  ) throws(RegistryError) -> [CertificateRow] {
    let condition = column == .number ? "number = ?" : "uniqueness = ?"
    return try readMany { connection throws(StorageFault) in
      let query = try connection.query(
        "SELECT \(SQLiteVault.certificateColumns) FROM certificate WHERE \(condition)")
      var rows: [CertificateRow] = []
      for lookup in lookups {
        try query.bind(lookup, at: 1)
        try query.forEach { row throws(StorageFault) in
          rows.append(try SQLiteVault.certificate(row))
          return true
        }
      }
      return rows
    }
  }

  package func certificates(
    after: Int64, limit: Int, type: Int64?, subject: Int64?
  ) throws(RegistryError) -> [CertificateRow] {
    var conditions = ["id > ?1"]
    if type != nil { conditions.append("type = ?3") }
    if subject != nil {
      conditions.append(
        "id IN (SELECT certificate FROM holding WHERE subject = ?4 AND certificate > ?1)")
    }
    let sql = """
      SELECT \(SQLiteVault.certificateColumns) FROM certificate
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY id LIMIT ?2
      """
    return try read { connection throws(StorageFault) in
      let query = try connection.query(sql)
      try query.bind(after, at: 1)
      try query.bind(Int64(limit), at: 2)
      if let type { try query.bind(type, at: 3) }
      if let subject { try query.bind(subject, at: 4) }
      var rows: [CertificateRow] = []
      try query.forEach { row throws(StorageFault) in
        rows.append(try SQLiteVault.certificate(row))
        return true
      }
      return rows
    }
  }

  package func newestCertificates(
    before: Int64?, limit: Int, _ filter: CertificateFilter
  ) throws(RegistryError) -> [CertificateRow] {
    var conditions: [String] = []
    var values: [Int64] = []
    func add(_ condition: String, _ value: Int64?) {
      guard let value else { return }
      conditions.append(condition)
      values.append(value)
    }
    add("id < ?", before)
    add("id >= ?", filter.ids?.lowerBound)
    add("id <= ?", filter.ids?.upperBound)
    add("entry >= ?", filter.entries?.lowerBound)
    add("entry < ?", filter.entries?.upperBound)
    add("type = ?", filter.type)
    add("id IN (SELECT certificate FROM holding WHERE subject = ?)", filter.subject)
    if !filter.states.isEmpty {
      let list = filter.states.map(String.init).joined(separator: ", ")
      conditions.append("state IN (\(list))")
    }
    values.append(Int64(limit))
    let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
    let sql = """
      SELECT \(SQLiteVault.certificateColumns) FROM certificate
      WHERE \(condition) ORDER BY id DESC LIMIT ?
      """
    return try read { connection throws(StorageFault) in
      let query = try connection.query(sql)
      for (position, value) in values.enumerated() {
        try query.bind(value, at: Int32(position + 1))
      }
      var rows: [CertificateRow] = []
      try query.forEach { row throws(StorageFault) in
        rows.append(try SQLiteVault.certificate(row))
        return true
      }
      return rows
    }
  }

  private static func certificate(_ row: SQLiteQuery) throws(StorageFault) -> CertificateRow {
    var certificate = CertificateRow(
      id: try row.integer(0), base: try row.integer(1), version: try row.integer(2),
      type: try row.integer(6), state: try row.integer(7), number: try row.integer(8),
      uniqueness: try row.optionalInteger(9), until: try row.optionalInteger(10),
      subjects: try packed(row, 11), copies: try packed(row, 12), secret: try row.blob(13))
    certificate.entry = try row.integer(3)
    certificate.changed = try row.integer(4)
    certificate.count = try count(row, 5)
    return certificate
  }

  // MARK: Records

  package func records(from first: Int64, limit: Int) throws(RegistryError) -> [RecordRow] {
    try read { connection throws(StorageFault) in
      let query = try connection.query(
        """
        SELECT \(SQLiteVault.recordColumns) FROM record
        WHERE entry >= ? ORDER BY entry LIMIT ?
        """)
      try query.bind(first, at: 1)
      try query.bind(Int64(limit), at: 2)
      return try SQLiteVault.records(query)
    }
  }

  package func records(certificate: Int64) throws(RegistryError) -> [RecordRow] {
    try read { connection throws(StorageFault) in
      let query = try connection.query(
        """
        SELECT \(SQLiteVault.recordColumns) FROM record
        WHERE certificate = ? AND certificate > 0 ORDER BY entry
        """)
      try query.bind(certificate, at: 1)
      return try SQLiteVault.records(query)
    }
  }

  package func records(matter: Int64) throws(RegistryError) -> [RecordRow] {
    try read { connection throws(StorageFault) in
      let query = try connection.query(
        """
        SELECT \(SQLiteVault.recordColumns) FROM record
        WHERE matter = ? AND matter > 0 ORDER BY entry
        """)
      try query.bind(matter, at: 1)
      return try SQLiteVault.records(query)
    }
  }

  package func record(of entry: Int64) throws(RegistryError) -> RecordRow? {
    let record = try records(from: entry, limit: 1).first
    return record?.entry == entry ? record : nil
  }

  private static let recordColumns = "entry, certificate, matter, disclosures, content"

  private static func records(_ query: SQLiteQuery) throws(StorageFault) -> [RecordRow] {
    var rows: [RecordRow] = []
    try query.forEach { row throws(StorageFault) in
      rows.append(
        RecordRow(
          entry: try row.integer(0), certificate: try row.integer(1),
          matter: try row.integer(2), disclosures: try row.blob(3),
          content: try row.optionalBlob(4)))
      return true
    }
    return rows
  }

  // MARK: Values

  static func count(_ row: SQLiteQuery, _ column: Int32) throws(StorageFault) -> UInt64 {
    let value = try row.integer(column)
    guard value >= 0 else { throw row.damaged(column, "a count is not negative") }
    return UInt64(value)
  }

  static func packed(_ row: SQLiteQuery, _ column: Int32) throws(StorageFault) -> [Int64] {
    guard let integers = Packed.integers(try row.blob(column)) else {
      throw row.damaged(column, "no packed integers")
    }
    return integers
  }
}
