import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// A presentation that was judged, with what of it is recorded.
public struct JudgedUse: Sendable {
  /// The request that it answers.
  public let request: PresentationRequest
  /// The answer as it was handed over, ASCII, without a newline.
  public let answer: [UInt8]
  /// What was read of it.
  public let certificate: UnverifiedCertificate
  /// Why it is not accepted: reasons of the checks that failed, each once, of which the first 64
  /// are recorded; empty if it is.
  public let codes: [String]
  /// `counter` or `online`.
  public let mode: String
  /// When it was judged, seconds, where that was not now.
  public let occurredAt: Int64?
  /// How it waited, where a counter off line judged it; a use that waited is entered once.
  public var queued: QueuedUse?
  /// Whether the counter refused it: it is not accepted any more, whatever is found now.
  public var isRefusedAtCounter = false
  /// The ledger's origin of the admitted registry of which something was shown; nil for our own.
  public var registry: String?

  /// Records a judgement.
  public init(
    _ request: PresentationRequest, answer: [UInt8], certificate: UnverifiedCertificate,
    codes: [String], mode: String, occurredAt: Int64? = nil
  ) {
    self.request = request
    self.answer = answer
    self.certificate = certificate
    self.codes = codes
    self.mode = mode
    self.occurredAt = occurredAt
  }

  /// Which of the names asked for was shown; where none was, the first.
  private var position: Int {
    request.terms.query.types.firstIndex { $0.hasSameBytes(as: certificate.type) } ?? 0
  }

  /// The version of the type that was shown; where another type was shown, the first asked for.
  var version: Int64 { Int64(request.terms.query.versions[position]) }

  /// The host of the registry of what was shown; where another type was shown, of the first.
  public var host: String { request.terms.query.hosts[position] }
}

/// What became of a use.
public struct RecordedUse: Sendable {
  /// Its entry.
  public let entry: Entry
  /// Why it is refused; empty if it was accepted.
  public let codes: [String]
  /// The entry by which the request was answered before; nil where it was not.
  public let earlier: LeafIndex?
  /// The checkpoint over the entry.
  public let checkpoint: VerifiedCheckpoint
}

extension Writer {
  /// The reason of a refusal: this very answer was accepted before.
  public static let replayedCode = "replayed"
  /// The reason of a refusal: another answer to the request was accepted before.
  public static let requestUsedCode = "request_used"
  /// The reason of a refusal: nothing is wrong with it, but whoever presented it was told no.
  public static let refusedAtCounterCode = "refused_at_counter"
  private static let codeCountMax = 64

  /// Enters `use.accepted` or `use.refused` for a presentation; it is durable on return.
  ///
  /// A request is answered once: a second good answer is refused, and that is recorded, too. Throws
  /// `invalidRequest` for a request that the department did not sign, for what is of a registry
  /// that is not admitted, and for a use that waited and was entered; `refused` for what breaks a
  /// rule, and what `append` throws. Spec: presentation.md, "Recording".
  public func record(
    _ use: JudgedUse, by signer: Signer
  ) throws(RegistryError) -> RecordedUse {
    try requireOwn(use.request, signer)
    guard (use.host == settings.host) == (use.registry == nil) else {
      throw RegistryError(
        .invalidRequest, "the registry of \(use.host) is not admitted here; see trust admit",
        at: use.host)
    }
    if let queued = use.queued, try isEntered(queued) {
      throw RegistryError(.invalidRequest, "this use was entered before; pass it over")
    }
    guard let nonce = Digest(canonicalText: use.request.terms.nonce) else {
      throw RegistryError(.invalidRequest, "the request's nonce is none")
    }
    let item = UseItem(
      nonce: nonce, request: use.request.digest, presentation: SHA256.hash(use.answer))
    let earlier = try vault.item(UseItem.space, nonce.bytes)
    var codes = Array(use.codes.prefix(Writer.codeCountMax))
    if codes.isEmpty, let earlier {
      let isSame = try UseItem(earlier).presentation == item.presentation
      codes = [isSame ? Writer.replayedCode : Writer.requestUsedCode]
    }
    var refused = RefusedUse(use)
    var isRefused = use.isRefusedAtCounter
    if let known = refused, try vault.item(RefusedUse.space, known.key) != nil {
      // By this counter or another, under whatever name it waited: that is kept already.
      isRefused = true
      refused = nil
    }
    if codes.isEmpty, isRefused { codes = [Writer.refusedAtCounterCode] }
    let proposal = try proposal(
      use, item, codes, isUsed: earlier != nil,
      refused: use.isRefusedAtCounter ? refused : nil, by: signer)
    let result = try append([proposal], registrar: nil)
    guard let entry = result.outcomes.first?.entry else {
      guard case .refused(let rules)? = result.outcomes.first else {
        throw RegistryError(.internalFault, "a use neither entered nor was refused")
      }
      throw RegistryError(RuleRefusal(codes: rules))
    }
    return RecordedUse(
      entry: entry, codes: codes, earlier: earlier.map { LeafIndex(UInt64($0.entry)) },
      checkpoint: result.checkpoint)
  }

  private func isEntered(_ queued: QueuedUse) throws(RegistryError) -> Bool {
    try vault.item(QueuedUse.space, queued.key.bytes) != nil
  }

  /// What a stranger put into a request must not stand in the ledger in the department's name.
  private func requireOwn(
    _ request: PresentationRequest, _ signer: Signer
  ) throws(RegistryError) {
    guard request.terms.issuer.hasSameBytes(as: signer.uri) else {
      throw RegistryError(
        .invalidRequest,
        "the request was made by \(request.terms.issuer); only that department records the answer: "
          + "give its code and keys",
        at: signer.code)
    }
    let keyID = SHA256.hash(request.token.identities[0])
    guard case .identity(let fact)? = try fact(.identity(keyID)), fact.department == signer.code,
      fact.use == .act
    else {
      throw RegistryError(
        .invalidRequest, "no identity of the department signed the request", at: signer.code)
    }
    do throws(CryptographyError) {
      if let key = try Identity(der: fact.der).publicKey, request.token.isSigned(by: key) { return }
    } catch {
      throw RegistryError(.damagedLedger, "a stored identity cannot be read", cause: error)
    }
    throw RegistryError(
      .invalidRequest, "the department did not sign this request; nothing is recorded",
      at: signer.code)
  }

  private func proposal(
    _ use: JudgedUse, _ item: UseItem, _ codes: [String], isUsed: Bool, refused: RefusedUse?,
    by signer: Signer
  ) throws(RegistryError) -> Proposal {
    let terms = use.request.terms
    var clear: JSONObject = [
      "claims": .array(terms.query.claimNames.map { .string($0) }),
      "codes": .array(codes.map { .string($0) }), "mode": .string(use.mode),
      "purpose": .string(terms.purpose.code), "type": .string(terms.query.type.text),
      "version": .integer(use.version),
    ]
    if let registry = use.registry { clear.append("registry", .string(registry)) }
    if let time = use.occurredAt { clear.append("occurred", .integer(time)) }
    var draft = draft(codes.isEmpty ? .useAccepted : .useRefused, by: signer, clear)
    draft.disclose("presentation", .string(item.presentation.base64url))
    draft.disclose("request", .string(item.request.base64url))
    let signed = try sign(draft, by: signer)
    let sealed = try cipher.seal(RecordText.bytes(signed.disclosures), for: .disclosures(0))
    var changes: [VaultChange] = [
      .insertRecord(certificate: 0, disclosures: sealed, content: nil)
    ]
    if codes.isEmpty { changes.append(item.change) }
    if let queued = use.queued { changes.append(queued.change) }
    if let refused { changes.append(refused.change) }
    // Without a key binding there is no tag that anybody could know.
    let tag = use.certificate.keyBindingInput.map { Proposal.Thread.use(Tag(useOf: $0)) }
    var proposal = Proposal(signed, threads: [tag ?? .padding], changes: changes)
    proposal.sharing.isRequestUsed = isUsed
    return proposal
  }
}
