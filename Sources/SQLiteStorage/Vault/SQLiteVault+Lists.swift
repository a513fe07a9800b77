import Registry

// Status lists, copies, names and items.
extension SQLiteVault {
  // MARK: Names

  package func number(of text: String) throws(RegistryError) -> Int64? {
    try read { connection throws(StorageFault) in try SQLiteVault.number(text, connection) }
  }

  package func text(of number: Int64) throws(RegistryError) -> String? {
    try read { connection throws(StorageFault) in
      let query = try connection.query("SELECT text FROM name WHERE id = ?")
      try query.bind(number, at: 1)
      return try query.first { row throws(StorageFault) in try row.string(0) }
    }
  }

  package func makeNumber(of text: String) throws(RegistryError) -> Int64 {
    if let known = try number(of: text) { return known }
    return try write { connection throws(StorageFault) in
      let insert = try connection.query("INSERT OR IGNORE INTO name (text) VALUES (?)")
      try insert.bind(text, at: 1)
      try insert.run()
      guard let number = try SQLiteVault.number(text, connection) else {
        throw StorageFault(.other, "a name just written is not there")
      }
      return number
    }
  }

  private static func number(
    _ text: String, _ connection: SQLiteConnection
  ) throws(StorageFault) -> Int64? {
    let query = try connection.query("SELECT id FROM name WHERE text = ?")
    try query.bind(text, at: 1)
    return try query.first { row throws(StorageFault) in try row.integer(0) }
  }

  // MARK: Status lists

  package func statusLists() throws(RegistryError) -> [StatusListRow] {
    try read { connection throws(StorageFault) in
      var rows: [StatusListRow] = []
      try connection.query("SELECT id, uri, next, secret FROM status_list ORDER BY id").forEach {
        row throws(StorageFault) in
        rows.append(try SQLiteVault.statusList(row))
        return true
      }
      return rows
    }
  }

  package func makeStatusList(
    uri: String, secret: (Int64) throws(RegistryError) -> [UInt8]
  ) throws(RegistryError) -> StatusListRow {
    if let known = try statusList(uri) { return known }
    // One writer at a time holds the registry's lock, so the id read here is still free below;
    // were it not, the primary key would refuse the row.
    let id = try read { connection throws(StorageFault) in
      let highest = try connection.query("SELECT max(id) FROM status_list").first {
        row throws(StorageFault) in try row.optionalInteger(0)
      }
      return ((highest ?? nil) ?? 0) + 1
    }
    let row = StatusListRow(id: id, uri: uri, next: 0, secret: try secret(id))
    try write { connection throws(StorageFault) in
      let query = try connection.query(
        "INSERT INTO status_list (id, uri, next, secret) VALUES (?, ?, 0, ?)")
      try query.bind(row.id, at: 1)
      try query.bind(row.uri, at: 2)
      try query.bind(row.secret, at: 3)
      try query.run()
    }
    return row
  }

  package func reserve(list: Int64, count: Int64) throws(RegistryError) -> Range<Int64> {
    try write { connection throws(StorageFault) in
      let query = try connection.query("SELECT next FROM status_list WHERE id = ?")
      try query.bind(list, at: 1)
      let next = try query.first { row throws(StorageFault) in
        let next = try row.integer(0)
        guard (0...StatusListRow.capacity).contains(next) else {
          throw row.damaged(0, "a counter is between 0 and 2^20")
        }
        return next
      }
      guard let next else { throw StorageFault(.other, "there is no status list \(list)") }
      let end = min(next + max(0, count), StatusListRow.capacity)
      let update = try connection.query("UPDATE status_list SET next = ? WHERE id = ?")
      try update.bind(end, at: 1)
      try update.bind(list, at: 2)
      try update.run()
      return next..<end
    }
  }

  private func statusList(_ uri: String) throws(RegistryError) -> StatusListRow? {
    try read { connection throws(StorageFault) in
      let query = try connection.query(
        "SELECT id, uri, next, secret FROM status_list WHERE uri = ?")
      try query.bind(uri, at: 1)
      return try query.first { row throws(StorageFault) in try SQLiteVault.statusList(row) }
    }
  }

  private static func statusList(_ row: SQLiteQuery) throws(StorageFault) -> StatusListRow {
    StatusListRow(
      id: try row.integer(0), uri: try row.string(1), next: try row.integer(2),
      secret: try row.blob(3))
  }

  // MARK: Copies

  package func changedCopies(list: Int64) throws(RegistryError) -> [CopyRow] {
    try read { connection throws(StorageFault) in
      let query = try connection.query(
        """
        SELECT id, certificate, state FROM copy
        WHERE id >= ? AND id < ? AND state <> 0 ORDER BY id
        """)
      try query.bind(list << 20, at: 1)
      try query.bind((list + 1) << 20, at: 2)
      var rows: [CopyRow] = []
      try query.forEach { row throws(StorageFault) in
        rows.append(try SQLiteVault.copy(row))
        return true
      }
      return rows
    }
  }

  package func copy(_ id: Int64) throws(RegistryError) -> CopyRow? {
    try read { connection throws(StorageFault) in
      let query = try connection.query("SELECT id, certificate, state FROM copy WHERE id = ?")
      try query.bind(id, at: 1)
      return try query.first { row throws(StorageFault) in try SQLiteVault.copy(row) }
    }
  }

  private static func copy(_ row: SQLiteQuery) throws(StorageFault) -> CopyRow {
    let state = try row.integer(2)
    guard (0...3).contains(state) else { throw row.damaged(2, "a state has two bits") }
    return CopyRow(id: try row.integer(0), certificate: try row.integer(1), state: UInt8(state))
  }

  // MARK: Items

  package func item(_ space: String, _ key: [UInt8]) throws(RegistryError) -> ItemRow? {
    try read { connection throws(StorageFault) in
      let query = try connection.query(
        "SELECT space, key, entry, value FROM item WHERE space = ? AND key = ?")
      try query.bind(space, at: 1)
      try query.bind(key, at: 2)
      return try query.first { row throws(StorageFault) in try SQLiteVault.item(row) }
    }
  }

  package func items(
    _ space: String, after key: [UInt8]?, limit: Int
  ) throws(RegistryError) -> [ItemRow] {
    try read { connection throws(StorageFault) in
      // The empty blob is the smallest key, and nobody uses it.
      let query = try connection.query(
        """
        SELECT space, key, entry, value FROM item
        WHERE space = ? AND key > ? ORDER BY key LIMIT ?
        """)
      try query.bind(space, at: 1)
      try query.bind(key ?? [], at: 2)
      try query.bind(Int64(limit), at: 3)
      var rows: [ItemRow] = []
      try query.forEach { row throws(StorageFault) in
        rows.append(try SQLiteVault.item(row))
        return true
      }
      return rows
    }
  }

  package func put(
    _ items: [(space: String, key: [UInt8], value: [UInt8]?)]
  ) throws(RegistryError) {
    try write { connection throws(StorageFault) in
      for item in items {
        try SQLiteVault.put(item.space, item.key, item.value, entry: -1, connection)
      }
    }
  }

  static func put(
    _ space: String, _ key: [UInt8], _ value: [UInt8]?, entry: Int64,
    _ connection: SQLiteConnection
  ) throws(StorageFault) {
    guard let value else {
      let remove = try connection.query("DELETE FROM item WHERE space = ? AND key = ?")
      try remove.bind(space, at: 1)
      try remove.bind(key, at: 2)
      return try remove.run()
    }
    let insert = try connection.query(
      "INSERT OR REPLACE INTO item (space, key, entry, value) VALUES (?, ?, ?, ?)")
    try insert.bind(space, at: 1)
    try insert.bind(key, at: 2)
    try insert.bind(entry, at: 3)
    try insert.bind(value, at: 4)
    try insert.run()
  }

  private static func item(_ row: SQLiteQuery) throws(StorageFault) -> ItemRow {
    ItemRow(
      space: try row.string(0), key: try row.blob(1), entry: try row.integer(2),
      value: try row.blob(3))
  }
}
