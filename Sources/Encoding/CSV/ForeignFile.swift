/// Files that are taken for tables, or for JSON, by mistake; known by how they begin.
package enum ForeignFile {
  private static let beginnings: [(bytes: [UInt8], what: String)] = [
    (Array("PK\u{3}\u{4}".utf8), "an Excel workbook (.xlsx) or another ZIP archive"),
    ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook (.xls) or Word document"),
    ([0x89, 0x50, 0x4E, 0x47], "a PNG picture"),
    ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
    (Array("%PDF".utf8), "a PDF document"),
  ]

  /// What a file is that begins with these bytes, and the remedy; nil for what may be a table.
  package static func message(for bytes: some Collection<UInt8>) -> String? {
    for (beginning, what) in beginnings where bytes.starts(with: beginning) {
      return "the file is \(what), not a table; save the sheet as CSV UTF-8"
    }
    return nil
  }
}
