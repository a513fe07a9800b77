import Encoding
import Foundation
import Testing

/// Many persons at once: a sheet of requests, and answers to all that wait.
@Suite("Shares in bulk")
struct ShareBulkTests {
  private func sheet(_ sharing: SharingCity, _ persons: Range<Int>) throws -> String {
    let rows = persons.map { "\(CityRun.citizenCode($0)),111,2026-\($0),8817\n" }
    try sharing.city.write(
      "people.csv", "持证主体代码,holder_code_type,case,officer\n" + rows.joined())
    return sharing.city.file("people.csv")
  }

  private func arguments(_ sheet: String) -> [String] {
    [
      "share", "request", "--type", SharingCity.type, "--purpose", SharingCity.purpose,
      "--officer-role", "registrar", "--csv", sheet, "--as", CityRun.civil, "--format", "json",
    ]
  }

  @Test("faults are told by line and column before anything is signed")
  func faults() throws {
    let sharing = try SharingCity(cards: 1)
    let size = try sharing.size()
    let good = CityRun.citizenCode(0)
    try sharing.city.write(
      "bad.csv",
      """
      holder_code,holder_code_type,case,officer,certificate
      \(good),111,2026-1,8817,
      \(good.dropLast())Z,111,2026-2,8817,
      \(good),000,2026-3,8817,
      \(good),111,,8817,
      \(good),111,2026-5,8817,1.2.156.3005.2.x
      4.40300E+17,111,2026-6,8817,
      \(good),,2026-7,8817,

      """)
    let run = try sharing.city.run(arguments(sharing.city.file("bad.csv")))
    #expect(run.status == 1)
    let refused = try #require(try run.json()["refused"]?.arrayValue)
    let places = refused.map {
      "\($0["line"]?.integerValue ?? 0) \($0["column"]?.stringValue ?? "") "
        + "\($0["code"]?.stringValue ?? "")"
    }
    #expect(
      places == [
        "3 holder_code check_character", "4 holder_code_type code_type", "5 case missing",
        "6 certificate format", "7 holder_code format", "8 holder_code_type missing",
      ])
    #expect(refused[4]["message"]?.stringValue?.contains("the spreadsheet has rounded") == true)
    #expect(try run.json()["done_rows"] == 0 && sharing.size() == size)
    #expect(try run.json()["more"] == false)
    #expect(!run.output.contains(good) && !run.output.contains("8817"))
    try sharing.city.write("head.csv", "holder_code,case,who\nx,y,z\n")
    let header = try sharing.city.run(arguments(sharing.city.file("head.csv")))
    #expect(header.status == 1)
    #expect(try header.json()["refused"]?.arrayValue?.count == 3)
  }

  @Test("of more faults than are listed it is said that there are more, also of two in a row")
  func manyFaults() throws {
    let sharing = try SharingCity(cards: 1)
    let row = "\(CityRun.citizenCode(0)),000,,8817\n"
    try sharing.city.write(
      "many.csv", "holder_code,holder_code_type,case,officer\n" + String(repeating: row, count: 600)
    )
    let run = try sharing.city.run(arguments(sharing.city.file("many.csv")))
    let result = try run.json()
    #expect(run.status == 1 && result["refused_rows"] == 600)
    #expect(result["refused"]?.arrayValue?.count == 1_000 && result["more"] == true)
    #expect(result["hint"]?.stringValue?.contains("same command") == true, "\(result)")
    let text = try sharing.city.run(Array(arguments(sharing.city.file("many.csv")).dropLast(2)))
    #expect(text.output.hasSuffix("… and 100 more\n"), "\(text.output.suffix(200))")
  }

  @Test("a dry run signs nothing; the same sheet twice asks once; a repeated row is one request")
  func once() throws {
    let sharing = try SharingCity(cards: 1)
    let sheet = try sheet(sharing, 0..<5)
    let size = try sharing.size()
    let dry = try sharing.city.run(
      arguments(sheet) + ["--dry-run"],
      environment: ["KANHE_LEDGER_PASSPHRASE": "", "KANHE_PASSPHRASE": ""])
    #expect(dry.status == 0, "\(dry.errors)")
    #expect(try dry.json()["rows"] == 5 && sharing.size() == size)
    let text = try String(contentsOfFile: sheet, encoding: .utf8)
    try sharing.city.write(
      "people.csv", text + "\(CityRun.citizenCode(0)),111,2026-0,8817\n")
    let run = try sharing.city.run(arguments(sheet))
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(try run.json()["done_rows"] == 5 && run.json()["already_rows"] == 1)
    let again = try sharing.city.run(arguments(sheet))
    #expect(try again.json()["done_rows"] == 0 && again.json()["already_rows"] == 6)
    #expect(try sharing.size() == size + 5)
  }

  @Test("killed at random moments, the same commands ask and answer every row once")
  func killed() throws {
    let count = 240
    let sharing = try SharingCity(cards: count)
    let sheet = try sheet(sharing, 0..<count)
    try Self.runKilled(arguments(sheet), sharing)
    let out = sharing.city.file("outbox")
    try Self.runKilled(
      [
        "share", "release", "--open", "--out", out, "--as", CityRun.police, "--format", "json",
      ], sharing)
    let files = try FileManager.default.contentsOfDirectory(atPath: out)
    #expect(files.filter { $0.hasSuffix(".p7m") && !$0.hasPrefix(".") }.count == count)
    try Self.runKilled(
      [
        "share", "acknowledge", out, "--out", sharing.city.file("inbox"), "--as", CityRun.civil,
        "--format", "json",
      ], sharing)
    let list = try sharing.city.json(["share", "list", "--limit", "0"])
    let states = try #require(list["requests"]?.arrayValue).map { $0["state"]?.stringValue }
    #expect(states.count == count && Set(states) == ["acknowledged"])
    try sharing.expectSound()
  }

  @Test("interrupted, request and release say how to go on; the same command does each row once")
  func interrupted() throws {
    let count = 2_500
    let sharing = try SharingCity(cards: count)
    let first = try sharing.size()
    let out = sharing.city.file("outbox")
    let commands = [
      (arguments(try sheet(sharing, 0..<count)), 1_000),
      (
        [
          "share", "release", "--open", "--out", out, "--as", CityRun.police, "--format", "json",
        ], 100
      ),
    ]
    for (number, (arguments, batch)) in commands.enumerated() {
      let before = first + Int64(number * count)
      let stopped = try sharing.city.stop(arguments, signal: SIGINT)
      #expect(stopped.status == 130 && stopped.reason == .exit, "\(stopped)")
      let done = try sharing.size() - before
      #expect(done > 0 && done < count && Int(done) % batch == 0, "\(done)")
      let error = try stopped.error()
      #expect(error["code"] == "interrupted" && error["done"] == .integer(done))
      #expect(error["rows"] == .integer(Int64(count)))
      #expect(error["hint"]?.stringValue?.contains("run the same command again") == true)
      let result = try sharing.city.run(arguments).json()
      #expect(result["done_rows"] == .integer(Int64(count) - done))
      #expect(result["already_rows"] == .integer(done) && result["refused_rows"] == 0)
      #expect(try sharing.size() == before + Int64(count))
      // More was done than is listed, and the result says so.
      let isCut = done > 1_000 || count - Int(done) > 1_000
      #expect(result["more"] == .boolean(isCut) && (result["hint"] != nil) == isCut)
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: out)
    #expect(files.count { $0.hasSuffix(".p7m") } == count)
    let list = try sharing.city.json(["share", "list"])
    #expect(list["requests"]?.arrayValue?.count == 100 && list["more"] == true)
    #expect(list["hint"]?.stringValue?.contains("--limit 0") == true)
    try sharing.expectSound()
  }

  @Test("answers with --requester only what that department asked")
  func requester() throws {
    let sharing = try SharingCity()
    let request = try sharing.asked(0)
    func release(_ requester: String) throws -> Run {
      try sharing.share(
        ["release", "--open", "--requester", requester, "--out", sharing.city.file("outbox")],
        as: CityRun.police)
    }
    #expect(try release(CityRun.police).json()["done_rows"] == 0)
    #expect(try sharing.state(request) == "open")
    #expect(try release(CityRun.civil).json()["done_rows"] == 1)
    #expect(try sharing.state(request) == "released")
  }

  /// Starts a command, kills it five times, and lets it come to its end.
  private static func runKilled(_ arguments: [String], _ sharing: SharingCity) throws {
    var kills = 0
    while true {
      let process = Process()
      process.executableURL = try Run.binary()
      process.arguments = arguments
      process.environment = CityRun.passphrases.merging([
        "KANHE_REGISTRY": sharing.city.directory
      ]) { $1 }
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      process.standardInput = FileHandle.nullDevice
      try process.run()
      if kills < 5 {
        usleep(UInt32.random(in: 100_000..<900_000))
        kill(process.processIdentifier, SIGKILL)
      }
      process.waitUntilExit()
      guard process.terminationReason == .uncaughtSignal else {
        #expect(process.terminationStatus == 0)
        return
      }
      kills += 1
    }
  }
}
