import Certificates
import Cryptography
import Encoding
import Testing

/// A few digests are searched one by one, many are not: both must find the same.
@Suite("Few digests and many")
struct ManyDigestsTests {
  private func disclosures(_ count: Int) throws -> [Disclosure] {
    let random = RepeatableRandom()
    return try (0..<count).map { number in
      Disclosure.make(
        salt: try Salt(from: random), name: "n\(number)",
        value: .integer(Int64(number)))
    }
  }

  private func payload(_ digests: [Digest]) -> JSONObject {
    ["_sd": .array(digests.map { .string($0.base64url) })]
  }

  @Test(
    "all that is disclosed is put in its place",
    arguments: [1, 15, 16, 17, 31, 32, 33, 34, 64, 100])
  func opening(count: Int) throws {
    let disclosures = try disclosures(count)
    let decoys = (0..<40).map { SHA256.hash("decoy \($0)") }
    let processed = try SDJWT.process(
      payload(decoys + disclosures.reversed().map(\.digest)), disclosures: disclosures,
      visible: [])
    #expect(processed.claims.count == count && processed.closedDigestCount == decoys.count)
    for number in 0..<count {
      #expect(processed.claims["n\(number)"] == .integer(Int64(number)))
      #expect(processed.paths[number] == [.name("n\(number)")])
    }
  }

  @Test("a digest that stands twice is found wherever it stands")
  func duplicates() throws {
    let digests = (0..<70).map { SHA256.hash("\($0)") }
    for (first, second) in [(0, 1), (0, 31), (0, 32), (31, 32), (32, 33), (5, 69), (40, 69)] {
      var twice = digests
      twice[second] = twice[first]
      #expect(throws: CertificatesError(.duplicateDigest, ""), "\(first) \(second)") {
        try SDJWT.process(payload(twice), disclosures: [], visible: [])
      }
    }
    #expect(
      try SDJWT.process(payload(digests), disclosures: [], visible: []).closedDigestCount == 70)
  }

  @Test("a disclosure that is given twice is found wherever it stands")
  func doubled() throws {
    let disclosures = try disclosures(40)
    for (first, second) in [(0, 1), (0, 39), (31, 32), (32, 33)] {
      var twice = disclosures
      twice[second] = twice[first]
      #expect(throws: CertificatesError(.duplicateDisclosure, ""), "\(first) \(second)") {
        try SDJWT.process(payload(disclosures.map(\.digest)), disclosures: twice, visible: [])
      }
    }
  }
}
