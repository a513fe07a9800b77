import Cryptography
import Encoding
import Foundation
import Testing

@Suite("kanhe holder key, import, list, show")
struct HolderWalletTests {
  @Test("a key is made, a card issued for it and taken into the wallet, among other people's")
  func story() throws {
    let run = try HolderRun(isTaken: false)
    let key = try run.jwk()
    #expect(key["kty"]?.stringValue == "EC" && key["d"] == nil)
    #expect(try run.json(["list"])["unused_keys"]?.arrayValue?.count == 1)
    let arguments = ["import", run.cards, "--root", run.root, "--evidence", run.evidence]
    let taken = try run.json(arguments)
    #expect(taken["kept"]?.integerValue == 1)
    #expect(taken["passed_over"]?.integerValue == 2)
    #expect(taken["refused"]?.integerValue == 0)
    let row = try #require(taken["deliveries"]?.arrayValue?.first)
    #expect(row["outcome"]?.stringValue == "kept")
    let again = try run.json(arguments)
    #expect(again["kept"]?.integerValue == 0 && again["known"]?.integerValue == 1)
    let list = try run.json(["list"])
    let copy = try #require(list["copies"]?.arrayValue?.first)
    #expect(copy["key"]?.stringValue == "own")
    #expect(copy["name"]?.stringValue == "居民身份证")
    #expect(copy["type"]?.stringValue == CityRun.card)
    #expect(list["unused_keys"]?.arrayValue == [])
    let identifier = try #require(copy["identifier"]?.stringValue)
    let shown = try run.json(["show", identifier])
    #expect(shown["claims"]?["number"]?.stringValue == CityRun.citizenCode(0))
    #expect(shown["copy"] == copy["copy"])
    let text = try run.wallet(["show", identifier]).output
    #expect(text.contains("证照编号") && text.contains("zs.example/ledger"), "\(text)")
    // The delivery is kept as it was handed out.
    let file = try #require(copy["file"]?.stringValue)
    #expect(try run.lines(run.cards).contains(try #require(try run.lines(file).first)))
    try run.fails(["show", "1.2.156.3005.2.9"], 1, "copy_unknown")
  }

  @Test("nobody else can read the wallet, and openssl opens a key with the passphrase alone")
  func files() throws {
    let run = try HolderRun()
    #expect(try run.mode("") == 0o700)
    #expect(try run.mode("keys") == 0o700)
    for folder in ["keys", "copies"] {
      let names = try FileManager.default.contentsOfDirectory(
        atPath: run.city.file("wallet/\(folder)"))
      #expect(!names.isEmpty)
      for name in names { #expect(try run.mode("\(folder)/\(name)") == 0o600) }
    }
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: run.city.file("wallet/keys"))
        .first { $0.hasSuffix(".key") })
    let path = run.city.file("wallet/keys/\(name)")
    let opened = try Run(
      tool: "openssl", ["pkey", "-in", path, "-passin", "pass:wallet words", "-noout", "-text"])
    #expect(opened.status == 0 && opened.output.contains("P-256"), "\(opened.errors)")
    let wrong = try Run(
      tool: "openssl", ["pkey", "-in", path, "-passin", "pass:words", "-noout"])
    #expect(wrong.status != 0)
  }

  @Test("a second key has the passphrase of the first, and is printed as a cell or a file")
  func keys() throws {
    let run = try HolderRun()
    try run.fails(
      ["key"], 2, "wrong_passphrase", environment: ["KANHE_WALLET_PASSPHRASE": "others"])
    #expect(try run.json(["list"])["unused_keys"]?.arrayValue == [])
    let cell = try run.wallet(["key", "--format", "csv"])
    #expect(cell.output.hasPrefix("holder_key\neyJ"), "\(cell.output)")
    let out = run.city.file("key.jwt")
    let made = try run.json(["key", "--out", out])
    #expect(try run.lines(out).first == made["holder_key"]?.stringValue)
    try run.fails(["key", "--out", out], 2, "file_exists")
    #expect(try run.json(["list"])["unused_keys"]?.arrayValue?.count == 2)
    try run.fails(
      ["key", "--wallet", run.city.directory], 2, "no_wallet")
    try run.fails(["list", "--wallet", run.city.file("none")], 2, "no_wallet")
    try run.fails(["list"], 64, "wallet_missing", environment: ["KANHE_WALLET": ""])
  }

  @Test("what a crash left half made is completed by the next key; a folder of others is not ours")
  func repaired() throws {
    let run = try HolderRun(isTaken: false)
    let keys = run.city.file("wallet/keys")
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: keys).first { $0.hasSuffix(".jwt") })
    let text = try run.lines("\(keys)/\(name)")
    try FileManager.default.removeItem(atPath: "\(keys)/\(name)")
    _ = try run.json(["key"])
    // The same key is proven again; no two signatures are alike.
    let again = try run.lines("\(keys)/\(name)")
    func header(_ lines: [String]) -> Substring? { lines.first?.split(separator: ".").first }
    #expect(again != text && header(again) == header(text))
    let half = run.city.file("half")
    for folder in ["keys", "copies"] {
      try FileManager.default.createDirectory(
        atPath: "\(half)/\(folder)", withIntermediateDirectories: true)
    }
    try run.city.write("half/.wallet.json.1x2y.tmp", "{")
    #expect(try run.wallet(["key", "--wallet", half]).status == 0)
    #expect(try run.wallet(["list", "--wallet", half]).status == 0)
    let full = run.city.file("full")
    try FileManager.default.createDirectory(
      atPath: full + "/keys", withIntermediateDirectories: true)
    try run.city.write("full/keys/note.txt", "mine")
    try run.fails(["key", "--wallet", full], 2, "no_wallet")
  }

  @Test("what is false, another's or no delivery is refused, and nothing of it is kept")
  func refused() throws {
    let run = try HolderRun(isTaken: false)
    let lines = try run.lines(run.cards)
    let list = try run.wallet(["list", "--format", "json"])
    func refuses(_ name: String, _ text: String, _ code: String) throws {
      try run.city.write(name, text)
      let taken = try run.wallet([
        "import", run.city.file(name), "--root", run.root, "--evidence", run.evidence,
        "--format", "json",
      ])
      #expect(taken.status == 1, "\(name): \(taken.output)")
      let row = try #require(try taken.json()["deliveries"]?.arrayValue?.first)
      #expect(row["code"]?.stringValue == code, "\(name): \(taken.output)")
    }
    let own = try #require(try lines.first { try Self.holder(of: $0) != nil })
    // A copy for a key that this wallet does not have.
    let other = try Run(
      ["holder", "key"],
      environment: [
        "KANHE_WALLET": run.city.file("other"), "KANHE_WALLET_PASSPHRASE": "other words",
      ])
    try run.issue(3..<4, to: "other.jsonl", keys: [String(other.output.dropLast())])
    try refuses(
      "foreign.json", try #require(try run.lines(run.city.file("other.jsonl")).first) + "\n",
      "foreign_key")
    // One character of the signature: the first part of the copy ends there.
    let tilde = try #require(own.firstIndex(of: "~"))
    let before = own.index(tilde, offsetBy: -20)
    let changed = own[before] == "A" ? "B" : "A"
    try refuses(
      "forged.json", "\(own[..<before])\(changed)\(own[own.index(after: before)...])\n",
      "signature_invalid")
    try refuses("empty.json", "", "empty_file")
    try refuses("proof.jwt", run.proof, "bare_token")
    try refuses("cut.json", String(own.prefix(own.count / 2)), "malformed_delivery")
    #expect(try run.wallet(["list", "--format", "json"]).output == list.output)
    let huge = run.city.file("huge.json")
    try run.city.write("huge.json", "")
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: huge))
    try file.truncate(atOffset: 1 << 34)
    try file.close()
    let taken = try run.wallet(["import", huge, "--root", run.root, "--format", "json"])
    #expect(taken.status != 0 && taken.output.contains("too_large"), "\(taken.output)")
    // Another registry's root vouches for nothing here.
    let stranger = try CityRun()
    try run.city.write("own.json", own + "\n")
    let foreign = try run.wallet([
      "import", run.city.file("own.json"), "--root", stranger.directory + "/public/root.pem",
    ])
    #expect(foreign.status == 1, "\(foreign.output)")
    try run.fails(["import", run.city.file("own.json")], 64, "root_missing")
    let missing = try run.wallet(["import", run.city.file("none"), "--root", run.root])
    #expect(missing.status == 2)
  }

  @Test("a copy bound to no key is kept from a file of its own, and cannot sign")
  func unbound() throws {
    let run = try HolderRun(isTaken: false)
    let line = try #require(try run.lines(run.cards).first { try Self.holder(of: $0) == nil })
    try run.city.write("unbound.json", line + "\n")
    let taken = try run.json([
      "import", run.city.file("unbound.json"), "--root", run.root, "--evidence", run.evidence,
    ])
    let copy = try #require(taken["deliveries"]?.arrayValue?.first?["copy"]?.stringValue)
    #expect(try run.json(["list"])["copies"]?.arrayValue?.first?["key"]?.stringValue == "none")
    try run.fails(run.grant("g.jwt"), 2, "no_copy_fits")
    let named = try run.wallet(run.grant("g.jwt") + ["--copy=\(copy)", "--format", "json"])
    #expect(named.status == 2)
    #expect(try named.error()["code"]?.stringValue == "copy_unbound")
  }

  @Test("a delivery that shows more takes the place of a poorer one, and never the other way")
  func fuller() throws {
    let run = try HolderRun(isTaken: false)
    let line = try #require(try run.lines(run.cards).first { try Self.holder(of: $0) != nil })
    try run.city.write("full.json", line + "\n")
    guard case .object(var delivery) = try JSONValue(parsing: Array(line.utf8)) else {
      Issue.record("a delivery is no object")
      return
    }
    var parts = try #require(delivery["copy"]?.stringValue).components(separatedBy: "~")
    // Without the type file nobody knows that every such card has an address.
    parts.removeAll { part in
      let opened = Result { String(decoding: try Base64URL.decode(part), as: UTF8.self) }
      guard case .success(let text) = opened else { return false }
      return text.contains("\"address\"")
    }
    delivery["copy"] = .string(parts.joined(separator: "~"))
    let poor = String(decoding: JSONValue.object(delivery).canonicalBytes(), as: UTF8.self)
    #expect(poor.utf8.count < line.utf8.count)
    try run.city.write("poor.json", poor + "\n")
    func imported(_ name: String) throws -> JSONValue {
      let taken = try run.json(["import", run.city.file(name), "--root", run.root])
      return try #require(taken["deliveries"]?.arrayValue?.first)
    }
    func address() throws -> JSONValue? {
      let copy = try #require(try run.json(["list"])["copies"]?.arrayValue?.first)
      return try run.json(["show", try #require(copy["identifier"]?.stringValue)])["claims"]?[
        "address"]
    }
    let first = try imported("poor.json")
    #expect(try first["outcome"] == "kept" && first["replaced"] == nil && address() == nil)
    // Thread keys that are not those of the entry's tags are refused.
    let key = try #require(delivery["threads"]?["subject"]?["key"]?.stringValue)
    try run.city.write(
      "keys.json", line.replacing(key, with: String(repeating: "A", count: key.count)) + "\n")
    let foreign = try run.wallet(["import", run.city.file("keys.json"), "--root", run.root])
    #expect(foreign.status == 1, "\(foreign.output)")
    #expect(try address() == nil, "\(foreign.output)")
    // Without a trust list nobody sees that a checkpoint's signature is false: the old one stays.
    try run.city.write("forged.json", try Self.forged(line) + "\n")
    let second = try imported("forged.json")
    #expect(second["outcome"] == "kept" && second["replaced"] == true, "\(second)")
    #expect(try address()?.stringValue?.isEmpty == false)
    for name in ["poor.json", "full.json"] {
      #expect(try imported(name)["outcome"] == "known")
    }
    let copy = try #require(try run.json(["list"])["copies"]?.arrayValue?.first)
    #expect(try run.lines(try #require(copy["file"]?.stringValue)) == [line])
  }

  @Test("a delivery whose receipt proves nothing gives way to the genuine one")
  func healed() throws {
    let run = try HolderRun(isTaken: false)
    let line = try #require(try run.lines(run.cards).first { try Self.holder(of: $0) != nil })
    try run.city.write("forged.json", try Self.forged(line) + "\n")
    try run.city.write("good.json", line + "\n")
    func imported(_ name: String, _ more: [String] = []) throws -> JSONValue? {
      try run.json(["import", run.city.file(name), "--root", run.root] + more)["deliveries"]?
        .arrayValue?.first
    }
    #expect(try imported("forged.json")?["outcome"] == "kept")
    // Without evidence nobody can tell them apart.
    #expect(try imported("good.json")?["outcome"] == "known")
    #expect(try run.city.run(["registry", "trust"]).status == 0)
    let evidence = ["--evidence", run.evidence]
    let healed = try imported("good.json", evidence)
    #expect(
      healed?["outcome"] == "kept" && healed?["replaced"] == true, "\(String(describing: healed))")
    let copy = try #require(try run.json(["list"])["copies"]?.arrayValue?.first)
    #expect(try run.lines(try #require(copy["file"]?.stringValue)) == [line])
    #expect(try imported("good.json", evidence)?["outcome"] == "known")
    // A file that was damaged gives way, too.
    let file = URL(fileURLWithPath: try #require(copy["file"]?.stringValue))
    try Data(contentsOf: file).dropLast(9).write(to: file)
    #expect(try run.wallet(["list"]).status == 2)
    #expect(try imported("good.json")?["replaced"] == true)
    #expect(try run.lines(file.path) == [line])
  }

  /// A delivery with a false signature of its checkpoint.
  private static func forged(_ line: String) throws -> String {
    let delivery = try JSONValue(parsing: Array(line.utf8), maximumBytes: 1 << 24)
    let proof = try #require(delivery["receipt"]?["proof"]?.stringValue)
    let signature = try #require(proof.split(whereSeparator: \.isWhitespace).last)
    let forged = signature.prefix(40) + "AAAAAAAA" + signature.dropFirst(48)
    return line.replacing(signature, with: forged)
  }

  /// The holder's thumbprint in the opened `copy_1` of a delivery; nil where there is none.
  private static func holder(of line: String) throws -> String? {
    let delivery = try JSONValue(parsing: Array(line.utf8), maximumBytes: 1 << 24)
    for text in delivery["receipt"]?["disclosures"]?.arrayValue ?? [] {
      let parts = try JSONValue(parsing: try Base64URL.decode(text.stringValue ?? "")).arrayValue
      if let parts, parts[1].stringValue?.hasPrefix("copy_") == true {
        return parts[2]["holder"]?.stringValue
      }
    }
    return nil
  }
}
