import Certificates
import Cryptography
import Encoding
import Foundation
import Registry
import SQLiteStorage

/// A fresh registry with two departments of the sample city, and fictional persons.
package enum SampleCity {
  /// Issues identity cards.
  package static let police = "11440300KH0002054H"
  /// May ask for them.
  package static let civil = "11440300KH0002062C"
  /// The type of identity cards.
  package static let card = police + "001"
  private static let registrar = "11440300KH00000165"

  /// Makes a registry and opens it; `sample` is `Examples/shenzhen`.
  package static func makeRegistry(
    _ directory: String, _ sample: String
  ) throws -> OpenRegistry {
    let options = OpenOptions(
      isForWriting: true,
      passphrases: { _ throws(RegistryError) in SecretBytes(copying: Array("words".utf8)) })
    try OpenRegistry.create(
      directory: directory,
      try NewRegistry(
        name: "Benchmark", host: "bench.example", origin: "bench.example/ledger",
        code: registrar, keys: .test), storage: SQLiteProvider(), options: options)
    let registry = try OpenRegistry.open(
      directory: directory, storage: SQLiteProvider(), options: options)
    _ = try registry.enrol([
      try NewDepartment(code: police, name: "深圳市公安局", level: "municipal"),
      try NewDepartment(code: civil, name: "深圳市民政局", level: "municipal"),
    ])
    let file = try BoundedFile.read(path: "\(sample)/types/\(card).json", maximumBytes: 1 << 20)
    _ = try registry.publish([try TypeFile(parsing: file)])
    return registry
  }

  /// The sheet of identity cards: rows as long as those of the sample city.
  package static func writeCards(_ rows: Int, to path: String) throws {
    try writeSheet(
      rows, to: path,
      [
        "number", "holder_name", "holder_code", "holder_code_type", "valid_from", "valid_until",
        "issue_date", "sex", "ethnicity", "birth_date", "address",
      ]
    ) { row in
      let code = citizenNumber(row)
      return [
        code, "𠮷田·阿依\(row)", code, "111", "2026-11-01", "\(2036 + row % 10)-10-31",
        "2026-11-01", "女", "汉", "1990-01-01", "广东省深圳市南山区海德路\(row)号1栋203室",
      ]
    }
  }

  /// The sheet of requests: one case for each person.
  package static func writeRequests(_ rows: Int, to path: String) throws {
    try writeSheet(rows, to: path, ["holder_code", "holder_code_type", "case", "officer"]) {
      [citizenNumber($0), "111", "2026-\($0)", "\(8800 + $0 % 40)"]
    }
  }

  private static func writeSheet(
    _ rows: Int, to path: String, _ header: [String], _ row: (Int) -> [String]
  ) throws {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    var writer = CSVWriter()
    writer.record(header)
    for index in 0..<rows {
      writer.record(row(index))
      if index % 1000 == 999 { try file.write(contentsOf: Data(writer.take())) }
    }
    try file.write(contentsOf: Data(writer.take()))
    try file.close()
  }

  private static func citizenNumber(_ row: Int) -> String {
    let day = 1 + row / 1000 % 28
    let region = 440_000 + row / 28_000
    let digits = "\(region)199001" + String(format: "%02d%03d", day, row % 1000)
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    let sum = zip(digits.utf8, weights).reduce(0) { $0 + Int($1.0 - 48) * $1.1 }
    return digits + ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][sum % 11]
  }
}
