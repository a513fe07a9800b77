import Cryptography
import Encoding
import Foundation
import Testing

@Suite("kanhe holder grant, holder withdraw")
struct HolderGrantTests {
  @Test("a grant says what was asked for, bears the key of the copy, and is remembered")
  func grant() throws {
    let run = try HolderRun()
    let made = try run.json(
      run.grant("grant.jwt", ["--from": HolderRun.day(1), "--times": "2", "--days": "7"]))
    let token = try run.token("grant.jwt")
    #expect(token.header["typ"]?.stringValue == "kanhe-grant+jwt")
    #expect(token.header["jwk"] == (try run.jwk()))
    #expect(token.payload["aud"]?.stringValue == "zs.example/ledger")
    #expect(token.payload["claims"] == ["number", "holders"])
    #expect(token.payload["frequency"] == ["days": 7, "times": 2])
    #expect(token.payload["requester"]?.stringValue == HolderRun.insurer)
    #expect(token.payload["types"] == [.string(CityRun.card)])
    let start = try Int64(Day(parsing: HolderRun.day(1)).number) * 86_400
    #expect(token.payload["period"]?["from"]?.integerValue == start)
    // The last day is part of it.
    #expect(token.payload["period"]?["until"]?.integerValue == start + 30 * 86_400)
    #expect(token.payload["jti"] == made["grant"])
    let copy = try #require(try run.json(["list"])["copies"]?.arrayValue?.first)
    #expect(token.payload["copy"] == copy["copy"])
    #expect(made["identifier"] == copy["identifier"])
    let key = try #require(token.header["jwk"])
    let parts = token.text.split(separator: ".")
    let point = try P256PublicKey(
      x: Base64URL.decode(key["x"]?.stringValue ?? ""),
      y: Base64URL.decode(key["y"]?.stringValue ?? ""))
    #expect(
      point.verify(
        signature: try Base64URL.decode(parts[2]),
        digest: SHA256.hash(Array("\(parts[0]).\(parts[1])".utf8))))
    let held = try #require(try run.json(["list"])["grants"]?.arrayValue?.first)
    #expect(held["grant"] == made["grant"] && held["state"]?.stringValue == "signed")
    #expect(copy["grants"]?.integerValue == 1)
    let text = try run.wallet(["show", copy["identifier"]?.stringValue ?? ""]).output
    #expect(text.contains("2 times in 7 days"), "\(text)")
  }

  @Test("a withdrawal is signed by the key of the grant, by its file or number, and once")
  func withdraw() throws {
    let run = try HolderRun()
    let number = try #require(try run.json(run.grant("grant.jwt"))["grant"]?.stringValue)
    _ = try run.json([
      "withdraw", run.city.file("grant.jwt"), "--out", run.city.file("withdrawal.jwt"),
    ])
    let token = try run.token("withdrawal.jwt")
    #expect(token.header["typ"]?.stringValue == "kanhe-grant-withdrawal+jwt")
    #expect(token.payload["grant"]?.stringValue == number)
    #expect(
      try run.json(["list"])["grants"]?.arrayValue?.first?["state"]?.stringValue == "withdrawn")
    let again = try run.wallet(["withdraw", number, "--out", run.city.file("again.jwt")])
    #expect(again.status == 0, "\(again.errors)")
    #expect(try run.token("again.jwt").text == token.text)
    // A withdrawal that lies under another grant's number is not given as that one's.
    let second = try #require(try run.json(run.grant("second.jwt"))["grant"]?.stringValue)
    let withdrawals = run.city.file("wallet/withdrawals/")
    try FileManager.default.copyItem(
      atPath: withdrawals + number + ".jwt", toPath: withdrawals + second + ".jwt")
    try run.fails(
      ["withdraw", run.city.file("second.jwt"), "--out", run.city.file("y.jwt")], 2,
      "damaged_wallet")
    let other = ["KANHE_WALLET": run.city.file("other")]
    _ = try run.wallet(["key"], environment: other)
    try run.fails(
      ["withdraw", run.city.file("grant.jwt"), "--out", run.city.file("x.jwt")], 1,
      "key_not_found", environment: other)
  }

  @Test("bad arguments, files and passphrases are told, and nothing is signed")
  func refused() throws {
    let run = try HolderRun()
    try run.fails(run.grant("g.jwt", ["--to": "x"]), 64, "code_form")
    try run.fails(run.grant("g.jwt", ["--purpose": "For Li"]), 64, "terms")
    try run.fails(run.grant("g.jwt", ["--claims": "number,,holders"]), 64, "claims")
    try run.fails(run.grant("g.jwt", ["--claims": "number,number"]), 64, "terms")
    try run.fails(run.grant("g.jwt", ["--until": "2020-01-01"]), 64, "period")
    try run.fails(run.grant("g.jwt", ["--until": "2099-01-01"]), 64, "terms")
    try run.fails(run.grant("g.jwt", ["--times": "2"]), 64, "usage")
    try run.fails(
      run.grant("g.jwt", ["--from": "2027-01-02", "--until": "2027-01-01"]), 64, "usage")
    try run.fails(
      run.grant("g.jwt"), 2, "wrong_passphrase",
      environment: ["KANHE_WALLET_PASSPHRASE": "others"])
    try run.fails(run.grant("g.jwt", ["--copy": "1.2.3"]), 1, "copy_unknown")
    try run.city.write("there.jwt", "mine\n")
    try run.fails(run.grant("there.jwt"), 2, "file_exists")
    #expect(!FileManager.default.fileExists(atPath: run.city.file("g.jwt")))
    #expect(try run.json(["list"])["grants"]?.arrayValue == [])
    let warned = try run.wallet(run.grant("g.jwt", ["--claims": "income"]))
    #expect(warned.status == 0 && warned.errors.contains("no claim income"), "\(warned.errors)")
    func bad(_ name: String, _ text: String, _ code: String) throws {
      try run.city.write(name, text)
      try run.fails(
        ["withdraw", run.city.file(name), "--out", run.city.file("w.jwt")], 2, code)
    }
    try bad("bad.jwt", "a.b.c\n", "grant_refused")
    try bad("long.jwt", String(repeating: "a", count: 40_000), "too_large")
    try run.fails(["withdraw", "x", "--out", run.city.file("w.jwt")], 64, "bad_grant")
    let unknown = String(repeating: "A", count: 43)
    try run.fails(["withdraw", unknown, "--out", run.city.file("w.jwt")], 1, "grant_unknown")
  }
}
