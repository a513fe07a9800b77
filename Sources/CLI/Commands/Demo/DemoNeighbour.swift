import Certificates
import Encoding
import Foundation

/// A driver from another city, and a counter of this one.
struct DemoNeighbour {
  private static let registry = "11440100KH00001049"
  private static let police = "11440100KH0000200J"
  private static let licence = "11440300KH0002417D001"
  private static let counter = "11440300KH00021345"
  private static let home = ["--registry", "guangzhou"]
  /// What the traveller's wallet believes, and where its evidence lies.
  private static let evidence = [
    "--root", "guangzhou/public/root.pem", "--root", "city/public/root.pem", "--evidence",
    "guangzhou/public", "--evidence", "export",
  ]

  let shell: DemoShell

  /// Another registry, with its own root, police and copy of the type; a licence for a traveller.
  func found() throws {
    try shell.run(
      [
        "registry", "init", "guangzhou", "--name", "广州市", "--host",
        "certificates.guangzhou.example",
        "--origin", "certificates.guangzhou.example/ledger", "--code", Self.registry,
        "--test-keys",
      ], lines: 1)
    try shell.run(
      [
        "department", "add", "--generate", "--code", Self.police, "--name", "广州市公安局交通警察支队",
        "--level", "municipal",
      ] + Self.home, lines: 1)
    try writeType()
    try shell.run(["type", "publish", "guangzhou-licence.json"] + Self.home, lines: 1)
    try shell.run(
      ["holder", "key", "--wallet", "traveller", "--out", "traveller.jwt"], lines: 1)
    try shell.place.write(
      """
      {"number":"440106199203040026","holders":[{"name":"陈小英","code":"440106199203040026",\
      "code_type":"111"}],"valid_from":"2026-01-01","valid_until":"2036-12-31",\
      "birth_date":"1992-03-04","classes":["C1"],"file_number":"440300000901",\
      "first_issued_on":"2012-05-06","sex":"女"}

      """, to: "traveller.json")
    try shell.run(
      [
        "certificate", "issue", "--type", Self.licence, "--claims", "traveller.json",
        "--holder-key", "traveller.jwt", "--out", "traveller-licence", "--as", Self.police,
      ] + Self.home, lines: 1)
    try shell.run(["status", "publish", "--as", Self.police] + Self.home, lines: 1)
    _ = try shell.ask(["registry", "trust", "--out", "guangzhou.jwt"] + Self.home)
    let delivery = try FileManager.default.contentsOfDirectory(
      atPath: shell.place.path("traveller-licence")
    ).first { $0.hasSuffix(".json") }
    _ = try shell.ask(
      [
        "holder", "import", "traveller-licence/\(delivery ?? "")", "--wallet", "traveller",
        "--root", "guangzhou/public/root.pem", "--evidence", "guangzhou/public",
      ])
  }

  /// The type as the other city has it: the same code, its own issuer.
  private func writeType() throws {
    let bytes = try BoundedFile.read(
      path: shell.place.path("types/\(Self.licence).json"), maximumBytes: 1 << 20)
    guard case .object(var type) = try JSONValue(parsing: bytes) else {
      throw Failure(.cannot, code: "sample_broken", "the type file is no object")
    }
    type["issuers"] = .array([.string(Self.police)])
    try shell.place.write(
      String(decoding: JSONValue.object(type).canonicalBytes(), as: UTF8.self) + "\n",
      to: "guangzhou-licence.json")
  }

  /// This city admits the other one for the type, and a counter takes the traveller's licence.
  func visit() throws {
    try shell.run([
      "trust", "admit", "guangzhou/public/root.pem", "--list", "guangzhou/public/trust.jwt",
      "--type", Self.licence,
    ])
    _ = try shell.ask(["registry", "trust", "--out", "trust.jwt", "--force"])
    try shell.run(["ledger", "export", "export", "--incremental"], lines: 1)
    try shell.run(
      [
        "use", "ask", "--type", Self.licence, "--claims", "classes,valid_until", "--purpose",
        "ride-hailing-permit", "--text", "核验准驾车型", "--evidence", "guangzhou/public", "--out",
        "visit.jwt", "--as", Self.counter,
      ], lines: 12)
    try shell.run(
      [
        "holder", "present", "visit.jwt", "--wallet", "traveller", "--out", "visit.txt",
      ] + Self.evidence, lines: 16)
    let taken = try shell.ask([
      "use", "check", "visit.jwt", "visit.txt", "--evidence", "guangzhou/public", "--as",
      Self.counter,
    ])
    shell.note("use check: accepted, entry \(taken["index"]?.integerValue ?? 0)")
    try shell.run(["qr", "visit.txt", "--out", "visit.png"], lines: 4)
    try shell.run(["ledger", "map"], lines: 1)
    try shell.run(["ledger", "export", "export", "--incremental"], lines: 1)
  }
}
