import ArgumentParser
import Certificates
import Cryptography
import Encoding
import Foundation

/// `kanhe demo`: certificates of a sample city, issued from its sheets and verified offline.
struct Demo: KanheCommand {
  static let configuration = CommandConfiguration(
    abstract: "Issue a sample city's certificates from CSV and verify them offline.",
    discussion: """
      Makes identities for the issuing departments, generates fictional holders, checks every \
      row against its type's schema, signs the copies, reads them back and verifies each with \
      nothing but the root; then hides claims, and alters a byte, to show that it is noticed. \
      Everything lies in a temporary folder that is removed at the end.

      Examples:
        kanhe demo
        kanhe demo --count 500 --format json
      """)

  @Option(help: "Certificates to issue; at least 12.")
  var count = 10_000

  @Option(help: "The sample city's folder.")
  var sample = "Examples/shenzhen"

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (12...1_000_000).contains(count) else {
      throw ValidationError("--count must lie between 12 and 1000000")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    guard FileManager.default.fileExists(atPath: sample + "/generate") else {
      throw Failure(
        .cannot, code: "sample_missing", "there is no sample city at \(sample)",
        hint: "run this in the project's folder, or name the folder with --sample")
    }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("kanhe-demo-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    defer { DemoSteps.remove(folder, console) }
    var steps = DemoSteps(
      sample: sample, folder: folder, count: count, console: console, now: Timestamp.now())
    try steps.generate()
    try steps.issue()
    let certificates = try steps.verifyAll()
    try steps.hideAndAlter()
    try console.result(
      ["certificates": .integer(Int64(certificates)), "steps": .array(steps.done)],
      text: {
        "\(certificates) copies stand: each verified with the root alone, the altered one "
          + "refused.\n"
      })
    return .yes
  }
}
