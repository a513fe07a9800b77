import Certificates
import Cryptography
import Encoding
import Testing

@Suite struct DisclosureTests {
  @Test("the RFC's disclosure of a member has the RFC's digest")
  func memberOfTheRFC() throws {
    let text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    let disclosure = Disclosure(Array(text.utf8))
    #expect(disclosure.digest.base64url == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0")
    let content = try disclosure.content()
    #expect(content.name == "family_name")
    #expect(content.value == "Möbius")
  }

  @Test("the RFC's disclosure of an array element has the RFC's digest")
  func elementOfTheRFC() throws {
    let text = "WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0"
    let disclosure = Disclosure(Array(text.utf8))
    #expect(disclosure.digest.base64url == "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs")
    let content = try disclosure.content()
    #expect(content.name == nil)
    #expect(content.value == "FR")
  }

  @Test("a disclosure that was made says what was hidden")
  func madeDisclosure() throws {
    let salt = Salt([UInt8](repeating: 7, count: 16)[...])
    let value: JSONValue = ["b": 1, "a": "甲"]
    let disclosure = Disclosure.make(salt: salt, name: "claim", value: value)
    #expect(
      try Base64URL.decode(bytes: disclosure.bytes)
        == Array("[\"BwcHBwcHBwcHBwcHBwcHBw\",\"claim\",{\"a\":\"甲\",\"b\":1}]".utf8))
    #expect(
      disclosure
        == Disclosure.make(salt: salt, name: "claim", canonicalValue: value.canonicalBytes()))
    #expect(try disclosure.content().value == value)
  }
}
