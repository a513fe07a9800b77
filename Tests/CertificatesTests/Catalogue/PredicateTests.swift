import Certificates
import Cryptography
import Encoding
import Testing

/// Spec: type-file.md, "Predicates".
@Suite struct PredicateTests {
  private func predicate(_ value: JSONValue) throws -> TypeFile.Predicate {
    var object = try SampleType.json()
    object["predicates"] = [value]
    return try #require(try TypeFile(.object(object)).predicates.first)
  }

  private func over(_ years: Int64, _ birth: String, on day: String) throws -> Bool? {
    try predicate(["name": "over", "claim": "birth_date", "years": .integer(years)])
      .holds(in: ["birth_date": .string(birth)], on: try Day(parsing: day))
  }

  @Test(
    "years have passed from the day after the anniversary",
    arguments: [
      ("2008-05-01", "2026-05-01", false), ("2008-05-01", "2026-05-02", true),
      ("2008-02-29", "2026-02-28", false), ("2008-02-29", "2026-03-01", true),
      ("2026-01-01", "2026-01-01", false), ("9990-01-01", "2026-01-01", false),
    ])
  func years(birth: String, day: String, holds: Bool) throws {
    #expect(try over(18, birth, on: day) == holds)
  }

  @Test("a value is compared byte for byte; without the claim there is no answer")
  func values() throws {
    let predicate = try predicate(
      ["name": "resident", "claim": "category", "values": ["常住", "caf\u{E9}"]])
    let day = try Day(parsing: "2026-01-01")
    #expect(predicate.holds(in: ["category": "常住"], on: day) == true)
    #expect(predicate.holds(in: ["category": "暂住"], on: day) == false)
    #expect(predicate.holds(in: ["category": "cafe\u{301}"], on: day) == false)
    #expect(predicate.holds(in: ["other": "常住"], on: day) == nil)
    #expect(predicate.holds(in: ["category": 1], on: day) == nil)
  }

  @Test("shown with its claim a predicate fits it; alone it is true or false")
  func shown() throws {
    let file = try SampleType.file()
    let day = try Day(parsing: "2026-11-01")
    func faults(_ claims: JSONObject) -> [ClaimFault.Code] {
      file.ownFaults(inDisclosed: claims, madeOn: day).map(\.code)
    }
    #expect(faults(["over_18": true]) == [])
    #expect(faults(["over_18": false]) == [])
    #expect(faults(["over_18": "true"]) == [.type])
    #expect(faults(["over_18": true, "birth_date": "1949-12-31"]) == [])
    #expect(faults(["over_18": false, "birth_date": "1949-12-31"]) == [.predicate])
  }

  @Test("the issuer sets a predicate, not the input")
  func input() throws {
    #expect(try SampleType.faults { $0["over_18"] = true } == ["unknown over_18"])
  }

  @Test("a copy carries the predicate, hidden as any claim, and no digest more than another")
  func copy() throws {
    let file = try SampleType.file()
    guard case .claims(let claims) = file.readClaims(.object(SampleType.claims)) else {
      Issue.record("the sample's claims do not fit it")
      return
    }
    let sample = try SampleCertificate(key: .generate(), kind: file.kind)
    let content = try sample.profile.content(
      of: claims, identifier: sample.identifier, today: SampleCertificate.today)
    let copy = try sample.profile.copy(
      of: content, holder: nil,
      status: StatusReference(index: 1, uri: "https://registry.example/status/1"),
      random: RepeatableRandom())
    let read = try UnverifiedCertificate(parsing: copy.bytes, keyBinding: .refused)
    #expect(read.claims["over_18"] == true)
    #expect(
      file.kind.digestCount
        >= CertificateProfile.standardNames.count + file.ownNames.count + file.predicates.count)
  }
}
