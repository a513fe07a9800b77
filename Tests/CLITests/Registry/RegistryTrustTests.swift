import Encoding
import Foundation
import Testing

@Suite("kanhe registry trust")
struct RegistryTrustTests {
  @Test("the first call signs and needs passphrases; the next prints the same without any")
  func twice() throws {
    let city = try CityRun()
    let silent = Dictionary(uniqueKeysWithValues: CityRun.passphrases.keys.map { ($0, "") })
    let refused = try city.run(["registry", "trust", "--format", "json"], environment: silent)
    #expect(refused.status == 2)
    #expect(try refused.error()["code"]?.stringValue == "passphrase_missing")
    let first = try city.json(["registry", "trust"])
    #expect(first["sequence"]?.integerValue == 1)
    #expect(first["published"] == .boolean(true))
    #expect(first["index"]?.integerValue == 2)
    let again = try city.run(["registry", "trust"], environment: silent)
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.output == (first["jwt"]?.stringValue ?? "") + "\n")
    let out = city.file("trust.jwt")
    let fresh = try city.run(["registry", "trust", "--fresh", "--out", out])
    #expect(fresh.status == 0 && fresh.output.hasSuffix("written to \(out)\n"))
    #expect(try city.run(["registry", "trust", "--out", out]).status == 2)
    #expect(try city.json(["registry", "status"])["trust_sequence"]?.integerValue == 2)
  }

  @Test("enrolment and publication make a new list necessary")
  func changes() throws {
    let city = try CityRun()
    _ = try city.json(["registry", "trust"])
    _ = try city.json([
      "department", "add", "--code", CityRun.police, "--name", "深圳市公安局", "--level",
      "municipal", "--generate",
    ])
    let trust = try city.json(["registry", "trust"])
    #expect(trust["sequence"]?.integerValue == 2)
    let parts = try #require(trust["jwt"]?.stringValue).split(separator: ".")
    let payload = try JSONValue(parsing: try Base64URL.decode(parts[1]))
    #expect(payload["departments"]?.arrayValue?.count == 2)
    #expect(payload["seq"]?.integerValue == 2)
  }
}
