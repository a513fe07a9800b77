import Encoding
import Foundation
import Testing

/// Codes are read back by zbar, which knows nothing of us.
@Suite("kanhe qr")
struct QRTests {
  let run: HolderRun

  init() throws {
    run = try HolderRun()
    _ = try run.city.json([
      "department", "add", "--generate", "--code", "11440300KH0002169P", "--name", "深圳市文化广电旅游体育局",
      "--level", "municipal",
    ])
    _ = try run.city.json(["status", "publish", "--as", CityRun.police])
    _ = try run.city.json(["registry", "trust", "--out", run.city.file("trust.jwt")])
    _ = try run.city.json([
      "use", "ask", "--type", CityRun.card, "--claims", "over_18=true", "--purpose",
      "internet-cafe-inspection", "--text", "核验是否年满18周岁", "--out", run.city.file("request.jwt"),
      "--as", "11440300KH0002169P",
    ])
  }

  private func qr(_ arguments: [String]) throws -> JSONValue {
    let done = try Run(["qr"] + arguments + ["--format", "json"])
    try #require(done.status == 0, "\(done.errors)")
    return try done.json()
  }

  /// The texts that zbar reads in pictures, in a file.
  private func scanned(_ pictures: [String], to name: String) throws -> String {
    let read = try Run(tool: "zbarimg", ["--quiet", "--raw", "--nodbus"] + pictures)
    try #require(read.status == 0, "\(read.errors)")
    let lines = read.output.split(separator: "\n").shuffled().joined(separator: "\n")
    try run.city.write(name, lines + "\n")
    return run.city.file(name)
  }

  private func files(_ answer: JSONValue) -> [String] {
    (answer["codes"]?.arrayValue ?? []).compactMap { $0["file"]?.stringValue }
  }

  @Test("a request off one screen and an answer off another are judged as the files are")
  func story() throws {
    let asked = try qr([run.city.file("request.jwt"), "--out", run.city.file("request.png")])
    #expect(files(asked).count == 2)
    let request = try scanned(files(asked), to: "request.txt")
    _ = try run.json([
      "present", request, "--root", run.root, "--evidence", run.evidence, "--out",
      run.city.file("shown.txt"),
    ])
    let shown = try qr([run.city.file("shown.txt"), "--out", run.city.file("shown.png")])
    #expect(files(shown).count == 3)
    let mode = try FileManager.default.attributesOfItem(atPath: files(shown)[0])
    #expect(mode[.posixPermissions] as? Int == 0o600)
    let answer = try scanned(files(shown), to: "answer.txt")
    let verified = try Run([
      "verify", request, answer, "--root", run.root, "--evidence", run.evidence,
    ])
    #expect(verified.status == 0, "\(verified.output)")
    let taken = try run.city.run([
      "use", "check", request, answer, "--as", "11440300KH0002169P", "--format", "json",
    ])
    #expect(taken.status == 0, "\(taken.errors)")
    // The same answer as a file is the same answer.
    let again = try run.city.run([
      "use", "check", request, run.city.file("shown.txt"), "--as", "11440300KH0002169P",
      "--format", "json",
    ])
    #expect(try again.json()["codes"]?.arrayValue == ["replayed"])
    // One part is missing: nothing can be told, and it is said which.
    let cut = try scanned(Array(files(shown).dropLast()), to: "cut.txt")
    let missing = try Run(["verify", request, cut, "--root", run.root])
    #expect(missing.status == 2 && missing.output.contains("missing: 3"), "\(missing.output)")
  }

  @Test("a receipt says that the certificate was issued, and nothing of what it says")
  func receipt() throws {
    let list = try #require(try run.json(["list"])["copies"]?.arrayValue?.first)
    let delivery = try #require(list["file"]?.stringValue)
    let refused = try Run(["qr", delivery, "--format", "json"])
    #expect(refused.status == 1)
    #expect(try refused.error()["code"] == "thread_keys")
    let drawn = try qr([delivery, "--receipt", "--out", run.city.file("receipt.svg")])
    let text = try scanned(try files(drawn).map(raster), to: "receipt.txt")
    let verified = try Run(["verify", text, "--root", run.root, "--evidence", run.evidence])
    #expect(verified.status == 0, "\(verified.output)")
    let identifier = try #require(list["identifier"]?.stringValue)
    #expect(verified.output.contains(identifier), "\(verified.output)")
    let joined = try qr([delivery, "--receipt"])
    #expect((joined["bytes"]?.integerValue ?? 0) < 5_000)
  }

  @Test("a terminal's blocks are a code that is read")
  func terminal() throws {
    let drawn = try Run(["qr", run.city.file("request.jwt"), "--max-version", "40"])
    #expect(drawn.status == 0 && drawn.output.hasPrefix("\u{1B}[30;107m"))
    let picture = run.city.file("terminal.pbm")
    try PortableBitmap(blocks: drawn.output).write(to: picture)
    let text = try scanned([picture], to: "terminal.txt")
    let shown = try Run(["verify", text, "--root", run.root, "--evidence", run.evidence])
    #expect(shown.output.contains("request"), "\(shown.output)")
    #expect(try run.lines(text).count == 1)
  }

  @Test("texts go into a file as well; what cannot be shown is refused")
  func refusals() throws {
    let request = run.city.file("request.jwt")
    let texts = run.city.file("texts.txt")
    _ = try qr([request, "--out", texts])
    #expect(try run.lines(texts).count == 2)
    func code(_ arguments: [String]) throws -> JSONValue? {
      let done = try Run(["qr"] + arguments + ["--format", "json"])
      #expect(done.status != 0)
      return try done.error()["code"]
    }
    #expect(try code([request, "--out", texts]) == "file_exists")
    #expect(try code([texts]) == "code_series")
    #expect(try code([request, "--receipt"]) == "not_a_delivery")
    #expect(try code([run.city.file("none")]) == "file_not_found")
    #expect(try code([request, "--out", "code.gif"]) == "usage")
    #expect(try code([request, "--max-version", "41"]) == "usage")
    #expect(try code([run.cards]) == "malformed_delivery")
    try run.city.write("large.txt", String(repeating: "a", count: 70_000))
    #expect(try code([run.city.file("large.txt")]) == "code_too_large")
    let proof = run.city.file("proof.jwt")
    try Data((run.proof + "\n").utf8).write(to: URL(fileURLWithPath: proof))
    _ = try qr([proof, "--out", run.city.file("proof.txt")])
    // A checkpoint ends with a newline that counts.
    let note = run.city.file("checkpoint")
    let printed = try run.city.run(["ledger", "checkpoint"])
    try Data(printed.output.utf8).write(to: URL(fileURLWithPath: note))
    _ = try qr([note, "--out", run.city.file("note.txt")])
    let read = try Run([
      "verify", run.city.file("note.txt"), "--root", run.root, "--evidence", run.evidence,
    ])
    #expect(read.status == 0, "\(read.output)")
    // An answer about a thread has that thread's key.
    _ = try run.city.json(["ledger", "map"])
    _ = try run.json([
      "log", "--from", run.city.directory, "--root", run.root, "--prove",
      run.city.file("mine.json"),
    ])
    #expect(try code([run.city.file("mine.json")]) == "thread_keys")
  }

  /// The squares of an SVG as a bitmap.
  private func raster(_ path: String) throws -> String {
    let svg = try run.lines(path).joined()
    try PortableBitmap(svg: svg).write(to: path + ".pbm")
    return path + ".pbm"
  }
}
