import Encoding
import Foundation
import Testing

@Suite("A department with its own keys")
struct IdentityStoryTests {
  private struct Police {
    let city: CityRun
    var keys: String { city.file("police") }

    func request(_ out: String, _ more: [String] = []) throws -> JSONValue {
      try city.json(
        [
          "identity", "request", "--code", CityRun.police, "--name", "深圳市公安局", "--keys", keys,
          "--out", city.file(out),
        ] + more)
    }

    func add(_ requests: String..., out: String) throws -> Run {
      try city.run(
        [
          "department", "add", "--code", CityRun.police, "--name", "深圳市公安局", "--level",
          "municipal", "--out", city.file(out), "--format", "json", "--csr",
        ] + requests.map(city.file))
    }
  }

  @Test("request, enrolment, import, publication, trust: openssl agrees with every identity")
  func story() throws {
    let police = Police(city: try CityRun())
    let city = police.city
    let made = try police.request("requests")
    #expect(made["wrapped"] == .boolean(false))
    #expect(made["requests"]?.arrayValue?.count == 3)
    for use in ["act", "seal", "open"] {
      let verify = try Run(
        tool: "openssl", ["req", "-in", city.file("requests/\(use).csr"), "-verify", "-noout"])
      #expect(verify.status == 0, "\(verify.errors)")
    }
    let added = try police.add("requests", out: "answer")
    #expect(added.status == 0, "\(added.errors)")
    for (use, usage) in [
      ("act", "Digital Signature"), ("seal", "Digital Signature, Non Repudiation"),
      ("open", "Key Agreement"),
    ] {
      let verify = try Run(
        tool: "openssl",
        [
          "verify", "-x509_strict", "-CAfile", city.file("answer/root.pem"), "-untrusted",
          city.file("answer/authority.pem"), city.file("answer/\(use).pem"),
        ])
      #expect(verify.status == 0, "\(use): \(verify.errors)")
      let text = try Run(
        tool: "openssl",
        ["x509", "-in", city.file("answer/\(use).pem"), "-noout", "-ext", "keyUsage"])
      #expect(text.output.split(separator: "\n").last?.hasSuffix("    " + usage) == true)
    }
    let imported = try city.json(["identity", "import", city.file("answer"), "--keys", police.keys])
    #expect(imported["code"]?.stringValue == CityRun.police)
    #expect(imported["identities"]?.arrayValue?.count == 3)
    let type = Run.project.appendingPathComponent(
      "Examples/shenzhen/types/11440300KH0002054H001.json"
    ).path
    let elsewhere = try city.run(["type", "publish", type, "--format", "json"])
    #expect(elsewhere.status == 2)
    #expect(try elsewhere.error()["code"]?.stringValue == "key_not_found")
    let wrong = try city.run(
      ["type", "publish", type, "--keys", police.keys, "--format", "json"],
      environment: ["KANHE_PASSPHRASE": "wrong"])
    #expect(wrong.status == 2)
    #expect(try wrong.error()["code"]?.stringValue == "wrong_passphrase")
    _ = try city.json(["type", "publish", type, "--keys", police.keys])
    let trust = try city.json(["registry", "trust"])
    #expect(trust["sequence"]?.integerValue == 1)
  }

  @Test("rotation, revocation and retirement end in the trust list")
  func rotation() throws {
    let police = Police(city: try CityRun())
    let city = police.city
    _ = try police.request("requests")
    #expect(try police.add("requests", out: "answer").status == 0)
    _ = try city.json(["identity", "import", city.file("answer"), "--keys", police.keys])
    let first = try city.json(["identity", "show", city.file("answer/act.pem")])
    let kid = try #require(first["id"]?.stringValue)
    #expect(first["use"]?.stringValue == "act" && first["state"] == nil)
    let last = try city.run(
      [
        "department", "revoke", "--code", CityRun.police, "--identity", kid, "--since",
        "2020-01-01", "--format", "json",
      ])
    #expect(last.status == 1)
    #expect(try last.error()["code"]?.stringValue == "last_acting")
    let next = try police.request("next", ["--use", "act"])
    #expect(next["wrapped"] == .boolean(true))
    let rotate = [
      "department", "rotate", "--code", CityRun.police, "--request", city.file("next"),
    ]
    let rotated = try city.json(rotate + ["--out", city.file("second")])
    #expect(rotated["retired"]?.arrayValue == [.string(kid)])
    _ = try city.json(["identity", "import", city.file("second"), "--keys", police.keys])
    let again = try city.run(rotate + ["--format", "json"])
    #expect(again.status == 1)
    #expect(try again.error()["codes"]?.arrayValue == ["identity-request"])
    _ = try city.json([
      "department", "revoke", "--code", CityRun.police, "--identity", kid, "--since",
      "2026-01-02T03:04:05Z",
    ])
    // An id may begin with a hyphen.
    let unknown = try city.run([
      "department", "revoke", "--code", CityRun.police, "--identity",
      "-i5xDRWD3GWx9brtQfA4MgNGCFj6oH7wiPZVJQQvdb4", "--since", "2026-01-02T03:04:05Z",
    ])
    #expect(unknown.status == 1 && !unknown.errors.contains("missing value"), "\(unknown.errors)")
    let absent = try city.run([
      "identity", "show", "-i5xDRWD3GWx9brtQfA4MgNGCFj6oH7wiPZVJQQvdb4", "--format", "json",
    ])
    #expect(try absent.error()["code"] == "unknown_identity", "\(absent.output)")
    let known = try city.run(["identity", "show", kid, "--format", "json"]).json()
    #expect(known["state"]?.stringValue == "compromised")
    #expect(known["since"]?.stringValue == "2026-01-02T03:04:05Z")
    let generated = try city.run([
      "department", "rotate", "--code", CityRun.police, "--generate", "--format", "json",
    ])
    #expect(generated.status == 2)
    #expect(try generated.error()["code"]?.stringValue == "key_not_found")
    _ = try city.json(["department", "retire", "--code", CityRun.police])
    let list = try city.json(["department", "list", "--state", "retired"])
    #expect(list["departments"]?.arrayValue?.first?["code"]?.stringValue == CityRun.police)
    #expect(try city.run(["department", "retire", "--code", CityRun.police]).status == 1)
  }

  @Test("keys that are weak, not possessed or missing are refused by name")
  func badRequests() throws {
    let police = Police(city: try CityRun())
    let city = police.city
    _ = try police.request("requests")
    let weak = try Run(
      tool: "openssl",
      [
        "req", "-new", "-newkey", "rsa:1024", "-nodes", "-keyout", city.file("rsa.key"), "-subj",
        "/CN=x", "-out", city.file("requests/seal.csr"),
      ])
    try #require(weak.status == 0, "\(weak.errors)")
    let refused = try police.add("requests", out: "a1")
    #expect(refused.status == 1)
    #expect(try refused.error()["code"]?.stringValue == "weak_key")
    var der = try BoundedFile.read(
      path: city.file("requests/act.csr"), maximumBytes: 1 << 16)
    let body = String(decoding: der, as: UTF8.self).split(separator: "\n")
    var bytes = try #require(
      Data(base64Encoded: body.dropFirst().dropLast().joined()))
    bytes[bytes.count - 1] ^= 1
    let label = "CERTIFICATE REQUEST-----"
    der = Array("-----BEGIN \(label)\n\(bytes.base64EncodedString())\n-----END \(label)\n".utf8)
    try BoundedFile.writeAtomically(path: city.file("requests/act.csr"), bytes: der)
    let stolen = try police.add("requests", out: "a2")
    #expect(stolen.status == 1)
    #expect(try stolen.error()["code"]?.stringValue == "no_possession")
    let missing = try police.add("requests/open.csr", out: "a3")
    #expect(missing.status == 2)
    #expect(try missing.error()["code"]?.stringValue == "invalid_request")
    let misnamed = try police.add("rsa.key", out: "a4")
    #expect(misnamed.status == 64)
    #expect(try city.json(["registry", "status"])["size"]?.integerValue == 2)
  }

  @Test("an answer for other keys, or half an answer, is not installed")
  func badAnswers() throws {
    let police = Police(city: try CityRun())
    let city = police.city
    _ = try police.request("requests")
    #expect(try police.add("requests", out: "answer").status == 0)
    let other = try city.run([
      "identity", "import", city.file("answer"), "--keys", city.file("others"), "--format", "json",
    ])
    #expect(other.status == 1)
    let codes = try #require(try other.json()["refused"]?.arrayValue).map {
      $0["code"]?.stringValue
    }
    #expect(codes == ["no_such_key", "no_such_key", "no_such_key"])
    #expect(!FileManager.default.fileExists(atPath: city.file("others")))
    let half = try city.run([
      "identity", "import", city.file("answer/act.pem"), "--keys", police.keys, "--format", "json",
    ])
    #expect(half.status == 2)
    #expect(try half.error()["code"]?.stringValue == "incomplete")
    #expect(try city.run(["identity", "import", city.file("answer")]).status == 64)
    #expect(try city.run(["identity", "show", city.file("answer/origin")]).status == 2)
    #expect(try city.run(["identity", "show", "nothing"]).status == 2)
  }

  @Test("a passphrase from a descriptor serves several keys; a refusal leaves no folder behind")
  func descriptor() throws {
    let police = Police(city: try CityRun())
    let city = police.city
    try "from a pipe\n".write(toFile: city.file("words"), atomically: true, encoding: .utf8)
    let binary = try Run.binary().path
    let command = """
      cat '\(city.file("words"))' | KANHE_PASSPHRASE_FILE=fd:3 '\(binary)' identity request \
      --code \(CityRun.police) --name x --keys '\(police.keys)' --out '\(city.file("req"))' 3<&0
      """
    let run = try Run(tool: "sh", ["-c", command])
    #expect(run.status == 0, "\(run.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: police.keys + "/pending")
    #expect(names.count == 3)
    for name in names {
      let opened = try Run(
        tool: "openssl",
        [
          "pkey", "-in", police.keys + "/pending/" + name, "-noout", "-passin", "pass:from a pipe",
        ])
      #expect(opened.status == 0, "\(opened.errors)")
    }
    let empty = try city.run(
      [
        "identity", "request", "--code", CityRun.police, "--name", "x", "--keys", police.keys,
        "--out", city.file("next"), "--format", "json",
      ], environment: ["KANHE_PASSPHRASE": ""])
    #expect(empty.status == 2)
    #expect(try empty.error()["code"]?.stringValue == "passphrase_empty")
    #expect(!FileManager.default.fileExists(atPath: city.file("next")))
    #expect(try police.add("req", out: "req").status == 2)
  }
}
