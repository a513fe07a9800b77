/// The table `meta` that both databases have.
enum Meta {
  static func value(
    _ name: String, _ connection: SQLiteConnection
  ) throws(StorageFault) -> [UInt8]? {
    let query = try connection.query("SELECT value FROM meta WHERE name = ?")
    try query.bind(name, at: 1)
    return try query.first { row throws(StorageFault) in try row.blob(0) }
  }

  static func require(
    _ name: String, _ connection: SQLiteConnection
  ) throws(StorageFault) -> [UInt8] {
    guard let value = try value(name, connection) else {
      throw StorageFault(.damagedRow, "table meta: no row \(name)")
    }
    return value
  }

  static func set(
    _ name: String, _ value: [UInt8], _ connection: SQLiteConnection
  ) throws(StorageFault) {
    let query = try connection.query("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)")
    try query.bind(name, at: 1)
    try query.bind(value, at: 2)
    try query.run()
  }
}

/// 8-byte big-endian integers one after another.
enum Packed {
  static func bytes(_ integers: [Int64]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(integers.count * 8)
    for integer in integers {
      for shift in stride(from: Int64(56), through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: integer >> shift))
      }
    }
    return bytes
  }

  /// The integers; nil unless the bytes come in eights.
  static func integers(_ bytes: [UInt8]) -> [Int64]? {
    guard bytes.count % 8 == 0 else { return nil }
    var integers: [Int64] = []
    integers.reserveCapacity(bytes.count / 8)
    var value: UInt64 = 0
    for (position, byte) in bytes.enumerated() {
      value = value << 8 | UInt64(byte)
      if position % 8 == 7 {
        integers.append(Int64(bitPattern: value))
        value = 0
      }
    }
    return integers
  }
}
