import Certificates
import Cryptography
import GRDB
import Registry
import Testing

/// The vault keeps the header that copies share once, and takes no other for it.
@Suite struct ContentHeaderTests {
  private let city: TestCity
  private let card: CertificateIdentifier
  private var path: String { city.base.directory + "/vault.sqlite" }

  init() throws {
    city = try TestCity()
    card = try city.issueCards(3)[1]
    try city.issue(
      [try TestCity.claims("M", [1, 2])], type: TestCity.marriage, by: TestCity.civil)
  }

  /// Why the card cannot be shown; nil if it can.
  private func fault() -> String? {
    do {
      _ = try city.view(card)
      return nil
    } catch let error as RegistryError {
      return error.code == .damagedVault ? error.message : "\(error)"
    } catch {
      return "\(error)"
    }
  }

  private func isFaultless() throws -> Bool {
    let registry = try city.base.open(writing: false)
    defer { _ = Result { try registry.close() } }
    return try registry.fullCheck(cipher: try registry.openCipher()).isFaultless
  }

  @Test func `each seal has one header in the vault, and its copies read back as signed`() throws {
    let queue = try DatabaseQueue(path: path)
    let count = try queue.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM item WHERE space = 'header'")
    }
    try queue.close()
    #expect(count == 2)
    let copy = try #require(try city.view(card)?.copies.first)
    let token = copy.bytes.prefix { $0 != UInt8(ascii: "~") }
    #expect(copy.digest == SHA256.hash(token))
    let jws = try JWS(parsing: Array(token), as: .certificate)
    let key = try #require(try Identity(der: jws.identities[0]).publicKey)
    #expect(jws.isSigned(by: key))
    #expect(try isFaultless())
  }

  @Test func `a missing header is named, and nothing is shown without it`() throws {
    try RawDatabase.execute(path, "DELETE FROM item WHERE space = 'header'")
    #expect(fault()?.contains("header of a certificate's token is missing") == true)
    #expect(try !isFaultless())
    // Issued again, the header is there again.
    try city.issue([try TestCity.claims("N9", [9])])
    #expect(fault() == nil)
  }

  @Test(arguments: ["CAST(value || 'A' AS BLOB)", "substr(value, 2)", "x''"])
  func `an altered header is named, and nothing more is issued with it`(value: String) throws {
    try RawDatabase.execute(path, "UPDATE item SET value = \(value) WHERE space = 'header'")
    #expect(fault()?.contains("header of a certificate's token was changed") == true)
    #expect(try !isFaultless())
    #expect(throws: RegistryError(.damagedVault, "")) {
      try city.issue([try TestCity.claims("N9", [9])])
    }
  }

  @Test func `the header of another seal is not taken for a copy's own`() throws {
    try RawDatabase.execute(
      path,
      """
      WITH old AS MATERIALIZED (SELECT key, value FROM item WHERE space = 'header')
      UPDATE item SET value = (SELECT value FROM old WHERE old.key <> item.key)
      WHERE space = 'header'
      """)
    #expect(fault()?.contains("header of a certificate's token was changed") == true)
    #expect(try !isFaultless())
  }
}
