/// What SQLite or a row refused; mapped to the port's error at the adapter's edge.
struct StorageFault: Error {
  enum Kind: Sendable {
    case full, busy, inputOutput, readOnly, corrupt, damagedRow, conflict, missing, exists
    case wrongFile, notRegular, foreign, cut, other
  }

  let kind: Kind
  /// What was being done, without values.
  let text: String
  /// The extended result code of SQLite, 0 when SQLite is not the one that refused.
  let code: Int32

  init(_ kind: Kind, _ text: String, code: Int32 = 0) {
    self.kind = kind
    self.text = text
    self.code = code
  }

  /// The fault for an extended result code of SQLite.
  init(code: Int32, doing text: String) {
    let kind: Kind =
      switch code & 0xff {
      case 13: .full  // SQLITE_FULL
      case 5, 6: .busy  // SQLITE_BUSY, SQLITE_LOCKED
      case 10, 14: .inputOutput  // SQLITE_IOERR, SQLITE_CANTOPEN
      case 8, 3, 23: .readOnly  // SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH
      case 11, 26: .corrupt  // SQLITE_CORRUPT, SQLITE_NOTADB
      case 19: .conflict  // SQLITE_CONSTRAINT
      // SQLITE_INTERRUPT: only the bound on steps interrupts, while a file is opened.
      case 9: .foreign
      case 18: .damagedRow  // SQLITE_TOOBIG: longer than anything that is ever stored
      default: .other
      }
    self.init(kind, "\(text) (SQLite error \(code))", code: code)
  }

  /// What to do about it.
  var remedy: String {
    switch kind {
    case .full: "the disk is full: free some space, then open the registry again"
    case .busy: "another program keeps the database busy: end it and try again"
    case .inputOutput: "the disk cannot be read or written: check it before anything else"
    case .readOnly: "the file or its directory cannot be written: check the permissions"
    case .corrupt: "the file is damaged: restore it from a backup"
    case .damagedRow: "the file was changed or damaged: restore it from a backup"
    case .conflict: "another program changed the database: open the registry again"
    case .missing: "the file is not there: check the path"
    case .exists: "the file is there already: choose another directory"
    case .wrongFile: "the file is no database of this kind and version: check the path"
    case .notRegular:
      "the database, or a log beside it, is a link, a pipe or a device: put the file itself there"
    case .foreign:
      "the file has tables, views, triggers or a journal that Kanhe never makes: trust nothing in "
        + "it, and restore it from a backup"
    case .cut: "the file has more or fewer bytes than its pages: restore it from a backup"
    case .other: "open the registry again, and report it if it happens twice"
    }
  }
}
