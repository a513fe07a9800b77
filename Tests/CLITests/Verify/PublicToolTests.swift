import Cryptography
import Encoding
import Foundation
import Testing

@Suite("What kanhe verify says, public tools say too")
struct PublicToolTests {
  private static let time = "1795528400"

  /// An ES256 signature as openssl wants it.
  private func der(_ raw: [UInt8]) -> [UInt8] {
    func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
      var bytes = Array(bytes.drop { $0 == 0 })
      if bytes.first.map({ $0 >= 0x80 }) ?? true { bytes.insert(0, at: 0) }
      return [0x02, UInt8(bytes.count)] + bytes
    }
    let body = integer(raw[..<32]) + integer(raw[32...])
    return [0x30, UInt8(body.count)] + body
  }

  private func write(_ files: EvidenceFiles, _ name: String) throws {
    try files.write("\(name).pem", Identity(der: try files.der(name)).pem)
  }

  @Test("openssl verifies the identities of a delivery and the signatures made with them")
  func openssl() throws {
    let files = try EvidenceFiles()
    for name in ["root", "authority", "act", "seal", "list_signer"] { try write(files, name) }
    for name in ["act", "seal"] {
      let run = try Run(
        tool: "openssl",
        [
          "verify", "-x509_strict", "-attime", Self.time, "-CAfile", files.path("root.pem"),
          "-untrusted", files.path("authority.pem"), files.path("\(name).pem"),
        ])
      #expect(run.status == 0, "\(name): \(run.errors)")
    }
    for (token, signer) in [
      ("certificate", "seal"), ("event", "act"), ("status", "seal"), ("trust", "list_signer"),
    ] {
      let text = try #require(files.example["tokens"]?[token]?.stringValue)
      let parts = text.split(separator: ".").map(String.init)
      let key = try Run(
        tool: "openssl", ["x509", "-in", files.path("\(signer).pem"), "-noout", "-pubkey"])
      try files.write("key.pem", key.output)
      try files.write("signature", der(try Base64URL.decode(parts[2])))
      for (input, status) in [(parts[0] + "." + parts[1], 0), (parts[0] + ".x" + parts[1], 1)] {
        try files.write("input", input)
        let run = try Run(
          tool: "openssl",
          [
            "dgst", "-sha256", "-verify", files.path("key.pem"), "-signature",
            files.path("signature"), files.path("input"),
          ])
        #expect(run.status == Int32(status), "\(token): \(run.output)\(run.errors)")
      }
    }
    let ours = try files.verify(["delivery.json", "trust.jwt", "status.jwt", "type.json"])
    #expect(ours.status == 0)
  }

  @Test("the leaf hash in the proof is sha256sum of a zero byte and the entry")
  func leafHash() throws {
    let files = try EvidenceFiles()
    let receipt = try JSONValue(parsing: Array(files.text("receipt").utf8))
    let entry = try #require(receipt["entry"]?.stringValue)
    let path = try files.write("leaf", [0] + Array(entry.utf8))
    let run = try Run(tool: "sha256sum", [path])
    // Entry 3 of 5: right of entry 2, then right of entries 0 and 1, then left of entry 4.
    let siblings = try #require(receipt["proof"]?.stringValue).split(separator: "\n")[2..<5]
      .map { try Base64.decode($0) }
    var node = SHA256.hash([0] + Array(entry.utf8))
    #expect(run.output.hasPrefix(node.hex))
    node = SHA256.hash([1] + siblings[0] + node.bytes)
    node = SHA256.hash([1] + siblings[1] + node.bytes)
    node = SHA256.hash([1] + node.bytes + siblings[2])
    #expect(files.text("receipt").contains("\\n5\\n\(Base64.encode(node.bytes))\\n"))
  }
}
