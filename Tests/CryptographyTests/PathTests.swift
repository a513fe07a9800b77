import Cryptography
import Testing

@Suite struct PathTests {
  private let now = TestCity.begin + 100 * TestCity.day
  private let uri = TestCity.uri(TestCity.code)

  private static let leaves: [(IdentityProfile, IdentityPurpose)] = [
    (.act, .act), (.seal, .seal), (.open, .open),
  ]

  @Test("every profile validates for its purpose, and for no other")
  func bothDirections() throws {
    let city = try TestCity()
    let validator = try PathValidator(root: city.root)
    for (profile, _) in PathTests.leaves {
      let leaf = try city.leaf(profile)
      for (_, purpose) in PathTests.leaves {
        let result = validator.validate(
          leaf: leaf, intermediates: [city.authority], purpose: purpose, at: now, expectedURI: uri)
        if purpose == profile.purpose {
          #expect(result.isValid, "\(result.failures)")
        } else {
          #expect(!result.codes.isDisjoint(with: [.wrongUsage, .wrongExtendedUsage]))
        }
      }
    }
    #expect(
      validator.validate(
        leaf: city.authority, purpose: .authority, at: now, expectedURI: nil
      ).isValid)
    let lister = try city.rootIssuer.issue(
      TestCity.contents(.listSigner, key: P256PrivateKey.generate().publicKey, uri: nil))
    #expect(
      validator.validate(leaf: lister, purpose: .listSigner, at: now, expectedURI: nil).isValid)
    #expect(
      validator.validate(leaf: lister, purpose: .act, at: now, expectedURI: nil).codes
        == [.wrongExtendedUsage, .missingAuthority, .uriMismatch])
    #expect(
      validator.validate(
        leaf: try city.leaf(.act), intermediates: [city.authority], purpose: .listSigner, at: now,
        expectedURI: nil
      ).codes.isSuperset(of: [.foreignRoot, .wrongExtendedUsage]))
  }

  @Test("a signing key does not receive, and a receiving key does not sign")
  func usage() throws {
    let city = try TestCity()
    let validator = try PathValidator(root: city.root)
    for (profile, purpose) in [(IdentityProfile.act, IdentityPurpose.open), (.open, .act)] {
      let result = validator.validate(
        leaf: try city.leaf(profile), intermediates: [city.authority], purpose: purpose, at: now,
        expectedURI: uri)
      #expect(result.codes == [.wrongUsage, .wrongExtendedUsage])
    }
  }

  @Test("expired and not yet valid are told apart, to the second and by party")
  func times() throws {
    let city = try TestCity()
    let validator = try PathValidator(root: city.root)
    let leaf = try city.leaf(.seal)
    func codes(_ seconds: Int64) -> Set<PathFailure.Code> {
      validator.validate(
        leaf: leaf, intermediates: [city.authority], purpose: .seal, at: seconds, expectedURI: uri
      ).codes
    }
    #expect(codes(leaf.notBefore).isEmpty)
    #expect(codes(leaf.notBefore - 1) == [.notYetValid])
    #expect(codes(leaf.notAfter - 1).isEmpty)
    #expect(codes(leaf.notAfter) == [.expired])
    let late = validator.validate(
      leaf: leaf, intermediates: [city.authority], purpose: .seal, at: city.root.notAfter + 1,
      expectedURI: uri)
    #expect(Set(late.failures.map(\.party)) == [.leaf, .authority, .root])
  }

  @Test("a path that was found before is judged anew for its time, URI, purpose and company")
  func inTurn() throws {
    let city = try TestCity()
    let validator = try PathValidator(root: city.root)
    let leaf = try city.leaf(.seal)
    let other = TestCity.uri("11440300KH0002054H")
    func codes(
      _ intermediates: [Identity], _ purpose: IdentityPurpose = .seal, at seconds: Int64,
      _ expected: String? = nil
    ) -> Set<PathFailure.Code> {
      validator.validate(
        leaf: leaf, intermediates: intermediates, purpose: purpose, at: seconds,
        expectedURI: expected ?? uri
      ).codes
    }
    for _ in 0..<3 {
      #expect(codes([city.authority], at: now).isEmpty)
      #expect(codes([city.authority], at: leaf.notBefore - 1) == [.notYetValid])
      #expect(codes([city.authority], at: leaf.notAfter) == [.expired])
      #expect(codes([city.authority], at: now, other) == [.uriMismatch])
      #expect(codes([], at: now) == [.missingAuthority])
      #expect(codes([city.authority], .act, at: now) == [.wrongUsage, .wrongExtendedUsage])
      #expect(codes([try TestCity().authority, city.authority], at: now).isEmpty)
    }
  }

  @Test("an identity under a foreign root fails, even when that root has the same name")
  func foreignRoot() throws {
    let city = try TestCity()
    let other = try TestCity()
    let validator = try PathValidator(root: city.root)
    let leaf = try other.leaf(.seal)
    let foreign = validator.validate(
      leaf: leaf, intermediates: [other.authority], purpose: .seal, at: now, expectedURI: uri)
    #expect(foreign.codes == [.foreignRoot])
    let withRoot = validator.validate(
      leaf: leaf, intermediates: [other.authority, other.root], purpose: .seal, at: now,
      expectedURI: uri)
    #expect(withRoot.codes.contains(.foreignRoot))
    let missing = validator.validate(
      leaf: try city.leaf(.seal), intermediates: [], purpose: .seal, at: now, expectedURI: uri)
    #expect(missing.codes == [.missingAuthority])
  }

  @Test("the URI of another department on the same host does not pass for this one")
  func otherDepartment() throws {
    let city = try TestCity()
    let validator = try PathValidator(root: city.root)
    let leaf = try city.leaf(.seal)
    for other in [TestCity.uri("11440300MB2D00002B"), uri + "/", uri.uppercased(), ""] {
      let result = validator.validate(
        leaf: leaf, intermediates: [city.authority], purpose: .seal, at: now, expectedURI: other)
      #expect(result.codes == [.uriMismatch])
    }
  }

  @Test("a root that is none cannot be pinned")
  func pinning() throws {
    let city = try TestCity()
    let refused = CryptographyError(.invalidIdentity, "")
    #expect(throws: refused) { try PathValidator(root: city.authority) }
    #expect(throws: refused) { try PathValidator(root: city.leaf(.act)) }
  }

  @Test("a changed signature fails, and the outcome is the same when asked again")
  func signature() throws {
    let city = try TestCity()
    let validator = try PathValidator(root: city.root)
    var der = try city.leaf(.seal).der
    der[der.count - 1] ^= 1
    let changed = try Identity(der: der)
    for _ in 0..<2 {
      let result = validator.validate(
        leaf: changed, intermediates: [city.authority], purpose: .seal, at: now, expectedURI: uri)
      #expect(result.codes == [.badSignature])
    }
  }

  @Test("many threads validate with one validator")
  func threads() async throws {
    let city = try TestCity()
    let validator = try PathValidator(root: city.root)
    let leaves = try (0..<8).map { _ in try city.leaf(.seal) }
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask { [now, uri] in
          leaves.allSatisfy { leaf in
            validator.validate(
              leaf: leaf, intermediates: [city.authority], purpose: .seal, at: now,
              expectedURI: uri
            ).isValid
          }
        }
      }
      for await verdict in group { #expect(verdict) }
    }
  }
}
