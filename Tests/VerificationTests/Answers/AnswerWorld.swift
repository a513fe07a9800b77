import Certificates
import Cryptography
import Encoding
import Ledger
import Rules
import Verification

/// A book in which a department has entries 4, 5, 8 and 10, and runs cover the first nine entries:
/// the answer about that department, with all that verifies it.
struct AnswerWorld {
  static let department = "11440300KH0002054H"

  let maker: BookMaker
  let answer: Answer
  let trust: [UInt8]

  init() throws {
    var maker = try BookMaker.settled(rules: 2)
    let uri = DepartmentURI(host: "certificates.example", code: Self.department).text
    let revoked: JSONObject = [
      "department": .string(Self.department), "identity": .string(Digest.zero.base64url),
    ]
    try maker.append(
      .departmentEnrolled,
      [
        "department": .string(Self.department), "name": "Office", "uri": .string(uri),
        "level": "municipal",
        "identities": .array([["der": .string(Base64.encode(maker.act.der)), "use": "act"]]),
      ])
    // No such identity: a fault, and an entry of the department's thread all the same.
    try maker.append(.identityRevoked, revoked)
    try maker.rule(1)
    var ranges: [RunRange] = []
    try maker.map(&ranges)
    try maker.append(.identityRevoked, revoked)
    try maker.map(&ranges)
    try maker.append(.identityRevoked, revoked)
    self.maker = maker
    answer = try AnswerWorld.answer(maker)
    trust = try AnswerWorld.trust(maker)
  }

  /// The answer, from run files in a folder that is gone afterwards.
  static func answer(
    _ maker: BookMaker, _ thread: Answer.Thread = .department(department),
    change: (String) throws -> Void = { _ in }
  ) throws -> Answer {
    try RunFiles.with { directory in
      var facts = maker.facts
      let folder = RunFolder(directory: directory)
      let builder = RunBuilder(maker.book, scratch: directory)
      for run in try facts.runs() { _ = try builder.run(run.range, in: folder) }
      try change(directory)
      var answers = try AnswerBuilder(
        reader: maker.book, checkpoint: try maker.checkpoint(), facts: facts, runs: folder)
      return try answers.answer(thread)
    }
  }

  private static func trust(_ maker: BookMaker) throws -> [UInt8] {
    let begin = maker.act.notBefore
    let list = TrustList(
      sequence: 1, issuedAt: begin + 172_800, issuer: maker.act.uris[0],
      departments: [
        .init(
          code: try USCC(BookMaker.code), name: "Registry", uri: maker.act.uris[0],
          level: "registry",
          identities: [.init(id: maker.act.sha256, use: .act, from: begin)])
      ],
      types: [],
      ledger: .init(
        origin: BookMaker.origin,
        keys: [.init(from: 0, verifierKey: maker.noteSigner.verifierKey.text)]),
      statusURIs: [])
    let signer = JWSSigner(
      type: "kanhe-trust+jwt", identities: [maker.listSigner.identity.der],
      key: maker.listSigner.key)
    return try signer.sign(
      signingInput: signer.signingInput(payload: list.canonicalBytes()))
  }

  /// What `spec/vectors/answer/example.json` holds.
  func vector() -> JSONValue {
    func text(_ bytes: [UInt8]) -> JSONValue { .string(String(decoding: bytes, as: UTF8.self)) }
    return [
      "description":
        "the answer about a department with entries 4, 5 and 8 under runs of [0, 7) and [7, 9)",
      "answer": text(answer.bytes), "at": .integer(maker.act.notBefore + 180_000),
      "root": .string(Base64.encode(maker.root.der)), "trust": text(trust),
    ]
  }
}

extension BookMaker {
  func checkpoint() throws -> VerifiedCheckpoint {
    let note = book.note ?? []
    return try VerifiedCheckpoint(
      note: note, keys: [noteSigner.verifierKey], origin: BookMaker.origin)
  }
}
