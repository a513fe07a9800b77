import Certificates
import Cryptography
import Encoding
import Testing

/// Runs `spec/vectors/presentation/request.json`: one change each of a good request.
@Suite struct RequestCaseTests {
  @Test("each broken request is refused with the code of its fault")
  func cases() throws {
    let registry = try SampleRegistry()
    let good = try PresentationScenario(registry).request
    let vectors = try Vectors.own("presentation/request.json")
    for element in try #require(vectors["cases"]?.arrayValue) {
      let bytes = try changed(good, element).bytes()
      let expected = element["code"]?.stringValue
      #expect(outcome(bytes) == expected, "\(element["description"]?.stringValue ?? "")")
    }
  }

  @Test("what was read is what was signed, and is signed the same again")
  func reading() throws {
    let registry = try SampleRegistry()
    let token = try PresentationScenario(registry).request
    let request = try PresentationRequest(parsing: try token.bytes())
    #expect(request.terms.query.claimNames == ["category", "number"])
    #expect(request.terms.purpose.code == "site-inspection")
    #expect(request.terms.purpose.text == "进场检查")
    let again = try PresentationRequest.sign(
      request.terms, identities: request.token.identities, key: token.key)
    let second = try PresentationRequest(parsing: again)
    #expect(second.terms == request.terms && second.digest == request.digest)
  }

  @Test("a request that is too long is refused before it is read")
  func size() throws {
    #expect(outcome(Array(repeating: 0x65, count: 1 << 20)) == "too_large")
  }

  private func outcome(_ bytes: [UInt8]) -> String? {
    do throws(CertificatesError) {
      _ = try PresentationRequest(parsing: bytes)
      return nil
    } catch {
      return error.code.description
    }
  }

  private func changed(_ good: EditableToken, _ element: JSONValue) throws -> EditableToken {
    var token = good
    for member in element["header"]?.objectValue ?? [:] {
      token.header[member.name] = member.value == .null ? Optional.none : member.value
    }
    for name in element["remove"]?.arrayValue ?? [] { token.payload[name.stringValue ?? ""] = nil }
    if let purpose = element["purpose"] {
      token.payload["transaction_data"] = [.string(Base64URL.encode(purpose.canonicalBytes()))]
    }
    let credential: [JSONValue] = ["dcql_query", "credentials", 0]
    if let sets = element["sets"], let claims = element["claims"] {
      set(credential + ["claims"], claims, in: &token)
      set(credential + ["claim_sets"], sets, in: &token)
    }
    if let path = element["set"]?.arrayValue, var value = element["value"] {
      // A time is told from when the request was signed.
      if let seconds = value["iat"]?.integerValue {
        value = .integer(seconds + PresentationScenario.asked)
      }
      set(path, value, in: &token)
    }
    return token
  }

  private func set(_ path: [JSONValue], _ value: JSONValue, in token: inout EditableToken) {
    guard case .object(let payload) = replaced(.object(token.payload), path[...], value) else {
      return
    }
    token.payload = payload
  }

  private func replaced(
    _ old: JSONValue, _ path: ArraySlice<JSONValue>, _ value: JSONValue
  ) -> JSONValue {
    guard let step = path.first else { return value }
    switch (step, old) {
    case (.string(let name), .object(var object)):
      object[name] = replaced(object[name] ?? .null, path.dropFirst(), value)
      return .object(object)
    case (.integer(let index), .array(var elements)):
      elements[Int(index)] = replaced(elements[Int(index)], path.dropFirst(), value)
      return .array(elements)
    default: return value
    }
  }
}
