import Certificates
import Cryptography
import Encoding
import Foundation
import Registry
import SQLiteStorage

/// Issues identity cards from a sheet in a fresh registry and says where the processor time went.
///
/// `IssueBenchmark ROWS SAMPLE DIR [BATCH]`: SAMPLE is `Examples/shenzhen`, DIR is made and left
/// behind, BATCH is the number of rows in an append.
/// One line of JSON: seconds and processor seconds of the issue alone, the cost of one signature
/// measured in this process, the share of signing, and the peak of memory.
@main
struct IssueBenchmark {
  private static let police = "11440300KH0002054H"
  private static let registrar = "11440300KH00000165"

  static func main() throws {
    let arguments = CommandLine.arguments
    guard (4...5).contains(arguments.count), let rows = Int(arguments[1]), rows > 0 else {
      FileHandle.standardError.write(Data("IssueBenchmark ROWS SAMPLE DIR [BATCH]\n".utf8))
      exit(64)
    }
    let (sample, folder) = (arguments[2], arguments[3])
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let sheet = folder + "/cards.csv"
    try writeSheet(rows, to: sheet)
    let registry = try makeRegistry(folder + "/city", sample)
    let signatureSeconds = try costOfSignature()
    let sizeBefore = peakKilobytes()
    let (wall, processor) = (wallSeconds(), processorSeconds())
    let type = try registry.typeFile(try TypeCode(police + "001"), version: nil)
    let checked = try ClaimsFile(path: sheet, form: .sheet(.utf8)).check(type)
    let checkProcessor = processorSeconds() - processor
    var watch = IssueWatch()
    if arguments.count == 5, let count = Int(arguments[4]) { watch.batchCount = count }
    let report = try registry.issue(
      IssueOrder(
        department: police, type: type, claims: checked,
        target: .lines(folder + "/cards.jsonl")), watch: watch)
    // Closing moves the write-ahead logs into the databases: that is part of the work.
    try registry.close()
    let used = processorSeconds() - processor
    let elapsed = wallSeconds() - wall
    let signatures = report.issuedCount + report.copyCount
    let signing = Double(signatures) * signatureSeconds
    let result: JSONValue = [
      "rows": .integer(Int64(rows)), "issued": .integer(Int64(report.issuedCount)),
      "seconds": rounded(elapsed), "processor_seconds": rounded(used),
      "check_processor_seconds": rounded(checkProcessor),
      "rows_per_second": .integer(Int64(Double(rows) / elapsed)),
      "processor_microseconds_per_row": rounded(used / Double(rows) * 1e6),
      "signature_microseconds": rounded(signatureSeconds * 1e6),
      "signatures": .integer(Int64(signatures)),
      "signing_percent": rounded(signing / used * 100),
      "peak_kilobytes": .integer(Int64(peakKilobytes())),
      "peak_kilobytes_before": .integer(Int64(sizeBefore)),
    ]
    print(String(decoding: result.canonicalBytes(), as: UTF8.self))
  }

  // MARK: A registry and a sheet

  private static func makeRegistry(_ directory: String, _ sample: String) throws -> OpenRegistry {
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
      try NewDepartment(code: police, name: "深圳市公安局", level: "municipal")
    ])
    let file = try BoundedFile.read(
      path: "\(sample)/types/\(police)001.json", maximumBytes: 1 << 20)
    _ = try registry.publish([try TypeFile(parsing: file)])
    return registry
  }

  /// Rows of fictional persons, as long as those of the sample city.
  private static func writeSheet(_ rows: Int, to path: String) throws {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    var writer = CSVWriter()
    writer.record([
      "number", "holder_name", "holder_code", "holder_code_type", "valid_from", "valid_until",
      "issue_date", "sex", "ethnicity", "birth_date", "address",
    ])
    for row in 0..<rows {
      let code = citizenNumber(row)
      writer.record([
        code, "𠮷田·阿依\(row)", code, "111", "2026-11-01", "\(2036 + row % 10)-10-31",
        "2026-11-01", "女", "汉", "1990-01-01", "广东省深圳市南山区海德路\(row)号1栋203室",
      ])
      if row % 1000 == 999 { try file.write(contentsOf: Data(writer.take())) }
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

  // MARK: Measuring

  /// Processor seconds of one ES256 signature over as many bytes as an event has.
  private static func costOfSignature() throws -> Double {
    let key = try P256PrivateKey.generate()
    let message = [UInt8](repeating: 0x61, count: 1_500)
    for _ in 0..<200 { _ = try key.sign(message) }
    let count = 3_000
    let start = processorSeconds()
    for _ in 0..<count { _ = try key.sign(message) }
    return (processorSeconds() - start) / Double(count)
  }

  private static func processorSeconds() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

  private static func wallSeconds() -> Double { seconds(CLOCK_MONOTONIC) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    _ = unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func peakKilobytes() -> Int {
    var usage = rusage()
    // RUSAGE_SELF, which Glibc declares as another type.
    _ = unsafe getrusage(0, &usage)
    return usage.ru_maxrss
  }

  private static func rounded(_ value: Double) -> JSONValue {
    .number((value * 1000).rounded() / 1000)
  }
}
