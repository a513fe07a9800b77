import Encoding
import Foundation
import Testing

@Suite("kanhe use ask, holder present, verify of what was shown")
struct HolderPresentTests {
  let run: HolderRun

  init() throws { run = try HolderRun.withCounter() }

  @Test("a guest shows that they are of age, and nothing else leaves the wallet")
  func story() throws {
    let asked = try run.ask("request.jwt")
    try #require(asked.status == 0, "\(asked.errors)")
    #expect(try asked.json()["claims"]?.arrayValue?.first?["path"]?.stringValue == "over_18")
    let preview = try run.json(run.present("request.jwt", ["--preview"]))
    #expect(preview["shown"] == ["over_18": true])
    #expect(preview["text"]?.stringValue == "核验是否年满18周岁")
    #expect(preview["out"] == nil)
    #expect(try run.kept() == 0)
    let shown = try run.json(run.present("request.jwt", ["--out", run.city.file("shown.txt")]))
    #expect(shown["shown"] == preview["shown"])
    let withheld = try #require(shown["withheld"]?.arrayValue)
    #expect(withheld.contains("number") && withheld.contains("holders"))
    let text = try #require(try run.lines(run.city.file("shown.txt")).first)
    #expect(text.split(separator: "~").count == 3)
    for secret in [CityRun.citizenCode(0), "持证人0", "1990-01-01", "thread", "receipt"] {
      let parts = text.split { $0 == "~" || $0 == "." }
      for part in parts where part.count % 4 != 1 {
        let bytes = try? Base64URL.decode(String(part))
        #expect(!String(decoding: bytes ?? [], as: UTF8.self).contains(secret), "\(secret)")
      }
    }
    let answer = try run.verify(["request.jwt", "shown.txt"])
    #expect(answer["verdict"]?.stringValue == "yes", "\(answer)")
    let file = try #require(answer["files"]?.arrayValue?[1])
    #expect(file["kind"]?.stringValue == "presentation")
    #expect(file["certificate"]?["claims"] == ["over_18": true])
    #expect(file["request"]?["purpose"]?.stringValue == "internet-cafe-inspection")
    #expect(try run.kept() == 1 && run.mode("presentations") == 0o700)
  }

  @Test("the counter takes an answer once; what is entered names nobody")
  func recording() throws {
    _ = try run.city.json(["status", "publish", "--as", CityRun.police])
    #expect(try run.ask("request.jwt").status == 0)
    _ = try run.json(run.present("request.jwt", ["--out", run.city.file("shown.txt")]))
    _ = try run.json(run.present("request.jwt", ["--out", run.city.file("second.txt")]))
    let taken = try run.check("request.jwt", "shown.txt")
    try #require(taken.status == 0, "\(taken.output) \(taken.errors)")
    let use = try taken.json()
    #expect(use["presenter"]?.stringValue == "accepted" && use["replayed"] == false)
    #expect(use["claims"] == ["over_18": true])
    let index = try #require(use["index"]?.integerValue)
    let entry = try run.city.json(["ledger", "show", "\(index)"])
    let text = String(decoding: entry.canonicalBytes(), as: UTF8.self)
    #expect(text.contains("use.accepted"), "\(text)")
    for secret in [CityRun.citizenCode(0), "持证人0", "1990-01-01"] {
      #expect(!text.contains(secret), "\(secret)")
    }
    for (answer, code) in [("shown.txt", "replayed"), ("second.txt", "request_used")] {
      let again = try run.check("request.jwt", answer)
      #expect(again.status == 1, "\(again.errors)")
      let refused = try again.json()
      #expect(refused["codes"] == [.string(code)] && refused["replayed"] == true)
      #expect(refused["presenter"]?.stringValue == "not accepted" && refused["claims"] == nil)
    }
    // The holder finds all three, and what was shown is in the list.
    let log = try run.json(["log", "--from", run.city.directory, "--root", run.root])
    #expect(log["verdict"]?.stringValue == "yes", "\(log)")
    let uses = (log["entries"]?.arrayValue ?? []).filter {
      $0["kind"]?.stringValue?.hasPrefix("use.") ?? false
    }
    #expect(uses.map { $0["kind"]?.stringValue } == ["use.accepted", "use.refused", "use.refused"])
    #expect(uses.allSatisfy { $0["proof"]?.stringValue == "passed" && $0["about"] == "you" })
    #expect(
      uses.first?["text"]?.stringValue?.contains("took what you showed: over_18 of 居民身份证") == true,
      "\(uses)")
    let listed = try #require(try run.json(["list"])["shown"]?.arrayValue)
    #expect(listed.count == 2 && listed[0]["purpose"] == "internet-cafe-inspection")
    let full = try run.city.json(["registry", "check", "--full"])
    #expect(full["verdict"]?.stringValue == "yes", "\(full)")
    let audit = try run.city.json(["audit", "ledger", "--disclosures", "vault"])
    #expect(audit["verdict"]?.stringValue == "yes", "\(audit)")
  }

  @Test("what fails is entered with its codes, what cannot be told is not")
  func refusals() throws {
    for name in ["request.jwt", "other.jwt"] { #expect(try run.ask(name).status == 0) }
    _ = try run.json(run.present("request.jwt", ["--out", run.city.file("shown.txt")]))
    let before = try run.city.json(["registry", "status"])["size"]
    // Nobody has published the status of the cards yet.
    let open = try run.check("request.jwt", "shown.txt")
    #expect(open.status == 2, "\(open.output)")
    #expect(try open.error()["code"]?.stringValue == "status_missing", "\(open.errors)")
    #expect(try run.city.json(["registry", "status"])["size"] == before)
    _ = try run.city.json(["status", "publish", "--as", CityRun.police])
    let other = try run.check("other.jwt", "shown.txt")
    #expect(other.status == 1, "\(other.errors)")
    let codes = try #require(try other.json()["codes"]?.arrayValue)
    #expect(codes.contains("nonce_mismatch"), "\(codes)")
    let foreign = try run.city.run([
      "use", "check", run.city.file("request.jwt"), run.city.file("shown.txt"), "--as",
      CityRun.police, "--format", "json",
    ])
    #expect(foreign.status == 1, "\(foreign.errors)")
    #expect(try foreign.error()["code"]?.stringValue == "invalid_request", "\(foreign.errors)")
    // A request that the department did not sign, with a stranger's text in it.
    let signed = try #require(try run.lines(run.city.file("request.jwt")).first)
    var parts = signed.split(separator: ".").map(String.init)
    guard case .object(var payload) = try JSONValue(parsing: Base64URL.decode(parts[1])) else {
      return
    }
    payload["nonce"] = .string(String(repeating: "A", count: 43))
    parts[1] = Base64URL.encode(JSONValue.object(payload).canonicalBytes())
    try run.city.write("forged.jwt", parts.joined(separator: "."))
    let size = try run.city.json(["registry", "status"])["size"]
    let forged = try run.check("forged.jwt", "shown.txt")
    #expect(forged.status == 1, "\(forged.errors)")
    #expect(try forged.error()["code"]?.stringValue == "invalid_request", "\(forged.errors)")
    #expect(try run.city.json(["registry", "status"])["size"] == size)
    #expect(
      try run.check("request.jwt", "shown.txt", ["--at", "2026-01-01T00:00:00Z"]).status == 64)
    // The card is revoked: the same answer is worth nothing any more.
    let card = try #require(try run.json(["list"])["copies"]?.arrayValue?.first)
    let identifier = try #require(card["identifier"]?.stringValue)
    _ = try run.city.json([
      "certificate", "revoke", identifier, "--state", "cancelled", "--as", CityRun.police,
    ])
    _ = try run.city.json(["status", "publish", "--as", CityRun.police])
    let revoked = try run.check("request.jwt", "shown.txt")
    #expect(revoked.status == 1, "\(revoked.errors)")
    #expect(try revoked.json()["codes"] == ["ended"])
    #expect(try run.check("cards.jsonl", "shown.txt").status == 2)
    #expect(try run.check("request.jwt", "cards.jsonl").status == 1)
    #expect(try run.check("request.jwt", "none.txt").status == 2)
    #expect(try run.check("request.jwt", "shown.txt", ["--mode", "post"]).status == 64)
  }

  @Test("without its request, stripped, or beside another request, it is no yes")
  func verdicts() throws {
    for name in ["request.jwt", "other.jwt"] { #expect(try run.ask(name).status == 0) }
    _ = try run.json(run.present("request.jwt", ["--out", run.city.file("shown.txt")]))
    #expect(try run.verify(["shown.txt"])["verdict"]?.stringValue == "cannot_tell")
    let other = try run.verify(["other.jwt", "shown.txt"])
    #expect(other["verdict"]?.stringValue == "no")
    #expect(run.codes(other, file: 1).contains("nonce_mismatch"))
    // Of several requests the one that it answers counts.
    let both = try run.verify(["other.jwt", "request.jwt", "shown.txt"])
    #expect(both["verdict"]?.stringValue == "yes", "\(both)")
    let text = try #require(try run.lines(run.city.file("shown.txt")).first)
    let end = try #require(text.lastIndex(of: "~"))
    try run.city.write("stripped.txt", String(text[...end]))
    let stripped = try run.verify(["request.jwt", "stripped.txt"])
    #expect(stripped["verdict"]?.stringValue == "no")
    #expect(run.codes(stripped, file: 1).contains("key_binding_missing"))
    // However good it is as what it is, a delivery answers nothing.
    let lines = try run.lines(run.cards)
    try run.city.write("delivery.json", lines[0] + "\n")
    for name in ["delivery.json", "cards.jsonl"] {
      let beside = try run.verify(["request.jwt", name])
      #expect(beside["verdict"]?.stringValue == "no", "\(name): \(beside)")
    }
    try run.city.write("lines.txt", text + "\r\n")
    #expect(run.codes(try run.verify(["request.jwt", "lines.txt"]), file: 1) == ["line_ends"])
    let taken = try run.wallet([
      "import", run.city.file("shown.txt"), "--root", run.root, "--format", "json",
    ])
    #expect(taken.status == 1 && taken.output.contains("not_a_delivery"))
  }

  @Test("what the catalogue does not allow is not asked for")
  func rights() throws {
    let refused: [([String], String)] = [
      (["--claims", "over_18,number"], "does not have: number"),
      (["--claims", "over_18", "--version", "2"], "never published in this version"),
    ]
    for (more, text) in refused {
      let asked = try run.ask("refused.jwt", more)
      #expect(asked.status == 1, "\(asked.output)")
      #expect(try asked.error()["message"]?.stringValue?.contains(text) == true, "\(asked.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: run.city.file("refused.jwt")))
    let typed = try run.ask("typed.jwt", ["--claims", "over_18=yes"])
    #expect(typed.status == 1 && typed.errors.contains("cannot have the value"), "\(typed.errors)")
    let wrong = [["--claims", "over_18,"], ["--claims", "over_18", "--for", "25h"]]
    for more in wrong { #expect(try run.ask("wrong.jwt", more).status == 64) }
    let printed = try run.ask("-")
    #expect(printed.status == 0 && printed.output.hasPrefix("eyJ"))
  }

  @Test("a request that is not good is not answered, and nothing is signed")
  func badRequests() throws {
    #expect(try run.ask("request.jwt").status == 0)
    let out = ["--out", run.city.file("shown.txt")]
    // Nobody vouches for who asks.
    try run.fails(
      ["present", run.city.file("request.jwt"), "--root", run.root] + out, 2, "trust_list_missing")
    let other = try CityRun()
    try run.fails(
      [
        "present", run.city.file("request.jwt"), "--root",
        other.directory + "/public/root.pem", "--evidence", run.evidence,
      ] + out, 1, "foreign_root")
    var text = try #require(try run.lines(run.city.file("request.jwt")).first)
    text.removeLast(4)
    try run.city.write("changed.jwt", text + "AAAA")
    try run.fails(run.present("changed.jwt", out), 1, "signature_invalid")
    try run.city.write("cut.jwt", String(text.prefix(900)))
    try run.fails(run.present("cut.jwt", out), 2, "unknown_kind")
    try run.fails(run.present("cards.jsonl", out), 2, "not_a_request")
    try run.fails(
      run.present("request.jwt", out), 2, "wrong_passphrase",
      environment: ["KANHE_WALLET_PASSPHRASE": "others"])
    #expect(!FileManager.default.fileExists(atPath: run.city.file("shown.txt")))
    #expect(try run.kept() == 0)
    #expect(try run.wallet(run.present("request.jwt", [])).status == 64)
  }

  @Test("unasked, claims chosen by name are shown to whom the holder says, for a moment")
  func unasked() throws {
    let choice = ["present", "--claims", "number,valid_until", "--to", "图书馆"]
    let preview = try run.json(choice + ["--preview"])
    #expect(preview["shown"]?.objectValue?.names.sorted() == ["number", "valid_until"])
    #expect(preview["withheld"]?.arrayValue?.contains("holders") == true)
    let shown = try run.json(choice + ["--nonce", "abc", "--out", run.city.file("unasked.txt")])
    #expect(shown["nonce"] == "abc" && shown["audience"] == "图书馆")
    let answer = try #require(try run.lines(run.city.file("unasked.txt")).first)
    let binding = try #require(answer.split(separator: "~").last?.split(separator: ".")[1])
    let said = try JSONValue(parsing: try Base64URL.decode(binding))
    #expect(said["aud"] == "图书馆" && said["nonce"] == "abc")
    // What it was made for cannot be told: only who does not ask takes that.
    #expect(try run.verify(["unasked.txt"])["verdict"] == "cannot_tell")
    let taken = try Run([
      "verify", run.city.file("unasked.txt"), "--root", run.root, "--evidence", run.evidence,
      "--accept-missing", "status,request", "--audience", "图书馆",
    ])
    #expect(taken.status == 0 && taken.output.contains("图书馆"), "\(taken.output)")
    for audience in [["--audience", "博物馆"], []] {
      let other = try Run(
        [
          "verify", run.city.file("unasked.txt"), "--root", run.root, "--evidence", run.evidence,
          "--accept-missing", "status,request",
        ] + audience)
      #expect(other.status == (audience.isEmpty ? 64 : 1), "\(other.output)")
    }
    // What was made for a department's request is nothing that was shown unasked.
    #expect(try run.ask("relay.jwt").status == 0)
    _ = try run.json(run.present("relay.jwt", ["--out", run.city.file("relay.txt")]))
    let relayed = try Run([
      "verify", run.city.file("relay.txt"), "--root", run.root, "--evidence", run.evidence,
      "--accept-missing", "status,request", "--audience", "图书馆",
    ])
    #expect(relayed.status == 1, "\(relayed.output)")
    #expect(try run.json(["list"])["shown"]?.arrayValue?.count == 2)
    let relay = run.city.file("relay.jwt")
    try run.fails(["present", relay, "--claims", "number", "--preview"], 64, "usage")
    try run.fails(choice + ["--preview", "--nonce", "a\u{202E}"], 64, "usage")
    try run.fails(["present", "--claims", "number", "--preview"], 64, "usage")
    try run.fails(
      ["present", "--claims", "salary", "--to", "x", "--preview"], 1, "no_copy_fits")
    try run.fails(["present", "--claims", "a,,b", "--to", "x", "--preview"], 64, "claims")
  }

  @Test("what the registry knows to be suspended is refused at its own counter, published or not")
  func unpublished() throws {
    _ = try run.city.json(["status", "publish", "--as", CityRun.police])
    _ = try run.city.json(["registry", "trust", "--out", run.city.file("newer.jwt")])
    let card = try #require(
      try run.json(["list"])["copies"]?.arrayValue?.first?["identifier"]?.stringValue)
    #expect(try run.ask("request.jwt").status == 0)
    _ = try run.json(run.present("request.jwt", ["--out", run.city.file("shown.txt")]))
    _ = try run.city.json(["certificate", "suspend", card, "--as", CityRun.police])
    let refused = try run.check("request.jwt", "shown.txt")
    #expect(refused.status == 1, "\(refused.errors)")
    #expect(try refused.json()["codes"]?.arrayValue == ["suspended"])
    _ = try run.city.json(["certificate", "reinstate", card, "--as", CityRun.police])
    #expect(try run.check("request.jwt", "shown.txt").status == 0)
  }
}
