import Registry

/// The statements of bulk issuing, looked up once for a batch: their texts are long.
struct Inserts {
  private let certificate: SQLiteQuery
  private let holding: SQLiteQuery
  private let copy: SQLiteQuery
  private let record: SQLiteQuery

  init(_ connection: SQLiteConnection) throws(StorageFault) {
    certificate = try connection.query(
      """
      INSERT INTO certificate (id, base, version, entry, changed, count, type, state, number,
      uniqueness, until, subjects, copies, secret) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    holding = try connection.query(
      "INSERT OR IGNORE INTO holding (subject, certificate) VALUES (?, ?)")
    copy = try connection.query("INSERT INTO copy (id, certificate, state) VALUES (?, ?, ?)")
    record = try connection.query(
      """
      INSERT INTO record (entry, certificate, matter, disclosures, content)
      VALUES (?, ?, ?, ?, ?)
      """)
  }

  func insert(_ row: CertificateRow) throws(StorageFault) {
    try certificate.bind(row.id, at: 1)
    try certificate.bind(row.base, at: 2)
    try certificate.bind(row.version, at: 3)
    try certificate.bind(row.entry, at: 4)
    try certificate.bind(row.changed, at: 5)
    try certificate.bind(Int64(clamping: row.count), at: 6)
    try certificate.bind(row.type, at: 7)
    try certificate.bind(row.state, at: 8)
    try certificate.bind(row.number, at: 9)
    try certificate.bind(row.uniqueness, at: 10)
    try certificate.bind(row.until, at: 11)
    try certificate.bind(Packed.bytes(row.subjects), at: 12)
    try certificate.bind(Packed.bytes(row.copies), at: 13)
    try certificate.bind(row.secret, at: 14)
    try certificate.run()
    for subject in row.subjects {
      try holding.bind(subject, at: 1)
      try holding.bind(row.id, at: 2)
      try holding.run()
    }
  }

  func insert(_ row: CopyRow) throws(StorageFault) {
    try copy.bind(row.id, at: 1)
    try copy.bind(row.certificate, at: 2)
    try copy.bind(Int64(row.state), at: 3)
    try copy.run()
  }

  func insert(_ row: RecordRow) throws(StorageFault) {
    try record.bind(row.entry, at: 1)
    try record.bind(row.certificate, at: 2)
    try record.bind(row.matter, at: 3)
    try record.bind(row.disclosures, at: 4)
    try record.bind(row.content, at: 5)
    try record.run()
  }
}
