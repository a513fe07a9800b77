import Certificates
import Cryptography
import Encoding
import Foundation

/// The demonstration's steps, each told on standard output as it comes true.
struct DemoSteps {
  let sample: String
  let folder: String
  let count: Int
  let console: Console
  let now: Timestamp
  private(set) var done: [JSONValue] = []
  private var city: DemoCity?
  private var copies = 0
  private var example: CertificateCopy?

  init(sample: String, folder: String, count: Int, console: Console, now: Timestamp) {
    self.sample = sample
    self.folder = folder
    self.count = count
    self.console = console
    self.now = now
  }

  static func remove(_ folder: String, _ console: Console) {
    do { try FileManager.default.removeItem(atPath: folder) } catch {
      console.warning("the temporary folder \(folder) could not be removed")
    }
  }

  /// Sheets of fictional holders, one per type, by the sample's own generator.
  mutating func generate() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", sample + "/generate", String(count), sheets]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(
        .cannot, code: "generator_failed", "the generator of the sample city failed",
        hint: "it needs python3")
    }
    tell("generate", "\(count) fictional certificates on the sheets of the sample city")
  }

  /// Every row is checked before anything is signed; then the copies are signed and written.
  mutating func issue() throws {
    let city = try DemoCity(sample: sample, now: now)
    self.city = city
    tell("identities", "root, authority and the departments' seals for \(city.host)")
    let types = try FileManager.default.contentsOfDirectory(atPath: sample + "/types")
      .filter { $0.hasSuffix(".json") }.sorted()
    for file in types {
      let type = try TypeFile(
        parsing: try BoundedFile.read(path: sample + "/types/" + file, maximumBytes: 1 << 20))
      let rows = try read(type)
      let profile = try city.profile(for: type)
      var lines: [UInt8] = []
      for (number, row) in rows.enumerated() {
        try issue(row, number: number, type: type, profile: profile, to: &lines)
      }
      try BoundedFile.writeAtomically(path: path(of: type), bytes: lines, mode: 0o600)
      tell(
        "issue", "\(rows.count) × \(type.name(in: .chinese)) (\(type.name(in: .english)))")
    }
  }

  private mutating func issue(
    _ row: RowMapper.Row, number: Int, type: TypeFile, profile: CertificateProfile,
    to lines: inout [UInt8]
  ) throws {
    let identifier = try CertificateIdentifier.make(
      type: type.code, issuer: profile.issuerCode,
      serial: String(number, radix: 36, uppercase: true), version: 1)
    let content = try profile.content(of: row.claims, identifier: identifier, today: now.day)
    for copy in 0..<min(row.claims.holders.count, type.copyCountMax) {
      let status = StatusReference(
        index: (number * type.copyCountMax + copy) % (1 << 20),
        uri: "https://\(city?.host ?? "")/status/\(profile.issuerCode.text)/\(type.code.text)")
      let signed = try profile.copy(
        of: content, holder: nil, status: status, random: SystemRandom())
      lines += signed.bytes
      lines.append(0x0A)
      copies += 1
      example = signed
    }
  }

  private func read(_ type: TypeFile) throws -> [RowMapper.Row] {
    let sheet = sheets + "/\(type.code.text).csv"
    var reader = CSVReader(try FileByteSource(path: sheet))
    guard let header = try reader.next(),
      case .mapper(let mapper) = RowMapper.open(header, type: type)
    else {
      throw Failure(.no, code: "header", "the sheet of \(type.code.text) has another header")
    }
    var rows: [RowMapper.Row] = []
    while let record = try reader.next() {
      switch mapper.map(record) {
      case .row(let row): rows.append(row)
      case .blank: continue
      case .faults(let faults):
        let first = faults.first.map(\.description) ?? "a fault"
        throw Failure(.no, code: "row_refused", "the sheet of \(type.code.text): \(first)")
      }
    }
    return rows
  }

  /// Reads every file back and verifies each line; returns how many there were.
  mutating func verifyAll() throws -> Int {
    guard let city else { return 0 }
    var verifier = try DemoVerifier(root: city.root)
    let progress = Progress("verify", console: console)
    var verified = 0
    for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    where file.hasSuffix(".sdjwt") {
      let bytes = try BoundedFile.read(path: folder + "/" + file, maximumBytes: 1 << 30)
      for line in bytes.split(separator: 0x0A) {
        _ = try verifier.verify(Array(line))
        verified += 1
        progress.update(done: verified, total: copies)
      }
    }
    progress.finish()
    guard verified == copies else {
      throw Failure(.no, code: "copies_missing", "\(copies) copies were written, \(verified) read")
    }
    tell("verify", "\(verified) copies verified offline with the root alone")
    return verified
  }

  /// A holder shows one claim and hides the rest; a changed byte is noticed.
  mutating func hideAndAlter() throws {
    guard let city, let example else { return }
    var verifier = try DemoVerifier(root: city.root)
    let shown = try verifier.verify(
      SDJWT.join(token: example.token, disclosures: example.disclosures.prefix(1)))
    let whole = try verifier.verify(example.bytes)
    tell(
      "hide",
      "one of \(whole.disclosedPaths.count) claims shown, the others hidden: "
        + "\(shown.disclosedPaths.count) disclosed, still genuine")
    var altered = example.bytes
    // In the middle of the signed token: whichever part it hits, something must notice.
    altered[example.token.count / 2] ^= 1
    do {
      _ = try verifier.verify(altered)
    } catch {
      tell("alter", "one changed bit: refused (\(Failure(explaining: error).code))")
      return
    }
    throw Failure(.no, code: "alteration_missed", "an altered certificate was accepted")
  }

  private var sheets: String { folder + "/sheets" }

  private func path(of type: TypeFile) -> String { folder + "/\(type.code.text).sdjwt" }

  private mutating func tell(_ name: String, _ text: String) {
    done.append(["name": .string(name), "result": "passed", "text": .string(text)])
    guard console.format == .text else { return }
    Console.write(Array("\(name): \(text)\n".utf8), to: STDOUT_FILENO)
  }
}
