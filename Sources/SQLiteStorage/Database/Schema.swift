/// The tables of both databases. Spec: registry-on-disk.md.
enum Schema {
  static let ledger = [
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE entry (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
    "CREATE TABLE tile (id INTEGER PRIMARY KEY, hashes BLOB NOT NULL)",
    """
    CREATE TABLE event_id (
      milliseconds INTEGER NOT NULL, id BLOB NOT NULL, entry INTEGER NOT NULL,
      PRIMARY KEY (milliseconds, id)) WITHOUT ROWID
    """,
    "CREATE TABLE fact (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note BLOB NOT NULL)",
  ]

  /// SQLite's own indices for what is UNIQUE.
  static let automaticIndices: Set<String> = [
    "sqlite_autoindex_name_1", "sqlite_autoindex_status_list_1",
  ]

  /// The name of the table or index that a statement makes.
  static func name(of statement: String) -> String {
    let words = statement.split(separator: " ", maxSplits: 3)
    return words.count > 2 ? String(words[2]) : statement
  }

  private static let subjectColumns = """
    id INTEGER PRIMARY KEY, lookup INTEGER NOT NULL, count INTEGER NOT NULL,
    entry INTEGER NOT NULL, secret BLOB NOT NULL
    """

  private static let certificateColumns = """
    id INTEGER PRIMARY KEY, base INTEGER NOT NULL, version INTEGER NOT NULL,
    entry INTEGER NOT NULL, changed INTEGER NOT NULL, count INTEGER NOT NULL,
    type INTEGER NOT NULL, state INTEGER NOT NULL, number INTEGER NOT NULL,
    uniqueness INTEGER, until INTEGER, subjects BLOB NOT NULL, copies BLOB NOT NULL,
    secret BLOB NOT NULL
    """

  private static let copyColumns =
    "id INTEGER PRIMARY KEY, certificate INTEGER NOT NULL, state INTEGER NOT NULL"

  private static let matterColumns = """
    id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, entry INTEGER NOT NULL,
    changed INTEGER NOT NULL, department INTEGER NOT NULL, other INTEGER NOT NULL,
    subject INTEGER NOT NULL, certificate INTEGER NOT NULL, case_thread INTEGER NOT NULL,
    lookup INTEGER NOT NULL, state INTEGER NOT NULL, secret BLOB NOT NULL
    """

  private static let itemColumns = """
    space TEXT NOT NULL, key BLOB NOT NULL, entry INTEGER NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (space, key)
    """

  static let vault = [
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE subject (\(subjectColumns))",
    "CREATE INDEX subject_lookup ON subject (lookup)",
    "CREATE TABLE certificate (\(certificateColumns))",
    "CREATE INDEX certificate_version ON certificate (base, version) WHERE version > 1",
    "CREATE INDEX certificate_type ON certificate (type)",
    "CREATE INDEX certificate_number ON certificate (number)",
    """
    CREATE INDEX certificate_uniqueness ON certificate (uniqueness)
    WHERE uniqueness IS NOT NULL
    """,
    """
    CREATE TABLE holding (
      subject INTEGER NOT NULL, certificate INTEGER NOT NULL,
      PRIMARY KEY (subject, certificate)) WITHOUT ROWID
    """,
    "CREATE TABLE copy (\(copyColumns))",
    "CREATE INDEX copy_changed ON copy (id) WHERE state <> 0",
    """
    CREATE TABLE status_list (
      id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE, next INTEGER NOT NULL,
      secret BLOB NOT NULL)
    """,
    """
    CREATE TABLE record (
      entry INTEGER PRIMARY KEY, certificate INTEGER NOT NULL, matter INTEGER NOT NULL,
      disclosures BLOB NOT NULL, content BLOB)
    """,
    "CREATE INDEX record_certificate ON record (certificate) WHERE certificate > 0",
    "CREATE INDEX record_matter ON record (matter) WHERE matter > 0",
    "CREATE TABLE matter (\(matterColumns))",
    "CREATE INDEX matter_department ON matter (department, id)",
    "CREATE INDEX matter_other ON matter (other, id)",
    "CREATE INDEX matter_open ON matter (other, id) WHERE kind = 1 AND state = 0",
    "CREATE INDEX matter_subject ON matter (subject)",
    "CREATE INDEX matter_certificate ON matter (certificate) WHERE certificate > 0",
    "CREATE INDEX matter_case ON matter (case_thread) WHERE case_thread > 0",
    "CREATE INDEX matter_lookup ON matter (lookup) WHERE lookup <> 0",
    "CREATE TABLE item (\(itemColumns)) WITHOUT ROWID",
    "CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
    "CREATE TABLE undo_subject (\(subjectColumns))",
    "CREATE TABLE undo_certificate (\(certificateColumns))",
    "CREATE TABLE undo_copy (\(copyColumns))",
    "CREATE TABLE undo_matter (\(matterColumns))",
    "CREATE TABLE undo_item (\(itemColumns)) WITHOUT ROWID",
  ]
}
