import Encoding

/// Gives its bytes in pieces of a fixed size.
private struct PiecewiseSource: ByteSource {
  var bytes: BytesSource
  let size: Int

  mutating func read(
    into buffer: inout [UInt8], maximumCount: Int
  ) throws(EncodingError) -> Int {
    try bytes.read(into: &buffer, maximumCount: min(size, maximumCount))
  }
}

/// What a reader tells of a table: records and faults, in order.
private func story(
  _ bytes: [UInt8], _ encoding: TextEncoding, pieceSize: Int
) -> (records: [CSVRecord], faults: [String]) {
  let limits = CSVLimits(fieldBytesMax: 256, recordBytesMax: 1024, columnsMax: 16)
  let source = PiecewiseSource(bytes: BytesSource(bytes), size: pieceSize)
  var reader = CSVReader(source, encoding: encoding, limits: limits)
  var records: [CSVRecord] = []
  var faults: [String] = []
  while true {
    do {
      guard let record = try reader.next() else { return (records, faults) }
      records.append(record)
    } catch {
      faults.append("\(records.count) \(error.code) \(error)")
      let isOneRecord = [.wrongFieldCount, .invalidText, .noncharacter].contains(error.code)
      // A UTF-16 mark is `invalidText` too, and every call throws it.
      if !isOneRecord || faults.count > bytes.count { return (records, faults) }
    }
  }
}

/// The first byte chooses encoding and piece size. Pieces do not matter; each record can be read
/// again from its place; what was read is written and read as the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCSV(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  guard let choice = input.first else { return 0 }
  let bytes = Array(input.dropFirst())
  let encoding: TextEncoding = choice & 1 == 0 ? .utf8 : .gb18030
  let whole = story(bytes, encoding, pieceSize: 1 << 16)
  // Bounds are checked at the end of each piece, so only the records before a fault must agree.
  let pieces = story(bytes, encoding, pieceSize: Int(choice >> 1) % 7 + 1)
  if !(whole.faults + pieces.faults).contains(where: { $0.contains(" tooLarge ") }) {
    precondition(whole.records == pieces.records, "pieces changed the records")
    precondition(whole.faults == pieces.faults, "pieces changed the faults")
  }
  var writer = CSVWriter(lineEnd: choice & 0x80 == 0 ? .lf : .crlf)
  do {
    for record in whole.records {
      let place = record.byteOffset..<(record.byteOffset + record.byteCount)
      let again = try CSVRecord.parse(recordBytes: Array(bytes[place]), encoding: encoding)
      precondition(again == record.fields, "the record changed when read again")
      writer.record(record.fields)
    }
    var reader = CSVReader(BytesSource(writer.bytes))
    for (index, record) in whole.records.enumerated() {
      // A mark at the start of the text is skipped.
      let isMarked = index == 0 && record.fields.first?.unicodeScalars.first == "\u{FEFF}"
      let next = try reader.next()
      precondition(isMarked || next?.fields == record.fields, "the round trip changed a record")
      if isMarked { break }
    }
  } catch {
    preconditionFailure("what was read is refused: \(error)")
  }
  return 0
}
