import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// One certificate with all evidence about it, at a fixed clock and from fixed randomness; every
/// part may be changed before the parts that rest on it are made.
///
/// Given the stored example, it takes the ES256 signatures from there, and throws where what they
/// sign differs from what the code makes.
struct EvidenceWorld {
  struct Differs: Error { let part: String }

  static let type = EvidenceKeys.registry + "011"
  static let statusURI = "https://registry.example/status/\(EvidenceKeys.issuer)/\(type)/2031Q4/1"
  /// When the act was received, milliseconds.
  static let received = Timestamp(milliseconds: EvidenceKeys.begin * 1000 + 36_000_123)
  /// When everything is judged.
  static let now = EvidenceKeys.begin + 50_000
  static let index: UInt64 = 3

  let keys: EvidenceKeys
  let typeFile: TypeFile
  private let stored: JSONValue?
  private let signatures = Signatures()

  var claims: JSONObject = [
    "number": "湘A0042", "valid_from": "2026-11-01", "valid_until": "2031-10-31",
    "category": "low-voltage",
    "holders": [["name": "刘一", "code": "11010519491231002X", "code_type": "111"]],
  ]
  var certificateThread = Openings.Place(key: EvidenceWorld.threadKey("certificate"), number: 1)
  var subjectThread = Openings.Place(key: EvidenceWorld.threadKey("subject"), number: 7)
  /// Signs the event.
  var act: EvidenceKeys.Signer
  /// Signs the certificate.
  var seal: EvidenceKeys.Signer
  var statusSigner: EvidenceKeys.Signer
  /// Signs the checkpoint.
  var ledgerKey: NoteSigner
  var received = EvidenceWorld.received
  var signedAt = EvidenceWorld.received
  /// Changes the event's draft: its members and disclosures.
  var changeDraft: (EventDraft) throws -> EventDraft = { $0 }
  /// Changes the trust list before it is signed.
  var changeTrust: (inout TrustList) throws -> Void = { _ in }
  var changeTags: ([Ledger.Tag]) -> [Ledger.Tag] = { $0 }
  /// Which disclosures the receipts open.
  var opened: Set<String> = ["certificate", "subject_1", "copy_1"]
  var statusCount = 1024
  var statusState: UInt8 = StatusList.valid
  var statusIssuedAt = EvidenceKeys.begin + 45_000
  var statusURI = EvidenceWorld.statusURI
  var eventIssuer = EvidenceKeys.issuer
  /// The identifier in the event.
  var identifier = "1.2.156.3005.2.\(type).\(EvidenceKeys.issuer).20230000403.001.U"

  init(keys: EvidenceKeys? = nil, stored: JSONValue? = nil) throws {
    let keys = try keys ?? (try stored.map(EvidenceKeys.init(stored:)) ?? EvidenceKeys())
    self.keys = keys
    self.stored = stored
    act = keys.act
    seal = keys.seal
    statusSigner = keys.seal
    ledgerKey = keys.ledger
    typeFile = try EvidenceWorld.typeFile()
  }

  static func threadKey(_ name: String) -> ThreadKey {
    ThreadKey(SHA256.hash("example thread of the \(name)"))
  }

  static func typeFile(version: Int64 = 1) throws -> TypeFile {
    try TypeFile([
      "code": .string(type), "version": .integer(version), "issuers": ["*"],
      "unique": ["number"], "subjects": 2, "copies": 2, "duties": [],
      "metadata": [
        "name": "特种作业操作证", "description": "特种作业操作证",
        "display": [["locale": "zh-CN", "name": "特种作业操作证"]],
        "claims": [
          [
            "path": ["category"], "sd": "always", "mandatory": false,
            "display": [["locale": "zh-CN", "label": "类别"]],
          ]
        ],
      ],
      "schema": [
        "type": "object", "additionalProperties": false, "required": ["category"],
        "properties": [
          "category": ["type": "string", "enum": ["low-voltage", "high-voltage"]]
        ],
      ],
    ])
  }

  // MARK: The copy

  func copy() throws -> (copy: [UInt8], token: [UInt8]) {
    let profile = CertificateProfile(
      kind: typeFile.kind,
      issuer: .init(
        code: try USCC(EvidenceKeys.issuer), name: "湖南省应急管理厅", host: EvidenceKeys.host,
        identities: [seal.identity.der, keys.authority.der]), key: seal.key)
    let identifier = try CertificateIdentifier.make(
      type: typeFile.code, issuer: profile.issuerCode, serial: "20230000403", version: 1)
    let content = try profile.content(
      of: try CertificateClaims(claims), identifier: identifier, today: EvidenceKeys.day0)
    let unsigned = try profile.unsignedCopy(
      of: content, holder: try Self.holderKey(),
      status: StatusReference(index: 42, uri: Self.statusURI), random: RepeatableRandom("copy"))
    let token = try signed("certificate", unsigned.signingInput) { try unsigned.signed().token }
    return (SDJWT.join(token: token, disclosures: unsigned.disclosures), token)
  }

  /// The public key of RFC 7515, A.3.
  static func holderKey() throws -> P256PublicKey {
    try P256PublicKey(
      x: try Base64URL.decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
      y: try Base64URL.decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"))
  }

  // MARK: The entry

  func event() throws -> SignedEvent {
    var draft = EventDraft(
      .certificateIssued, audience: EvidenceKeys.origin,
      issuer: EvidenceKeys.uri(eventIssuer),
      seen: SeenTree(size: TreeSize(3), root: SHA256.hash("example root")),
      clear: ["type": .string(Self.type), "version": 1], subjects: 2, copies: 2)
    draft.disclose(
      "certificate",
      [
        "identifier": .string(identifier),
        "thread": .string(certificateThread.key.commitment.base64url),
      ])
    draft.disclose(
      "subject_1",
      [
        "code": "11010519491231002X", "code_type": "111",
        "thread": .string(subjectThread.key.commitment.base64url),
      ])
    draft.disclose(
      "copy_1",
      [
        "digest": .string(SHA256.hash(try copy().token).base64url),
        "holder": .string(SHA256.hash(JWK.canonicalBytes(try Self.holderKey())).base64url),
        "status": ["idx": 42, "uri": .string(Self.statusURI)],
      ])
    return try changeDraft(draft).signed(
      with: act.key, keyID: act.identity.sha256, at: signedAt, random: RepeatableRandom("event"))
  }

  func entry(of event: SignedEvent) throws -> Entry {
    let jwt = try signed("event", Array(event.event.signingInput)) { event.event.jwt }
    let padding = Tag(SHA256.hash("example padding"))
    let tags = [
      ThreadKey(publicDepartment: eventIssuer).tag(4),
      subjectThread.key.tag(subjectThread.number), padding,
      certificateThread.key.tag(certificateThread.number),
    ]
    return try Entry(
      event: jwt, index: LeafIndex(Self.index), previous: SHA256.hash("example entry"),
      received: received, tags: changeTags(tags))
  }

  /// The proof in a tree of five, whose other leaves stand in for entries.
  func proof(of entry: Entry, size: UInt64 = 5) throws -> TlogProof {
    var leaves = (0..<size).map { MerkleTree.leafHash(Array("example entry \($0)".utf8)) }
    leaves[Int(Self.index)] = entry.leafHash
    var tree = CompactRange()
    for leaf in leaves { tree.append(leaf) }
    let checkpoint = try VerifiedCheckpoint(signing: tree.head, with: ledgerKey)
    let path = Self.path(leaves, Int(Self.index))
    return TlogProof(
      InclusionProof(index: entry.index, size: tree.head.size, path: path),
      checkpoint: checkpoint.note)
  }

  /// RFC 6962 §2.1.1, as it stands there.
  private static func path(_ leaves: [Digest], _ index: Int) -> [Digest] {
    guard leaves.count > 1 else { return [] }
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    func root(_ leaves: [Digest]) -> Digest {
      var tree = CompactRange()
      for leaf in leaves { tree.append(leaf) }
      return tree.root
    }
    let left = Array(leaves[..<split])
    let right = Array(leaves[split...])
    return index < split
      ? path(left, index) + [root(right)] : path(right, index - split) + [root(left)]
  }

  func receipt(opening: Set<String>? = nil) throws -> Receipt {
    let event = try event()
    let entry = try entry(of: event)
    let names = opening ?? opened
    return try Receipt(
      entry: entry, disclosures: event.disclosures.filter { names.contains($0.name) },
      signerPath: try SignerPath([act.identity.der, keys.authority.der]),
      proof: try proof(of: entry))
  }

  // MARK: The files

  func delivery() throws -> Delivery {
    try Delivery(
      copy: try copy().copy, receipt: try receipt(), certificateThread: certificateThread,
      subjectThread: subjectThread)
  }

  func bundle() throws -> EvidenceBundle {
    try EvidenceBundle(
      copy: try copy().copy, receipt: try receipt(opening: ["certificate", "copy_1"]),
      status: try status(), trust: try trust(), types: [typeFile.canonicalBytes])
  }

  func status() throws -> [UInt8] {
    var list = try StatusList(count: statusCount)
    try list.set(statusState, at: 42)
    let signer = JWSSigner(
      type: "statuslist+jwt", identities: [statusSigner.identity.der, keys.authority.der],
      key: statusSigner.key)
    let input = signer.signingInput(
      payload: try StatusToken.payload(of: list, uri: statusURI, issuedAt: statusIssuedAt))
    return try signed("status", input) { try signer.sign(signingInput: input) }
  }

  func trustList() throws -> TrustList {
    func department(
      _ code: String, _ signers: [(TrustList.IdentityEntry.Use, EvidenceKeys.Signer)]
    ) throws -> TrustList.Department {
      .init(
        code: try USCC(code), name: "甲", uri: EvidenceKeys.uri(code), level: "municipal",
        identities: signers.map {
          .init(id: $0.1.identity.sha256, use: $0.0, from: EvidenceKeys.begin)
        })
    }
    var list = TrustList(
      sequence: 7, issuedAt: EvidenceKeys.begin + 40_000,
      issuer: EvidenceKeys.uri(EvidenceKeys.registry),
      departments: [
        try department(EvidenceKeys.issuer, [(.act, keys.act), (.seal, keys.seal)]),
        try department(EvidenceKeys.other, [(.act, keys.otherAct), (.seal, keys.otherSeal)]),
      ],
      types: [
        .init(code: typeFile.code, version: 1, digest: typeFile.digest, issuers: [.any])
      ],
      ledger: .init(
        origin: EvidenceKeys.origin,
        keys: [.init(from: 0, verifierKey: keys.ledger.verifierKey.text)]),
      statusURIs: [Self.statusURI])
    try changeTrust(&list)
    return list
  }

  func trust() throws -> [UInt8] {
    let signer = JWSSigner(
      type: "kanhe-trust+jwt", identities: [keys.listSigner.identity.der],
      key: keys.listSigner.key)
    let input = signer.signingInput(payload: try trustList().canonicalBytes())
    return try signed("trust", input) { try signer.sign(signingInput: input) }
  }

  /// ES256 signatures differ each time; the parts of one world must agree.
  private final class Signatures {
    private var tokens: [[UInt8]: [UInt8]] = [:]

    func token(_ input: [UInt8], _ sign: () throws -> [UInt8]) throws -> [UInt8] {
      if let token = tokens[input] { return token }
      let token = try sign()
      tokens[input] = token
      return token
    }
  }

  /// The token of that name in the stored example, if it signs these bytes; else a new one.
  private func signed(
    _ name: String, _ input: [UInt8], _ sign: () throws -> [UInt8]
  ) throws -> [UInt8] {
    guard let text = stored?["tokens"]?[name]?.stringValue else {
      return try signatures.token(input, sign)
    }
    let token = Array(text.utf8)
    guard token.starts(with: input + [UInt8(ascii: ".")]) else { throw Differs(part: name) }
    return token
  }

  // MARK: The vector

  /// What `spec/vectors/evidence/example.json` holds.
  func vector() throws -> JSONValue {
    func text(_ bytes: [UInt8]) -> JSONValue { .string(String(decoding: bytes, as: UTF8.self)) }
    var identities = JSONObject()
    for (name, identity) in zip(EvidenceKeys.names, keys.identities) {
      identities.append(name, .string(Base64.encode(identity.der)))
    }
    let event = try event()
    return [
      "description": .string(
        "one certificate with its evidence; fixed clock, ledger key seed 00..1f, random bytes "
          + "SHA-256 of \"copy 1\", \"event 1\", ..., tree of five with stand-ins"),
      "at": .integer(Self.now),
      "identities": .object(identities),
      "tokens": [
        "certificate": text(try copy().token), "event": text(try entry(of: event).event),
        "status": text(try status()), "trust": text(try trust()),
      ],
      "type": text(typeFile.canonicalBytes),
      "receipt": text(try receipt().bytes), "delivery": text(try delivery().bytes),
      "bundle": text(try bundle().bytes),
    ]
  }
}
