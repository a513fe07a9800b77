import Cryptography
import Encoding
import Foundation
import Testing

/// A registry, and a person's wallet with a key for which an identity card was issued.
struct HolderRun {
  /// The insurer, who may be allowed to ask.
  static let insurer = "11440300KH0002097Y"

  let city: CityRun
  /// The proof of the wallet's key, which an issuer takes.
  let proof: String
  /// The deliveries of three persons; the first one's is bound to the wallet's key.
  var cards: String { city.file("cards.jsonl") }
  var root: String { city.directory + "/public/root.pem" }
  var evidence: String { city.directory + "/public" }

  /// Makes all of it; without `isTaken` the card is not yet in the wallet.
  init(isTaken: Bool = true, host: String = "zs.example") throws {
    city = try CityRun(host: host)
    try city.prepareCards()
    let made = try HolderRun.wallet(city, ["key"])
    try #require(made.status == 0, "\(made.errors)")
    proof = String(made.output.dropLast())
    try issue(0..<3, to: "cards.jsonl", keys: [proof, "", ""])
    guard isTaken else { return }
    let taken = try wallet(["import", cards, "--root", root, "--evidence", evidence])
    try #require(taken.status == 0, "\(taken.output) \(taken.errors)")
  }

  /// Issues cards to persons, each for a key or none.
  func issue(_ persons: Range<Int>, to name: String, keys: [String]) throws {
    var lines = CityRun.sheet(persons).split(separator: "\n").map(String.init)
    for (position, key) in (["holder_key"] + keys).enumerated() {
      lines[position] += "," + CSVWriter.escape(key)
    }
    try city.write(name + ".csv", lines.joined(separator: "\n") + "\n")
    _ = try city.json([
      "certificate", "issue", "--type", CityRun.card, "--csv", city.file(name + ".csv"), "--out",
      city.file(name), "--as", CityRun.police,
    ])
  }

  /// The public half of the wallet's key, as it stands in the proof.
  func jwk() throws -> JSONValue {
    let header = try #require(proof.split(separator: ".").first)
    return try #require(try JSONValue(parsing: try Base64URL.decode(header))["jwk"])
  }

  /// Runs `kanhe holder` with the wallet and its passphrase.
  func wallet(
    _ arguments: [String], environment: [String: String] = [:], input: [UInt8]? = nil
  ) throws -> Run {
    try HolderRun.wallet(city, arguments, environment: environment, input: input)
  }

  private static func wallet(
    _ city: CityRun, _ arguments: [String], environment: [String: String] = [:],
    input: [UInt8]? = nil
  ) throws -> Run {
    try Run(
      ["holder"] + arguments,
      environment: [
        "KANHE_WALLET": city.file("wallet"), "KANHE_WALLET_PASSPHRASE": "wallet words",
      ].merging(environment) { $1 }, input: input)
  }

  /// Runs `kanhe holder` and reads the JSON of its success.
  func json(_ arguments: [String]) throws -> JSONValue {
    let run = try wallet(arguments + ["--format", "json"])
    try #require(run.status == 0, "\(arguments): \(run.errors)")
    return try run.json()
  }

  /// Runs `kanhe holder`, which must fail so.
  func fails(
    _ arguments: [String], _ status: Int32, _ code: String, environment: [String: String] = [:],
    at place: SourceLocation = #_sourceLocation
  ) throws {
    let run = try wallet(arguments + ["--format", "json"], environment: environment)
    #expect(run.status == status, "\(arguments): \(run.errors)", sourceLocation: place)
    #expect(try run.error()["code"]?.stringValue == code, "\(run.errors)", sourceLocation: place)
  }

  /// The lines of a file.
  func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// The arguments of a grant with some of them replaced or added.
  func grant(_ out: String, _ more: [String: String] = [:]) -> [String] {
    let options = [
      "--to": HolderRun.insurer, "--type": CityRun.card, "--claims": "number,holders",
      "--purpose": "social-insurance", "--until": HolderRun.day(30),
    ].merging(more) { $1 }
    return ["grant"] + options.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
      + ["--out", city.file(out)]
  }

  /// A day so many days from today, UTC.
  static func day(_ offset: Int) -> String {
    "\(Day(number: Int(Timestamp.now().seconds / 86_400) + offset))"
  }

  /// Header and payload of the token in a file.
  func token(_ name: String) throws -> (text: String, header: JSONValue, payload: JSONValue) {
    let text = try #require(try lines(city.file(name)).first)
    let parts = text.split(separator: ".")
    return (
      text, try JSONValue(parsing: Base64URL.decode(parts[0])),
      try JSONValue(parsing: Base64URL.decode(parts[1]))
    )
  }

  /// The token in a file with another value of a member, signed by the wallet's key again.
  func resigned(_ name: String, _ member: String, _ value: JSONValue) throws -> String {
    let token = try token(name)
    guard case .object(var payload) = token.payload else { return "" }
    payload[member] = value
    let keys = city.file("wallet/keys")
    let file = try #require(
      try FileManager.default.contentsOfDirectory(atPath: keys).first { $0.hasSuffix(".key") })
    let key = try PrivateKeyFile.openP256(
      try BoundedFile.read(path: "\(keys)/\(file)", maximumBytes: 1 << 16),
      passphrase: SecretBytes(copying: Array("wallet words".utf8)), minimumCost: .production)
    let input =
      Base64URL.encode(token.header.canonicalBytes()) + "."
      + Base64URL.encode(JSONValue.object(payload).canonicalBytes())
    return input + "." + Base64URL.encode(try key.sign(Array(input.utf8)))
  }

  /// The permission bits of a path in the wallet.
  func mode(_ name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(
      atPath: city.file("wallet") + "/" + name)
    return try #require(attributes[.posixPermissions] as? Int)
  }
}
