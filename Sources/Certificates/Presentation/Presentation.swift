import Cryptography
import Encoding

/// What leaves a wallet: a selection of a copy's disclosures, bound by its key to one audience.
///
/// It has no receipt, tag or thread key, and nothing that another copy has, too.
/// Spec: presentation.md, "Answer"; RFC 9901 §4, SD-JWT+KB.
public struct Presentation: Sendable {
  /// Whom it is for, when, and what for.
  public struct Binding: Sendable {
    let audience: String
    let nonce: String
    let purposeHash: String?
    let time: Int64

    /// For a request, at a time in seconds.
    public init(answering request: PresentationRequest, at time: Int64) {
      audience = request.clientID
      nonce = request.terms.nonce
      purposeHash = request.purposeHash
      self.time = time
    }

    /// For whom it is handed to unasked: any text that names him, and one that he gave, or a random
    /// one; `time` in seconds.
    public init(audience: String, nonce: String, at time: Int64) {
      self.audience = audience
      self.nonce = nonce
      purposeHash = nil
      self.time = time
    }
  }

  /// The copy that is shown.
  public let certificate: UnverifiedCertificate
  /// Which of its disclosures leave, as positions.
  public let selection: [Int]

  /// A selection of a copy. Positions that the copy does not have are a programmer's mistake.
  public init(of certificate: UnverifiedCertificate, selection: [Int]) {
    precondition(
      selection.allSatisfy(certificate.disclosures.indices.contains), "a position of no disclosure")
    self.certificate = certificate
    self.selection = selection.sorted()
  }

  /// What whoever gets it reads, before the key binding: the same as from the bytes. Throws what
  /// reading does.
  public func shown() throws(CertificatesError) -> UnverifiedCertificate {
    try UnverifiedCertificate(parsing: bound, keyBinding: .refused)
  }

  /// All before the key binding: `<token>~<disclosure>~…~`.
  private var bound: [UInt8] {
    SDJWT.join(
      token: certificate.token.bytes, disclosures: selection.map { certificate.disclosures[$0] })
  }

  /// The SD-JWT+KB, ASCII, signed with the copy's key. Throws `cryptography`, `not_presentable`
  /// where the key is not the copy's.
  public func sign(
    _ binding: Binding, with key: P256PrivateKey
  ) throws(CertificatesError) -> [UInt8] {
    guard let holder = certificate.holderKey, holder == key.publicKey else {
      throw CertificatesError(
        .notPresentable, "the copy is bound to another key or to none; have one issued for a key")
    }
    let bound = bound
    let statement = KeyBinding.Statement(
      audience: binding.audience, nonce: binding.nonce, issuedAt: binding.time,
      selectionHash: KeyBinding.hash(bound),
      purposeHashes: binding.purposeHash.map { [$0] })
    return bound + (try KeyBinding.sign(statement, with: key))
  }
}
