/// One record of a table, and where it stands in the file.
public struct CSVRecord: Sendable, Equatable {
  /// The fields, without quotes.
  public let fields: [String]
  /// The line of the record's first byte, counted from 1.
  public let line: Int
  /// Bytes before the record in the file.
  public let byteOffset: Int
  /// The record's bytes, without its line end.
  public let byteCount: Int

  /// Reads the bytes of one record again, as they were found at its offset.
  ///
  /// Throws what ``CSVReader/next()`` throws; more than one record is `trailingBytes`.
  public static func parse(
    recordBytes: [UInt8], encoding: TextEncoding, limits: CSVLimits = CSVLimits()
  ) throws(EncodingError) -> [String] {
    var reader = CSVReader(
      BytesSource(recordBytes), encoding: encoding, limits: limits, isWholeFile: false)
    let fields = try reader.next()?.fields ?? [""]
    guard try reader.next() == nil else {
      throw EncodingError(
        .trailingBytes, "there is more than one record", at: .line(2, column: nil))
    }
    return fields
  }
}

/// Bounds on a table, so that a hostile file cannot fill the memory.
public struct CSVLimits: Sendable {
  /// The largest field, in bytes of the file.
  public let fieldBytesMax: Int
  /// The largest record, in bytes of the file.
  public let recordBytesMax: Int
  /// The most fields of a record.
  public let columnsMax: Int

  /// Bounds: by default 1 MiB a field, 4 MiB a record, 1,024 columns.
  public init(
    fieldBytesMax: Int = 1 << 20, recordBytesMax: Int = 4 << 20, columnsMax: Int = 1024
  ) {
    self.fieldBytesMax = fieldBytesMax
    self.recordBytesMax = recordBytesMax
    self.columnsMax = columnsMax
  }
}
