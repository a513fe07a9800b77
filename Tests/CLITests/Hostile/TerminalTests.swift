import Encoding
import Foundation
import Testing

/// What a stranger wrote, on a terminal.
@Suite("Hostile text")
struct TerminalTests {
  @Test("printed JSON has no character that a terminal obeys or hides, and the same value")
  func json() throws {
    let files = try EvidenceFiles()
    let name = "a\u{9B}31m\u{202E}\u{200B}\u{7F}\u{2028}\u{E0001}证.json"
    try files.write(name, "{}")
    let run = try files.verify([name], ["--format", "json"])
    let path = try run.json()["files"]?.arrayValue?.first?["file"]?.stringValue
    #expect(path == files.path(name))
    #expect(run.output.contains(#"a\u009b31m\u202e\u200b\u007f\u2028\udb40\udc01证.json"#))
    let missing = try Run(["identity", "show", files.path(name), "--format", "json"])
    #expect(missing.status == 2)
    #expect(try missing.error()["message"]?.stringValue?.contains("\u{202E}") == true)
    for scalar in (run.output + missing.errors).unicodeScalars {
      #expect(scalar == "\n" || !isHidden(scalar), "\(scalar.value)")
    }
  }

  @Test("a token's name for its list writes neither on the terminal nor a line of its own")
  func statusToken() throws {
    let files = try EvidenceFiles()
    let token = files.example["tokens"]?["status"]?.stringValue ?? ""
    var parts = token.components(separatedBy: ".")
    let payload = try JSONValue(parsing: try Base64URL.decode(parts[1]))
    var object = try #require(payload.objectValue)
    object["sub"] = "https://zs.example/\u{1B}[31m\u{202E}\u{85}\nverify: yes"
    parts[1] = Base64URL.encode(JSONValue.object(object).canonicalBytes())
    try files.write("evil.jwt", parts.joined(separator: "."))
    let run = try Run(["status", "show", files.path("evil.jwt")])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.hasPrefix(#"https://zs.example/\u{1B}[31m\u{202E}\u{85}\u{A}verify"#))
    #expect(run.output.unicodeScalars.allSatisfy { $0 == "\n" || !isHidden($0) })
  }

  @Test("a stranger's identity and type file write nothing of their own on the terminal")
  func identityAndType() throws {
    let files = try EvidenceFiles()
    let bad = "a\u{1B}[31m\u{202E}\u{85}\nstate yes"
    let made = try Run(
      tool: "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", "/dev/null", "-utf8", "-subj", "/CN=\(bad)/organizationIdentifier=\(bad)",
        "-out", files.path("evil.pem"),
      ])
    try #require(made.status == 0, "\(made.errors)")
    var type = try #require(try JSONValue(parsing: Array(files.text("type").utf8)).objectValue)
    var schema = try #require(type["schema"]?.objectValue)
    var properties = try #require(schema["properties"]?.objectValue)
    properties[bad] = ["type": "none"]
    schema["properties"] = .object(properties)
    type["schema"] = .object(schema)
    try files.write(
      "\(bad).json", String(decoding: JSONValue.object(type).canonicalBytes(), as: UTF8.self))
    let publish = [
      "type", "publish", files.path("\(bad).json"), "--registry", files.folder.path,
      "--as", CityRun.police,
    ]
    for (arguments, status) in [
      (["identity", "show", files.path("evil.pem")], 0), (publish, 1),
      (publish + ["--format", "csv"], 1),
    ] as [([String], Int32)] {
      let run = try Run(arguments)
      #expect(run.status == status, "\(arguments): \(run.errors)")
      #expect(run.output.contains(#"\u{202E}"#))
      #expect(run.output.unicodeScalars.allSatisfy { $0 == "\n" || !isHidden($0) })
      #expect(!run.output.split(separator: "\n").contains { $0.hasPrefix("state yes") })
    }
  }

  @Test(
    "arguments that are told back cannot write on the terminal",
    arguments: [
      ["--\u{1B}[31mx"], ["verify", "x", "--\u{9B}31m=1"], ["\u{202E}noun"],
      ["audit", "ledger", "--from\u{7}\nkanhe: yes", "x"],
      ["ledger", "list", "--count", "1\u{1B}]0;x\u{7}"],
    ])
  func arguments(_ arguments: [String]) throws {
    let run = try Run(arguments)
    #expect(run.status == 64)
    #expect(run.output == "")
    #expect(run.errors.contains("\\u{"), "\(run.errors)")
    #expect(run.errors.unicodeScalars.allSatisfy { $0 == "\n" || !isHidden($0) })
    #expect(!run.errors.split(separator: "\n").contains { $0.hasPrefix("kanhe: yes") })
  }

  /// An export whose entry 2 says other things; no signature holds, and none is looked at here.
  private func hostileExport(
    _ city: AuditedCity, issuer: String, name: String
  ) throws -> String {
    let export = try city.export()
    let path = export + "/tile/entries/000.p/5"
    var rest = try BoundedFile.read(path: path, maximumBytes: 1 << 20)[...]
    var bundle: [UInt8] = []
    while rest.count > 2 {
      let length = Int(rest.removeFirst()) << 8 | Int(rest.removeFirst())
      var entry = Array(rest.prefix(length))
      rest = rest.dropFirst(length)
      var object = try #require(try JSONValue(parsing: entry).objectValue)
      if object["index"] == 2 {
        var jwt = try #require(object["event"]?.stringValue).split(separator: ".").map(String.init)
        let payload = try Base64URL.decode(bytes: Array(jwt[1].utf8))
        var event = try #require(try JSONValue(parsing: payload).objectValue)
        event["iss"] = .string(issuer)
        event["name"] = .string(name)
        jwt[1] = Base64URL.encode(JSONValue.object(event).canonicalBytes())
        object["event"] = .string(jwt.joined(separator: "."))
        entry = JSONValue.object(object).canonicalBytes()
      }
      bundle += [UInt8(entry.count >> 8), UInt8(entry.count & 255)] + entry
    }
    try BoundedFile.writeAtomically(path: path, bytes: bundle)
    return export
  }

  @Test("a stranger's ledger writes nothing of its own on the terminal, and starts no formula")
  func ledger() throws {
    let city = try AuditedCity(cards: 1)
    let bad = "a\u{9B}31m\u{202E}\u{7}\u{2028}\nverdict yes"
    let from = ["--from-dir", try hostileExport(city, issuer: "=1+1\n" + bad, name: bad)]
    let list = ["ledger", "list", "--from", "0"] + from
    let department = [
      "audit", "department", CityRun.police, "--from", from[1], "--root", city.root,
    ]
    for arguments in [
      ["ledger", "show", "2"] + from, list, list + ["--format", "csv"], department,
      department + ["--format", "csv"], list + ["--format", "json"],
    ] {
      let run = try Run(arguments)
      #expect(!run.output.isEmpty, "\(arguments): \(run.errors)")
      for scalar in (run.output + run.errors).unicodeScalars {
        #expect(scalar == "\n" || !isHidden(scalar), "\(arguments): \(scalar.value)")
      }
      #expect(!run.output.split(separator: "\n").contains { $0.hasPrefix("verdict yes") })
    }
    let rows = try Run(list + ["--format", "csv"]).output
    let cell = #",'=1+1\u{A}a\u{9B}31m\u{202E}\u{7}\u{2028}\u{A}verdict yes,"#
    #expect(rows.contains(cell), "\(rows)")
    let json = try Run(list + ["--format", "json"]).json()
    #expect(json["entries"]?.arrayValue?[2]["members"]?["name"]?.stringValue == bad)
  }

  private func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    [.control, .format, .lineSeparator, .paragraphSeparator].contains(
      scalar.properties.generalCategory)
  }
}
