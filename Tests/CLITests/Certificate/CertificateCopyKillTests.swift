import Certificates
import Cryptography
import Encoding
import Foundation
import Testing

@Suite("kanhe certificate copy, killed")
struct CertificateCopyKillTests {
  @Test("killed at any moment, the same command goes on: no copy twice, none lost")
  func killed() throws {
    let count = 300
    let city = try CityRun.withCards(count)
    let cards = try city.identifiers()
    let proofs = try (0..<count).map { _ in
      try HolderKeyProof.sign(try P256PrivateKey.generate(), at: 1_790_000_000)
    }
    let rows = zip(cards, proofs).map { "\($0),\($1)" }
    try city.write("copies.csv", "identifier,holder_key\n" + rows.joined(separator: "\n") + "\n")
    let out = city.file("copies")
    let arguments = [
      "certificate", "copy", "--csv", city.file("copies.csv"), "--out", out, "--as",
      CityRun.police, "--format", "json",
    ]
    for milliseconds in [60, 120, 200] {
      let process = try KilledProcess(arguments, in: city)
      Thread.sleep(forTimeInterval: Double(milliseconds) / 1_000)
      process.kill()
    }
    let done = try city.run(arguments)
    #expect(done.status == 0, "\(done.errors)")
    let report = try done.json()
    let made = report["made_rows"]?.integerValue ?? 0
    #expect(made + (report["already_made"]?.integerValue ?? 0) == Int64(count))
    let files = try FileManager.default.contentsOfDirectory(atPath: out)
    #expect(files.filter { $0.hasSuffix(".json") }.count == count)
    let check = try city.run(["registry", "check", "--full", "--format", "json"])
    #expect(check.status == 0, "\(check.output)")
    let status = try city.json(["registry", "status"])
    #expect(status["certificates"] == .integer(Int64(count)))
  }
}

/// A command that is killed.
private struct KilledProcess {
  private let process = Process()

  init(_ arguments: [String], in city: CityRun) throws {
    process.executableURL = try Run.binary()
    process.arguments = arguments
    process.environment = CityRun.passphrases.merging(["KANHE_REGISTRY": city.directory]) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
