import Certificates
import Cryptography
import Encoding
import Registry
import Rules

/// A department with its own key folder, beside the registry.
struct TestDepartment {
  let city: TestRegistry
  let code: String
  let name: String
  let keys: DepartmentKeys

  init(_ city: TestRegistry, code: String = TestCity.police, name: String = "深圳市公安局") {
    self.city = city
    self.code = code
    self.name = name
    keys = DepartmentKeys(
      directory: city.folder.file("keys-\(code)"), passphrases: TestRegistry.passphrase)
  }

  func request(
    _ uses: [IdentityUse] = IdentityUse.allCases
  ) throws -> DepartmentKeys.Requests {
    try keys.request(code: try USCC(code), name: name, uses: uses, at: city.clock.now())
  }

  /// What the registrar would hand over.
  func answer(
    _ identities: [Identity], _ registry: OpenRegistry
  ) throws -> ReceivedIdentities {
    ReceivedIdentities(
      root: try Identity(
        pem: try BoundedFile.read(path: registry.paths.root, maximumBytes: 1 << 16)),
      authorities: [try registry.keys.identity(.authority)], leaves: identities,
      origin: registry.settings.origin)
  }

  /// Requests, enrolment and installation, as the commands do it.
  func enrol(in registry: OpenRegistry) throws -> EnrolledDepartment {
    let requests = try request().pairs
    let report = try registry.enrol(
      try NewDepartment(code: code, name: name, level: "municipal"), requests: requests)
    let enrolled = report.enrolled[0]
    try keys.install(try answer(enrolled.identities.map(\.identity), registry))
    return enrolled
  }
}

extension DepartmentKeys.Requests {
  /// The requests by use.
  var pairs: IdentityRequests {
    get throws { try IdentityRequests(Dictionary(uniqueKeysWithValues: requests.map { ($0, $1) })) }
  }
}
