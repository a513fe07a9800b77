import Foundation

/// What a dishonest operator, or a failing disk, might do to the ledger's file.
enum DemoForgery {
  /// Alters one letter of the signature in an entry, past every door.
  static func alter(database path: String, entry index: Int64) throws {
    let url = URL(fileURLWithPath: path)
    let bytes = try Data(contentsOf: url, options: .mappedIfSafe)
    let mark = Data("\",\"index\":\(index),\"previous\":\"".utf8)
    // A dozen letters before the end of the event lie in the middle of its signature.
    guard let range = bytes.range(of: mark), range.lowerBound > 12 else {
      throw Failure(.no, code: "step_failed", "the entry does not stand in the database's file")
    }
    let place = range.lowerBound - 12
    let letter = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
    let file = try FileHandle(forWritingTo: url)
    try file.seek(toOffset: UInt64(place))
    try file.write(contentsOf: Data([letter]))
    try file.close()
  }
}
