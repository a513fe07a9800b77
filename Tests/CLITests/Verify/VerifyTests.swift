import Encoding
import Foundation
import Testing

@Suite("kanhe verify")
struct VerifyTests {
  private static let evidence = ["trust.jwt", "status.jwt", "type.json"]

  @Test("a delivery with its evidence is a yes, in text and in JSON")
  func yes() throws {
    let files = try EvidenceFiles()
    let text = try files.verify(["delivery.json"] + Self.evidence)
    #expect(text.status == 0, "\(text.output)\(text.errors)")
    #expect(text.output.hasSuffix("\nyes\n"))
    #expect(text.output.contains("持证主体        刘一"))
    #expect(text.output.contains("  passed     receipt"))
    #expect(text.errors == "")
    let json = try files.verify(["delivery.json"] + Self.evidence, ["--format", "json"])
    let answer = try json.json()
    #expect(json.status == 0)
    #expect(answer["verdict"] == "yes")
    #expect(answer["at"] == .string(EvidenceFiles.at))
    let kinds = answer["files"]?.arrayValue?.map { $0["kind"]?.stringValue }
    #expect(kinds == ["delivery", "trust_list", "status_token", "type_file"])
    let file = answer["files"]?.arrayValue?.first
    #expect(file?["certificate"]?["name"] == "特种作业操作证")
    #expect(file?["certificate"]?["claims"]?["category"] == "low-voltage")
    #expect(file?["certificate"]?["claims"]?["iss"] == nil)
    #expect(file?["checks"]?.arrayValue?.count == 11)
  }

  @Test("every kind is known by its content, and each is evidence for the others")
  func kinds() throws {
    let files = try EvidenceFiles()
    let names = [
      "copy.txt", "bundle.json", "receipt.json", "proof.txt", "checkpoint", "root.der", "seal.der",
      "other_act.der",
    ]
    for name in names {
      _ = try files.write(
        "x" + name, Array(try Data(contentsOf: URL(fileURLWithPath: files.path(name)))))
    }
    let run = try files.verify(
      names.map { "x" + $0 } + Self.evidence + ["seal.der"],
      [
        "--format", "json",
      ])
    let answer = try run.json()
    let kinds = answer["files"]?.arrayValue?.prefix(8).compactMap { $0["kind"]?.stringValue }
    #expect(
      kinds == [
        "copy", "bundle", "receipt", "proof", "checkpoint", "identity", "identity", "identity",
      ])
    // The identities' authority stands in no file here: nobody can tell whether they lead to the
    // root.
    let verdicts = answer["files"]?.arrayValue?.prefix(8).compactMap { $0["verdict"]?.stringValue }
    #expect(
      verdicts == ["yes", "yes", "yes", "yes", "yes", "yes"]
        + Array(repeating: "cannot_tell", count: 2))
    #expect(run.status == 2)
  }

  @Test("what is not shown is no yes, unless it was accepted as missing")
  func missing() throws {
    let files = try EvidenceFiles()
    let noStatus = try files.verify(["delivery.json", "trust.jwt", "type.json"])
    #expect(noStatus.status == 2)
    #expect(noStatus.output.hasSuffix("\ncannot tell\n"))
    #expect(noStatus.output.contains("not shown  status"))
    let accepted = try files.verify(
      ["delivery.json", "trust.jwt", "type.json"], ["--accept-missing", "status"])
    #expect(accepted.status == 0)
    #expect(accepted.output.contains("(not demanded)"))
    #expect(try files.verify(["copy.txt"] + Self.evidence).status == 2)
    let ledger = try files.verify(
      ["copy.txt", "trust.jwt", "type.json"], ["--accept-missing", "status,ledger"])
    #expect(ledger.status == 0, "\(ledger.output)")
    #expect(try files.verify(["delivery.json"]).status == 2)
    #expect(
      try files.verify(["delivery.json"], ["--accept-missing", "status,ledger"]).status == 2)
  }

  @Test("another time, another root, a changed byte: no, with the reason")
  func no() throws {
    let files = try EvidenceFiles()
    let later = try files.verify(
      ["delivery.json"] + Self.evidence, ["--format", "json"], at: "2032-01-01T00:00:00Z")
    #expect(later.status == 1)
    #expect(try EvidenceFiles.check(later, "validity")?["code"] == "expired")
    #expect(try EvidenceFiles.check(later, "trust")?["code"] == "trust_list_expired")
    let early = try files.verify(
      ["delivery.json"] + Self.evidence, ["--format", "json"], at: "2026-10-01T00:00:00Z")
    #expect(try EvidenceFiles.check(early, "validity")?["code"] == "issued_in_future")
    let changed = files.text("delivery").replacingOccurrences(
      of: "received\\\":1795514400123", with: "received\\\":1795514400124")
    try files.write("changed.json", changed)
    let moved = try files.verify(["changed.json"] + Self.evidence, ["--format", "json"])
    #expect(moved.status == 1)
    #expect(try EvidenceFiles.check(moved, "ledger")?["code"] == "proof_mismatch")
    #expect(try EvidenceFiles.check(moved, "signature")?["result"] == "passed")
    let noRoot = try Run(
      ["verify", files.path("delivery.json"), "--root", files.path("seal.der")])
    #expect(noRoot.status == 2)
    #expect(noRoot.errors.contains("this is no root"))
  }

  @Test("wrong usage ends with 64 and says why")
  func usage() throws {
    let files = try EvidenceFiles()
    #expect(try Run(["verify"]).status == 64)
    #expect(try files.verify(["copy.txt"], ["--accept-missing", "trust"]).status == 64)
    #expect(try files.verify(["copy.txt"], ["--format", "csv"]).status == 64)
    #expect(try files.verify(["copy.txt"], at: "yesterday").status == 64)
    let noRoot = try files.verify(["copy.txt"], root: false)
    #expect(noRoot.status == 64)
    #expect(noRoot.errors.contains("--root FILE"))
    let help = try Run(["verify", "--help"])
    #expect(help.output.contains("Examples:"))
  }

  @Test("a file that is unreadable or none of ours: cannot tell, by its own code")
  func strangers() throws {
    let files = try EvidenceFiles()
    let delivery = files.text("delivery")
    try files.write("empty", [])
    try files.write("binary", (0..<2000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    try files.write("sheet.csv", "证照编号,持证主体\nA,B\n")
    try files.write("bom.json", "\u{FEFF}" + delivery)
    try files.write("utf16.json", Array(delivery.utf8).flatMap { [0xFF & $0, 0] })
    try files.write("object.json", "{\"a\":1}")
    try files.write("double.json", "{\"a\":1,\"a\":2}")
    try files.write(
      "deep.json", "{\"a\":" + String(repeating: "[", count: 100_000))
    try files.write("event.jwt", files.example["tokens"]?["event"]?.stringValue ?? "")
    try files.write("folder.txt", "")
    try FileManager.default.createDirectory(
      atPath: files.path("folder"), withIntermediateDirectories: false)
    let cases = [
      ("empty", "empty_file"), ("binary", "unknown_kind"), ("sheet.csv", "unknown_kind"),
      ("bom.json", "byte_order_mark"), ("utf16.json", "invalid_json"),
      ("object.json", "unknown_kind"), ("double.json", "duplicate_name"),
      ("deep.json", "too_deep"), ("event.jwt", "bare_event"), ("folder", "is_directory"),
      ("no-such-file", "file_not_found"), ("/proc/self/mem", "input_output"),
    ]
    for (name, code) in cases {
      let run = try files.verify([name], ["--format", "json"])
      #expect(run.status == 2, "\(name): \(run.output)")
      #expect(try run.json()["files"]?.arrayValue?.first?["kind"] == "unknown", "\(name)")
      #expect(try EvidenceFiles.check(run, "format")?["code"] == .string(code), "\(name)")
    }
  }

  @Test("a file that is for another command: cannot tell, and the command is named")
  func others() throws {
    let files = try EvidenceFiles()
    let header = #"{"alg":"ES256","kid":"x","typ":"kanhe-identity-request+jwt"}"#
    let opened = #"{"disclosures":["WyJ"],"index":93,"threads":{}}"#
    let erased = #"{"erased":true,"index":95}"#
    let cases = [
      (opened + "\n" + erased + "\n", "kanhe audit ledger --disclosures"),
      (erased + "\n", "kanhe audit ledger --disclosures"),
      ("-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n", "kanhe department add --csr"),
      // In two, so that a search for keys finds none here.
      ("-----BEGIN ENCRYPTED " + "PRIVATE KEY-----\nMIIB\n", "a private key"),
      (Base64URL.encode(Array(header.utf8)) + ".e30.AA\n", "kanhe department rotate --request"),
      (#"{"checkpoint":{"origin":"x","root":"x","size":1},"code":"x"}"#, "of no kind"),
    ]
    for (text, words) in cases {
      try files.write("other", text)
      let run = try files.verify(["other"], ["--format", "json"])
      #expect(run.status == 2, "\(text): \(run.output)")
      let check = try EvidenceFiles.check(run, "format")
      #expect(check?["code"] == "unknown_kind" && check?["result"] == "not_shown", "\(text)")
      #expect(check?["text"]?.stringValue?.contains(words) == true, "\(run.output)")
    }
  }

  @Test("a broken file of a known kind is a no, by its own code")
  func broken() throws {
    let files = try EvidenceFiles()
    func cut(_ name: String) throws {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: files.path(name)))
      try files.write("cut-" + name, Array(bytes.dropLast(23)))
    }
    for name in [
      "delivery.json", "bundle.json", "receipt.json", "trust.jwt", "status.jwt", "seal.der",
      "proof.txt", "copy.txt",
    ] { try cut(name) }
    try files.write(
      "pretty.json", files.text("delivery").replacingOccurrences(of: ":{", with: ": {"))
    let cases = [
      ("cut-delivery.json", "malformed_delivery"), ("cut-bundle.json", "malformed_bundle"),
      ("cut-receipt.json", "malformed_receipt"), ("cut-trust.jwt", "signature_length"),
      ("cut-status.jwt", "signature_length"), ("cut-seal.der", "invalid_identity"),
      ("cut-proof.txt", "invalid_note"), ("cut-copy.txt", "missing_tilde"),
      ("pretty.json", "malformed_delivery"),
    ]
    for (name, code) in cases {
      let run = try files.verify([name], ["--format", "json"])
      #expect(run.status == 1, "\(name): \(run.output)")
      let check = try EvidenceFiles.check(run, "format")
      #expect(check?["result"] == "failed", "\(name)")
      #expect(check?["code"] == .string(code), "\(name): \(run.output)")
    }
  }

  @Test("a file of 100 MB is refused without being read whole")
  func huge() throws {
    let files = try EvidenceFiles()
    for (name, beginning) in [("zeros", ""), ("line.json", "{\"copy\":\""), ("jwt", "eyJ")] {
      try files.write(name, beginning)
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: files.path(name)))
      try handle.truncate(atOffset: 100 << 20)
      try handle.close()
      let run = try files.verify([name], ["--format", "json"])
      #expect(run.status == 2)
      #expect(try EvidenceFiles.check(run, "format")?["code"] == "too_large", "\(name)")
    }
  }

  @Test("a line of another kind is never a yes, and evidence is taken from files only")
  func foreignEvidence() throws {
    let files = try EvidenceFiles()
    func bytes(_ name: String) throws -> [UInt8] {
      Array(try Data(contentsOf: URL(fileURLWithPath: files.path(name)))).filter { $0 != 0x0A }
    }
    let lines = try bytes("delivery.json") + [0x0A] + bytes("trust.jwt") + [0x0A]
    _ = try files.write("lines.jsonl", lines)
    let run = try files.verify(["lines.jsonl"] + Self.evidence)
    #expect(run.status == 2, "\(run.output)")
    #expect(run.output.contains("1 yes, 0 no, 1 cannot tell"))
    let folder = files.path("folder")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/trust.jwt", withDestinationPath: files.path("trust.jwt"))
    let linked = try files.verify(["delivery.json"], ["--evidence", folder])
    #expect(linked.status == 2)
    #expect(linked.errors.contains("not a regular file"))
  }

  @Test("plain arguments and those of the general parser mean the same")
  func arguments() throws {
    let files = try EvidenceFiles()
    let names = (["delivery.json"] + Self.evidence).map(files.path)
    let root = files.path("root.der")
    let plain = try Run(
      ["verify"] + names + [
        "--root", root, "--at", EvidenceFiles.at, "--format", "json", "--accept-missing", "status",
      ])
    let general = try Run(
      ["verify", "--root=\(root)", "--at=\(EvidenceFiles.at)", "--format=json"] + names
        + ["--accept-missing=status"])
    #expect(plain.output == general.output)
    #expect(plain.output.contains("\"demanded\":false"))
    #expect(plain.status == 0)
    for wrong in [
      ["--accept-missing", "trust"], ["--format", "csv"], ["--at", "now"], ["--root"],
      ["--format", "xml"], ["--unknown", "x"], ["--at", EvidenceFiles.at, "--at", "x"],
    ] {
      #expect(try Run(["verify"] + names + wrong).status == 64, "\(wrong)")
    }
    let missing = try Run(["verify", names[0], "--root", files.path("no-such"), "--format", "json"])
    #expect(missing.status == 2)
    #expect(try missing.error()["code"] == "file_not_found")
  }
}
