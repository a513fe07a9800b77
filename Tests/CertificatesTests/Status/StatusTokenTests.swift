import Certificates
import Cryptography
import Encoding
import Testing

@Suite("A status token")
struct StatusTokenTests {
  static let uri =
    "https://registry.example/status/11430000006122244L/11100000000013338W011/2032Q4/1"
  static let issuedAt: Int64 = 1_795_478_400

  private func list() throws -> StatusList {
    var list = try StatusList(count: 12)
    for (index, state) in [(0, 1), (2, 1), (3, 2), (8, 2), (9, 1)] as [(Int, UInt8)] {
      try list.set(state, at: index)
    }
    return list
  }

  private func claims() throws -> JSONObject {
    let payload = try StatusToken.payload(
      of: try list(), uri: Self.uri, issuedAt: Self.issuedAt)
    return try #require(try JSONValue(parsing: payload).objectValue)
  }

  /// A token over a header and a payload, signed with the example's key.
  private func token(_ claims: JSONObject, type: String = "statuslist+jwt") throws -> [UInt8] {
    try JWSSigner(
      type: type, identities: [[0x30, 0x00]], key: try SampleCertificate.exampleKey()
    ).sign(payload: JSONValue.object(claims).canonicalBytes())
  }

  /// The code of the refusal after a change; nil if it is read.
  private func code(_ change: (inout JSONObject) throws -> Void) throws -> String? {
    var claims = try claims()
    try change(&claims)
    let signed = try token(claims)
    do throws(CertificatesError) {
      _ = try StatusToken(parsing: signed)
      return nil
    } catch {
      return error.code.description
    }
  }

  @Test("of the specification is the one of the page")
  func example() throws {
    let payload = try StatusToken.payload(
      of: try list(), uri: Self.uri, issuedAt: Self.issuedAt)
    let text = String(decoding: payload, as: UTF8.self)
    #expect(try Vectors.page("status.md").contains(text), "\(text)")
    #expect(try JSONValue(parsing: payload).canonicalBytes() == payload)
  }

  @Test("says what was signed")
  func roundTrip() throws {
    let key = try SampleCertificate.exampleKey()
    let read = try StatusToken(parsing: try token(try claims()))
    #expect(read.uri == Self.uri)
    #expect(read.issuedAt == Self.issuedAt)
    #expect(read.expiresAt == Self.issuedAt + 7 * 86_400)
    #expect(read.refreshAfter == 3_600)
    #expect(read.list == (try list()))
    #expect(read.value(at: 3) == StatusList.suspended && read.value(at: 12) == nil)
    #expect(read.token.isSigned(by: key.publicKey))
    #expect(!read.isAgeing(at: Self.issuedAt + 3 * 86_400))
    #expect(read.isAgeing(at: Self.issuedAt + 4 * 86_400))
  }

  @Test("is refused by name where it is not as it should be")
  func refused() throws {
    #expect(try code { _ in } == nil)
    #expect(
      try code {
        $0["exp"] = nil; $0["ttl"] = nil
      } == nil)
    #expect(try code { $0["sub"] = nil } == "missing_member")
    #expect(try code { $0["sub"] = 1 } == "wrong_member")
    #expect(try code { $0["sub"] = "" } == "wrong_member")
    #expect(try code { $0["iat"] = nil } == "missing_member")
    #expect(try code { $0["iat"] = "1795478400" } == "numeric_date")
    #expect(try code { $0["iat"] = 1.5 } == "numeric_date")
    #expect(try code { $0["iat"] = -1 } == "numeric_date")
    #expect(try code { $0["exp"] = true } == "numeric_date")
    #expect(try code { $0["ttl"] = 0 } == "numeric_date")
    let latest = Self.issuedAt + 7 * 86_400
    #expect(try code { $0["exp"] = .integer(latest) } == nil)
    #expect(try code { $0["exp"] = .integer(latest + 1) } == "status_lifetime")
    #expect(try code { $0["exp"] = .integer(253_402_300_799) } == "status_lifetime")
    #expect(try code { $0["iss"] = "x" } == "unknown_member")
    #expect(try code { $0["status_list"] = nil } == "missing_member")
    #expect(try code { $0["status_list"] = "x" } == "wrong_member")
    for bits in [0, 3, 16, -1] as [Int64] {
      #expect(
        try code { $0["status_list"] = ["bits": .integer(bits), "lst": "eNo"] } == "status_bits")
    }
    #expect(try code { $0["status_list"] = ["bits": 2] } == "missing_member")
    #expect(try code { $0["status_list"] = ["bits": 2, "lst": "e+o="] } == "not_base64url")
    #expect(try code { $0["status_list"] = ["bits": 2, "lst": "eNo"] } == "status_compression")
    #expect(
      try code { $0["status_list"] = ["bits": 2, "lst": "eNo", "x": 1] } == "unknown_member")
  }

  @Test("is no certificate, and a certificate is no status token")
  func kinds() throws {
    let error = #expect(throws: CertificatesError.self) {
      try StatusToken(parsing: try token(try claims(), type: "dc+sd-jwt"))
    }
    #expect(error?.code == .wrongTokenType)
    let signed = try token(try claims())
    #expect(throws: CertificatesError.self) { try JWS(parsing: signed, as: .certificate) }
    #expect(throws: CertificatesError.self) { try StatusToken(parsing: []) }
  }

  @Test("has a list whose name says whose it is")
  func names() throws {
    let name = try StatusListName(
      department: try USCC("11430000006122244L"), type: try TypeCode("11100000000013338W011"),
      quarter: StatusListName.quarter(of: try Day(parsing: "2032-10-31")), number: 1)
    #expect(name.uri(host: "registry.example") == Self.uri)
    let parsed = try StatusListName.parse(Self.uri)
    #expect(parsed.host == "registry.example" && parsed.name == name)
    #expect(StatusListName.quarter(of: nil) == "open")
    for text in [
      "", "http" + Self.uri.dropFirst(5), Self.uri + "/", Self.uri + "0x", Self.uri + ".jwt",
      Self.uri.replacing("2032Q4", with: "2032Q5"), Self.uri.replacing("/1", with: "/01"),
      Self.uri.replacing("11430000006122244L", with: "11430000006122244M"),
    ] {
      #expect(throws: CertificatesError.self) { try StatusListName.parse(String(text)) }
    }
  }
}
