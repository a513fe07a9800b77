import BenchmarkSupport
import Certificates
import Cryptography
import Encoding
import Foundation
import Registry

/// Issues identity cards from a sheet in a fresh registry and says where the processor time went.
///
/// `IssueBenchmark ROWS SAMPLE DIR [BATCH]`: SAMPLE is `Examples/shenzhen`, DIR is made and left
/// behind, BATCH is the number of rows in an append.
/// One line of JSON: seconds and processor seconds of the issue alone, the cost of one signature
/// measured between its batches, the share of signing, and the peak of memory.
@main
struct IssueBenchmark {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard (4...5).contains(arguments.count), let rows = Int(arguments[1]), rows > 0 else {
      FileHandle.standardError.write(Data("IssueBenchmark ROWS SAMPLE DIR [BATCH]\n".utf8))
      exit(64)
    }
    let (sample, folder) = (arguments[2], arguments[3])
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let sheet = folder + "/cards.csv"
    try SampleCity.writeCards(rows, to: sheet)
    let registry = try SampleCity.makeRegistry(folder + "/city", sample)
    let signer = try Signer()
    let sizeBefore = Meter.peakKilobytes()
    var total = Watch()
    var checking = Watch()
    var signing = Watch()
    let report = try total.time {
      let type = try registry.typeFile(try TypeCode(SampleCity.card), version: nil)
      let checked = try checking.time {
        try ClaimsFile(path: sheet, form: .sheet(.utf8)).check(type)
      }
      // The processor's speed is not the same for long: between the batches tells what a signature
      // costs while the rest is done.
      var watch = IssueWatch(progress: { _, _ in signing.time { signer.signMany() } })
      if arguments.count == 5, let count = Int(arguments[4]) { watch.batchCount = count }
      let report = try registry.issue(
        IssueOrder(
          department: SampleCity.police, type: type, claims: checked,
          target: .lines(folder + "/cards.jsonl")), watch: watch)
      // Closing moves the write-ahead logs into the databases: that is part of the work.
      try registry.close()
      return report
    }
    let signatures = report.issuedCount + report.copyCount
    let signatureSeconds = signing.processor / Double(signer.count)
    let processor = total.processor - signing.processor
    let seconds = total.wall - signing.wall
    let result: JSONValue = [
      "rows": .integer(Int64(rows)), "issued": .integer(Int64(report.issuedCount)),
      "seconds": Meter.rounded(seconds), "processor_seconds": Meter.rounded(processor),
      "check_processor_seconds": Meter.rounded(checking.processor),
      "rows_per_second": .integer(Int64(Double(rows) / seconds)),
      "processor_microseconds_per_row": Meter.rounded(processor / Double(rows) * 1e6),
      "signature_microseconds": Meter.rounded(signatureSeconds * 1e6),
      "signatures": .integer(Int64(signatures)),
      "signing_percent": Meter.rounded(
        Double(signatures) * signatureSeconds / processor * 100),
      "peak_kilobytes": Meter.peakKilobytes(), "peak_kilobytes_before": sizeBefore,
    ]
    print(String(decoding: result.canonicalBytes(), as: UTF8.self))
  }
}

/// Makes ES256 signatures over as many bytes as an event has.
private final class Signer {
  private(set) var count = 0
  private let key: P256PrivateKey
  private let message = [UInt8](repeating: 0x61, count: 1_500)

  init() throws { key = try P256PrivateKey.generate() }

  func signMany() {
    for _ in 0..<300 {
      do { _ = try key.sign(message) } catch { fatalError("OpenSSL cannot sign: \(error)") }
    }
    count += 300
  }
}
