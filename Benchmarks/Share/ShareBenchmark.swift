import BenchmarkSupport
import Certificates
import Cryptography
import Encoding
import Foundation
import Registry
import Rules

/// Shares identity cards of many persons between two departments of a fresh registry and says where
/// the time went.
///
/// `ShareBenchmark COUNT SAMPLE DIR`: SAMPLE is `Examples/shenzhen`, DIR is made and left behind.
/// One line of JSON: the rate of shares from request to acknowledgement, files handed out and taken
/// in included; the rate that their four signatures and one enclosing alone allow, measured between
/// the parts of the same run; the time of each part; what publishing runs takes; memory.
@main
struct ShareBenchmark {
  private let count: Int
  private let folder: String
  private let registry: OpenRegistry
  private var issuing = Watch()
  private var requesting = Watch()
  private var releasing = Watch()
  private var handingOut = Watch()
  private var takingIn = Watch()
  private var acknowledging = Watch()

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let count = Int(arguments[1]), count > 0 else {
      FileHandle.standardError.write(Data("ShareBenchmark COUNT SAMPLE DIR\n".utf8))
      exit(64)
    }
    var benchmark = try ShareBenchmark(count, sample: arguments[2], folder: arguments[3])
    print(String(decoding: try benchmark.run().canonicalBytes(), as: UTF8.self))
  }

  private init(_ count: Int, sample: String, folder: String) throws {
    self.count = count
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    registry = try SampleCity.makeRegistry(folder + "/city", sample)
  }

  private mutating func run() throws -> JSONValue {
    try issue()
    let sizeBefore = Meter.peakKilobytes()
    try request()
    try release()
    var primitives = try primitives()
    primitives.run(min(count, 5_000))
    try acknowledge()
    primitives.run(min(count, 5_000))
    let size = Meter.peakKilobytes()
    var mapping = Watch()
    _ = try mapping.time { try RunPublisher(registry).publish(.now) }
    var closing = Watch()
    try closing.time { try registry.close() }
    let parts = [
      ("request", requesting), ("release", releasing), ("hand_out", handingOut),
      ("take_in", takingIn), ("acknowledge", acknowledging), ("close", closing),
    ]
    let shares = Double(count)
    let wall = parts.reduce(0) { $0 + $1.1.wall } / shares
    let processor = parts.reduce(0) { $0 + $1.1.processor } / shares
    var result: JSONObject = [
      "shares": .integer(Int64(count)), "shares_per_second": Meter.rounded(1 / wall),
      "primitives_per_second": Meter.rounded(1 / primitives.wallSeconds),
      "rate_ratio": Meter.rounded(primitives.wallSeconds / wall),
      "processor_ratio": Meter.rounded(primitives.processorSeconds / processor),
      "processor_microseconds": Meter.rounded(processor * 1e6),
      "primitives_processor_microseconds": Meter.rounded(primitives.processorSeconds * 1e6),
      "mapping_processor_seconds": Meter.rounded(mapping.processor),
      "mapping_percent_of_appends": Meter.rounded(
        mapping.processor / (issuing.processor + processor * shares) * 100),
      "peak_kilobytes": size, "peak_kilobytes_before": sizeBefore,
    ]
    var wallParts: JSONObject = [:]
    var processorParts: JSONObject = [:]
    for (name, watch) in parts {
      wallParts.append(name, Meter.rounded(watch.wall / shares * 1e6))
      processorParts.append(name, Meter.rounded(watch.processor / shares * 1e6))
    }
    result.append("wall_microseconds_of", .object(wallParts))
    result.append("processor_microseconds_of", .object(processorParts))
    return .object(result)
  }

  // MARK: What the departments do

  private mutating func issue() throws {
    let sheet = folder + "/cards.csv"
    try SampleCity.writeCards(count, to: sheet)
    let type = try registry.typeFile(try TypeCode(SampleCity.card), version: nil)
    let checked = try ClaimsFile(path: sheet, form: .sheet(.utf8)).check(type)
    let order = IssueOrder(
      department: SampleCity.police, type: type, claims: checked,
      target: .lines(folder + "/cards.jsonl"))
    let registry = registry
    _ = try issuing.time { try registry.issue(order) }
  }

  private mutating func request() throws {
    let sheet = folder + "/requests.csv"
    try SampleCity.writeRequests(count, to: sheet)
    let (registry, code) = (registry, SampleCity.civil)
    let report = try requesting.time {
      let job = try RequestSheet(try ClaimsFile(path: sheet, form: .sheet(.utf8))).job()
      var stated = StatedTerms(
        type: try TypeCode(SampleCity.card), officerRole: "registrar",
        answerBy: Timestamp.now().adding(days: 14).seconds)
      stated.purpose = "marriage-registration"
      let terms = try registry.terms(stated, by: code)
      let signer = try registry.signer(code, use: .act)
      return try Self.run(job, of: Writer.requestCount) { rows throws(RegistryError) in
        try registry.write { writer throws(RegistryError) in
          try writer.request(rows, terms, by: signer)
        }
      }
    }
    check(report)
  }

  private mutating func release() throws {
    let (registry, code, outbox) = (registry, SampleCity.police, folder + "/outbox")
    var (releasing, handingOut) = (releasing, handingOut)
    let job = try releasing.time {
      var search = ShareSearch()
      search.providers = try registry.answered(by: code)
      search.states = [.open]
      return try registry.shareJob(search).map { ReleaseOrder($0) }
    }
    let releaser = try registry.releaser(code)
    let report = try Self.run(job, of: Writer.releaseCount) { orders throws(RegistryError) in
      let step = try releasing.time { () throws(RegistryError) in
        try registry.write { writer throws(RegistryError) in
          try writer.release(orders, by: releaser)
        }
      }
      _ = try handingOut.time { () throws(RegistryError) in
        try registry.handOut(step.acts, to: outbox)
      }
      return step
    }
    (self.releasing, self.handingOut) = (releasing, handingOut)
    check(report)
  }

  private mutating func acknowledge() throws {
    let (registry, code, inbox) = (registry, SampleCity.civil, folder + "/inbox")
    let outbox = folder + "/outbox"
    var (takingIn, acknowledging) = (takingIn, acknowledging)
    let job = try takingIn.time {
      let names = try FileManager.default.contentsOfDirectory(atPath: outbox).filter {
        $0.hasSuffix(Receiver.suffix)
      }.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
      return ShareJob(count: names.count) { outbox + "/" + names[$0] }
    }
    let signer = try registry.signer(code, use: .act)
    let receiver = try Receiver(code, in: registry)
    let report = try Self.run(job, of: Writer.releaseCount) { files throws(RegistryError) in
      var taken: [TakenRelease] = []
      try takingIn.time { () throws(RegistryError) in
        taken = try receiver.take(files, to: inbox).taken
      }
      return try acknowledging.time { () throws(RegistryError) in
        try registry.write { writer throws(RegistryError) in
          try writer.acknowledge(taken, by: signer)
        }
      }
    }
    (self.takingIn, self.acknowledging) = (takingIn, acknowledging)
    check(report)
  }

  private static func run<Order>(
    _ job: ShareJob<Order>, of batchCount: Int,
    _ take: ([Order]) throws(RegistryError) -> ShareStep
  ) throws(RegistryError) -> SharingReport {
    try job.run(
      batchCount: batchCount, progress: { _, _ in }, isInterrupted: { false }, take: take)
  }

  /// A figure about shares that did not come about would be worth nothing.
  private func check(_ report: SharingReport) {
    precondition(report.doneCount == count, "\(report.doneCount) of \(count) were done")
  }

  /// Encloses what is as large as the material of these shares.
  private func primitives() throws -> Primitives {
    let release =
      try FileManager.default.contentsOfDirectory(atPath: folder + "/outbox")
      .first { $0.hasSuffix(Receiver.suffix) } ?? ""
    let enclosed = try BoundedFile.read(
      path: folder + "/outbox/" + release, maximumBytes: Receiver.byteCountMax)
    // Enclosing adds about 550 bytes.
    return try Primitives(
      [UInt8](repeating: 0x61, count: max(enclosed.count - 550, 1)), to: SampleCity.civil,
      in: registry)
  }
}
