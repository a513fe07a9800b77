import Encoding
import Foundation
import Synchronization
import Testing

@Suite("kanhe use check --queue, use enter")
struct UseQueueTests {
  private static let culture = HolderRun.culture

  private let run: HolderRun
  private var queue: String { run.city.file("today") }

  init() throws {
    run = try HolderRun()
    _ = try run.city.json([
      "department", "add", "--generate", "--code", Self.culture, "--name", "深圳市文化广电旅游体育局",
      "--level", "municipal",
    ])
    _ = try run.city.json(["status", "publish", "--as", CityRun.police])
    _ = try run.city.json(["registry", "trust", "--out", run.city.file("trust.jwt")])
  }

  /// A request, and answers of the holder's to it.
  private func shown(_ request: String, _ answers: [String]) throws {
    _ = try run.city.json([
      "use", "ask", "--type", CityRun.card, "--purpose", "internet-cafe-inspection", "--text",
      "核验是否年满18周岁", "--out", run.city.file(request), "--as", Self.culture, "--claims",
      "over_18=true",
    ])
    for answer in answers {
      _ = try run.json([
        "present", run.city.file(request), "--root", run.root, "--evidence", run.evidence, "--out",
        run.city.file(answer),
      ])
    }
  }

  /// Judged at a counter that has neither registry nor key.
  private func keep(
    _ request: String, _ answer: String, in queue: String? = nil, evidence: String? = nil
  ) throws -> Run {
    try Run(check(request, answer, in: queue, evidence: evidence))
  }

  private func check(
    _ request: String, _ answer: String, in queue: String?, evidence: String?
  ) -> [String] {
    [
      "use", "check", run.city.file(request), run.city.file(answer), "--queue",
      queue ?? self.queue, "--root", run.root, "--format", "json",
    ] + (evidence.map { $0.isEmpty ? [] : ["--evidence", $0] } ?? ["--evidence", run.evidence])
  }

  private func enter(_ queue: String? = nil, as code: String = culture) throws -> Run {
    try run.city.run(["use", "enter", queue ?? self.queue, "--as", code, "--format", "json"])
  }

  private func counts(_ answer: JSONValue) -> [Int64?] {
    ["accepted", "refused", "known", "failed"].map { answer[$0]?.integerValue }
  }

  private func names(_ queue: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: queue).filter { !$0.hasPrefix(".") }
      .sorted()
  }

  @Test("what a counter took off line is entered once, with its time")
  func story() throws {
    try shown("request.jwt", ["shown.txt", "second.txt"])
    let size = try run.city.json(["registry", "status"])["size"]
    let kept = try keep("request.jwt", "shown.txt")
    try #require(kept.status == 0, "\(kept.output) \(kept.errors)")
    let answer = try kept.json()
    #expect(answer["presenter"] == "accepted" && answer["claims"] == ["over_18": true])
    for (shown, code) in [("shown.txt", "replayed"), ("second.txt", "request_used")] {
      let again = try keep("request.jwt", shown)
      #expect(try again.status == 1 && again.json()["codes"] == [.string(code)])
    }
    #expect(try run.city.json(["registry", "status"])["size"] == size)
    let waiting = try names(queue)
    #expect(waiting.count == 3 && waiting.contains(answer["queued"]?.stringValue ?? ""))
    for name in waiting {
      for file in ["request.jwt", "answer.txt"] {
        let attributes = try FileManager.default.attributesOfItem(
          atPath: "\(queue)/\(name)/\(file)")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
      }
    }
    let entered = try enter()
    #expect(entered.status == 1, "\(entered.output) \(entered.errors)")
    #expect(counts(try entered.json()) == [1, 2, 0, 0])
    let uses = try #require(try entered.json()["uses"]?.arrayValue)
    let accepted = try #require(uses.first { $0["outcome"] == "accepted" })
    let index = try #require(accepted["index"]?.integerValue)
    let entry = try run.city.json(["ledger", "show", "\(index)"])
    let time = try Timestamp(parsing: try #require(accepted["occurred"]?.stringValue))
    #expect(
      String(decoding: entry.canonicalBytes(), as: UTF8.self)
        .contains("\"occurred\":\(time.seconds)"))
    // Given again, all is known, and the folder is as it was.
    let text = try run.city.run([
      "use", "check", run.city.file("request.jwt"), run.city.file("shown.txt"), "--as",
      Self.culture,
    ])
    #expect(text.output.contains("refused: replayed") && !text.output.contains("only admitted"))
    let again = try enter()
    // What was refused is told again: nobody may have read it the first time.
    #expect(try again.status == 1 && counts(again.json()) == [0, 0, 3, 0], "\(again.output)")
    let known = (try again.json()["uses"]?.arrayValue ?? []).compactMap { $0["codes"]?.arrayValue }
    #expect(known.map(\.count).sorted() == [0, 1, 1])
    #expect(try names(queue) == waiting)
    let full = try run.city.json(["registry", "check", "--full"])
    #expect(full["verdict"]?.stringValue == "yes", "\(full)")
  }

  @Test("one answer at two counters in the same second is a replay")
  func twoCounters() throws {
    try shown("request.jwt", ["shown.txt"])
    let other = run.city.file("other")
    for queue in [queue, other] {
      #expect(try keep("request.jwt", "shown.txt", in: queue).status == 0)
    }
    #expect(try counts(enter().json()) == [1, 0, 0, 0])
    let second = try enter(other)
    #expect(second.status == 1)
    let use = try #require(try second.json()["uses"]?.arrayValue?.first)
    #expect(use["counter"] == "accepted" && use["outcome"] == "refused", "\(use)")
    #expect(use["codes"] == ["replayed"])
  }

  @Test("what had ended before is refused in the office, though the counter did not know")
  func staleEvidence() throws {
    try shown("request.jwt", ["shown.txt"])
    let kit = run.city.file("kit")
    try FileManager.default.copyItem(atPath: run.evidence, toPath: kit)
    let card = try #require(try run.json(["list"])["copies"]?.arrayValue?.first)
    _ = try run.city.json([
      "certificate", "revoke", card["identifier"]?.stringValue ?? "", "--state", "cancelled",
      "--as", CityRun.police,
    ])
    _ = try run.city.json(["status", "publish", "--as", CityRun.police])
    // A token of the same second is dated a second ahead: the counter judges after it.
    Thread.sleep(forTimeInterval: 2.1)
    #expect(try keep("request.jwt", "shown.txt", evidence: kit).status == 0)
    let entered = try enter()
    let use = try #require(try entered.json()["uses"]?.arrayValue?.first)
    #expect(entered.status == 1 && use["codes"] == ["ended"], "\(use)")
    #expect(use["counter"] == "accepted")
  }

  @Test("what cannot be told, read or entered is said, and the rest goes on")
  func faults() throws {
    try shown("request.jwt", ["shown.txt"])
    let open = try keep("request.jwt", "shown.txt", evidence: "")
    #expect(open.status == 2)
    #expect(try open.error()["code"] == "trust_list_missing", "\(open.errors)")
    #expect(!FileManager.default.fileExists(atPath: queue))
    #expect(try keep("request.jwt", "shown.txt").status == 0)
    let good = try #require(try names(queue).first)
    // A counter's clock that was ahead, an answer that was damaged, and one that is lost.
    let random = String(good.suffix(22))
    for name in ["20990101T000000Z-accepted-\(random)", "20260101T000000Z-accepted-\(random)"] {
      try FileManager.default.copyItem(atPath: "\(queue)/\(good)", toPath: "\(queue)/\(name)")
    }
    let damaged = "\(queue)/\(good.prefix(17))refused-\(random)"
    try FileManager.default.copyItem(atPath: "\(queue)/\(good)", toPath: damaged)
    try FileManager.default.removeItem(atPath: "\(damaged)/answer.txt")
    let entered = try enter()
    #expect(try entered.status == 2 && counts(entered.json()) == [1, 0, 0, 3], "\(entered.output)")
    let codes = (try entered.json()["uses"]?.arrayValue ?? []).compactMap {
      $0["code"]?.stringValue
    }
    #expect(codes.sorted() == ["file_not_found", "time", "time"], "\(entered.output)")
    // Another department's requests are not its to record.
    let foreign = try enter(as: CityRun.police)
    #expect(try foreign.status == 2 && counts(foreign.json())[0] == 0, "\(foreign.output)")
    for name in [
      "notes.txt", "20260230T000000Z-accepted-\(random)", "20260101T000000Z-taken-\(random)",
      "20260101T000000Z-accepted-\(random.dropLast())",
    ] {
      try Data().write(to: URL(fileURLWithPath: "\(queue)/\(name)"))
      let refused = try enter()
      #expect(refused.status == 2)
      #expect(try refused.error()["code"] == "queue_foreign", "\(name): \(refused.errors)")
      try FileManager.default.removeItem(atPath: "\(queue)/\(name)")
    }
    #expect(try enter(run.city.file("none")).status == 2)
    #expect(
      try Run(["use", "check", "a", "b", "--queue", "q", "--at", "2026-01-01T00:00:00Z"]).status
        == 64)
    #expect(try Run(["use", "check", "a", "b", "--root", "r"]).status == 64)
  }

  @Test("of very many all are counted, and what somebody must look at is listed first")
  func many() throws {
    try shown("request.jwt", ["shown.txt"])
    #expect(try keep("request.jwt", "shown.txt").status == 0)
    let good = try #require(try names(queue).first)
    let random = [UInt8](repeating: 7, count: 8)
    for number in 0..<1_003 {
      // Three were judged before the request was made, a thousand when no clock was yet.
      let time = number < 3 ? "20260101T000000Z" : "20990101T000000Z"
      let name = Base64URL.encode(
        random + [UInt8](repeating: 0, count: 6) + [UInt8(number >> 8), UInt8(number & 0xFF)])
      try FileManager.default.copyItem(
        atPath: "\(queue)/\(good)", toPath: "\(queue)/\(time)-accepted-\(name)")
    }
    let run = try enter()
    #expect(run.status == 2, "\(run.errors)")
    let answer = try run.json()
    #expect(counts(answer) == [1, 0, 0, 1_003] && answer["more"] == true)
    let listed = answer["uses"]?.arrayValue ?? []
    #expect(listed.count == 1_000 && listed.allSatisfy { $0["outcome"] == "failed" })
    let text = try self.run.city.run(["use", "enter", queue, "--as", Self.culture])
    #expect(
      text.output.hasSuffix("… and 4 more\n0 accepted, 0 refused, 1 known already, 1003 failed\n"))
  }

  @Test("the entry of a use that was damaged is no acceptance")
  func damagedEntry() throws {
    try shown("request.jwt", ["shown.txt"])
    #expect(try keep("request.jwt", "shown.txt").status == 0)
    #expect(try counts(enter().json()) == [1, 0, 0, 0])
    // The vault names another entry.
    try run.city.alter("vault.sqlite", "UPDATE item SET entry = 0 WHERE space = 'use-queued'")
    let again = try enter()
    #expect(again.status == 2 && !again.output.contains("\"known\":1"), "\(again.output)")
    #expect(try again.error()["code"] == "damaged_ledger", "\(again.errors)")
  }

  @Test("what the counter refused stays refused, also where its accepted one is lost")
  func refusedAtCounter() throws {
    try shown("request.jwt", ["shown.txt"])
    for status in [0, 1] { #expect(try keep("request.jwt", "shown.txt").status == status) }
    let accepted = try #require(try names(queue).first { $0.contains("accepted") })
    try FileManager.default.removeItem(atPath: "\(queue)/\(accepted)")
    let entered = try enter()
    #expect(entered.status == 1, "\(entered.output)")
    let use = try #require(try entered.json()["uses"]?.arrayValue?.first)
    #expect(use["codes"] == ["refused_at_counter"] && use["counter"] == "refused", "\(use)")
    // Nor under another name, nor at the registry's own counter.
    let waiting = try #require(try names(queue).first)
    let name = waiting.replacing("-refused-", with: "-accepted-")
    try FileManager.default.moveItem(atPath: "\(queue)/\(waiting)", toPath: "\(queue)/\(name)")
    let renamed = try #require(try enter().json()["uses"]?.arrayValue?.first)
    #expect(renamed["codes"] == ["refused_at_counter"], "\(renamed)")
    let shown = try run.city.run([
      "use", "check", run.city.file("request.jwt"), run.city.file("shown.txt"), "--as",
      Self.culture, "--format", "json",
    ])
    #expect(try shown.status == 1 && shown.json()["codes"] == ["refused_at_counter"])
    let full = try run.city.json(["registry", "check", "--full"])
    #expect(full["verdict"] == "yes", "\(full)")
  }

  @Test("evidence that cannot be read fails the uses that need it, and no other")
  func oddEvidence() throws {
    try shown("request.jwt", ["shown.txt"])
    #expect(try keep("request.jwt", "shown.txt").status == 0)
    let kit = run.city.file("kit")
    try FileManager.default.copyItem(atPath: run.evidence, toPath: kit)
    let type = "\(kit)/types/\(CityRun.card)/1.json"
    try FileManager.default.removeItem(atPath: type)
    try FileManager.default.createSymbolicLink(atPath: type, withDestinationPath: "/etc/passwd")
    let failed = try run.city.run([
      "use", "enter", queue, "--as", Self.culture, "--evidence", kit, "--format", "json",
    ])
    #expect(try failed.status == 2 && counts(failed.json()) == [0, 0, 0, 1], "\(failed.errors)")
    #expect(try counts(enter().json()) == [1, 0, 0, 0])
  }

  @Test("counters with one folder take turns: one answer is accepted once")
  func atOnce() throws {
    try shown("request.jwt", ["shown.txt"])
    let statuses = Mutex<[Int32]>([])
    let arguments = check("request.jwt", "shown.txt", in: nil, evidence: nil)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      let run = Result { try Run(arguments) }
      if case .success(let run) = run { statuses.withLock { $0.append(run.status) } }
    }
    #expect(statuses.withLock { $0.sorted() } == [0, 1, 1, 1])
  }

  @Test("a clock that was a moment behind is no fault; links and pipes are not followed")
  func edges() throws {
    // Status and trust list were published before the time that is claimed below.
    Thread.sleep(forTimeInterval: 3.1)
    try shown("request.jwt", ["shown.txt"])
    #expect(try keep("request.jwt", "shown.txt").status == 0)
    let good = try #require(try names(queue).first)
    let request = try Data(contentsOf: URL(fileURLWithPath: "\(queue)/\(good)/request.jwt"))
    let payload = String(decoding: request, as: UTF8.self).split(separator: ".")[1]
    let issued = try #require(
      try JSONValue(parsing: try Base64URL.decode(payload))["iat"]?.integerValue)
    let early = "\(Timestamp(seconds: issued - 2))".filter { $0 != "-" && $0 != ":" }
    let name = early + good.dropFirst(16)
    try FileManager.default.moveItem(atPath: "\(queue)/\(good)", toPath: "\(queue)/\(name)")
    let entered = try enter()
    #expect(entered.status == 0 && entered.output.contains("\"accepted\":1"), "\(entered.output)")
    let other = run.city.file("other")
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: "\(other)/\(name)", withDestinationPath: "\(queue)/\(name)")
    let piped = "\(other)/\(good.prefix(17))refused\(good.suffix(23))"
    try FileManager.default.createDirectory(atPath: piped, withIntermediateDirectories: false)
    #expect(mkfifo("\(piped)/request.jwt", 0o600) == 0)
    let refused = try enter(other)
    #expect(refused.status == 2 && refused.output.contains("\"failed\":2"), "\(refused.output)")
    #expect(refused.output.contains("not_regular"))
    let file = try keep("request.jwt", "shown.txt", in: run.city.file("request.jwt"))
    #expect(file.status == 2 && file.errors.contains("nothing was kept"), "\(file.errors)")
    #expect(try enter(run.city.file("request.jwt")).errors.contains("there is no folder"))
  }
}
