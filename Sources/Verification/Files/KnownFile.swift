import Certificates
import Cryptography
import Ledger
import Rules

/// A file that was recognised by its content and read; nothing in it is believed yet.
public struct KnownFile: Sendable {
  /// What a file holds once it was read.
  public enum Content: Sendable {
    case copy(UnverifiedCertificate)
    /// A copy with the holder's key binding behind it.
    case presentation(UnverifiedCertificate)
    case request(PresentationRequest)
    case delivery(Delivery, UnverifiedCertificate)
    case bundle(BundleParts)
    case receipt(Receipt)
    case answer(Answer)
    case trustList(SignedTrustList)
    case statusToken(StatusToken)
    case typeFile(TypeFile)
    case checkpoint(SignedNote, Checkpoint)
    case proof(TlogProof)
    /// The first is judged; the others may lead from it to the root.
    case identity(Identity, others: [Identity])
    /// It has no form of ours, or a broken one.
    case malformed(Fault)
  }

  /// A bundle with its parts read; what cannot be read is a fault of its own.
  public struct BundleParts: Sendable {
    /// The bundle.
    public let bundle: EvidenceBundle
    /// Its certificate.
    public let certificate: UnverifiedCertificate
    /// Its trust list, if it can be read.
    public let trustList: SignedTrustList?
    /// Its status token, if there is one that can be read.
    public let statusToken: StatusToken?
    /// Its type files, as far as they can be read.
    public let types: [TypeFile]
    /// What cannot be read.
    public let faults: [Fault]
  }

  /// Why something could not be read.
  public struct Fault: Error, Sendable, Hashable {
    /// A stable name in snake_case.
    public let code: String
    /// What is wrong and the remedy, one line without personal data.
    public let message: String

    /// A fault.
    public init(code: String, message: String) {
      self.code = code
      self.message = message
    }
  }

  /// The kind, also of a file whose form is broken.
  public let kind: FileKind
  /// What was read.
  public let content: Content

  /// The SD-JWT of a copy or a presentation, as it was handed over, without a newline; nil for any
  /// other file.
  public var token: [UInt8]? {
    switch content {
    case .copy(let certificate), .presentation(let certificate):
      SDJWT.join(
        token: certificate.token.bytes, disclosures: certificate.disclosures)
        + (certificate.keyBinding ?? [])
    default: nil
    }
  }

  /// The status lists of the copies that a receipt opens; none of any other file.
  public var receiptStatusURIs: [String] {
    guard case .receipt(let receipt) = content else { return [] }
    return ReceiptCopy.all(in: receipt).compactMap { $0.status?.uri }
  }

  /// The host of the registry whose department issued, asked or stated what is in the file; nil
  /// where no department did.
  var issuerHost: String? {
    switch content {
    case .copy(let certificate), .presentation(let certificate), .delivery(_, let certificate):
      return RegistryNames.host(of: certificate.issuer)
    case .bundle(let parts): return RegistryNames.host(of: parts.certificate.issuer)
    case .request(let request): return RegistryNames.host(of: request.terms.issuer)
    case .receipt(let receipt):
      do throws(RulesError) {
        return RegistryNames.host(of: try Event(parsing: receipt.entry.event).issuer)
      } catch {
        return nil
      }
    case .answer, .trustList, .statusToken, .typeFile, .checkpoint, .proof, .identity, .malformed:
      return nil
    }
  }

  /// Who may see a file.
  public enum Exposure: Sendable {
    /// Anyone.
    case anyone
    /// Whom its holder shows it.
    case chosen
    /// Nobody else: it has the keys by which somebody's entries are found.
    case nobody
  }

  /// Who may see the file.
  public var exposure: Exposure {
    switch content {
    case .delivery, .answer: .nobody
    case .copy, .presentation, .bundle, .malformed: .chosen
    case .receipt(let receipt): receipt.isForStrangers ? .anyone : .chosen
    case .request, .trustList, .statusToken, .typeFile, .checkpoint, .proof, .identity: .anyone
    }
  }

  /// A file that could be read.
  init(_ kind: FileKind, _ content: Content) {
    self.kind = kind
    self.content = content
  }

  /// A file that could not.
  init(_ kind: FileKind, _ fault: Fault) {
    self.kind = kind
    content = .malformed(fault)
  }
}

extension KnownFile.Fault {
  init(_ error: CertificatesError) {
    self.init(code: error.code.description, message: error.description)
  }

  init(_ error: RulesError) {
    self.init(code: SnakeCase.text("\(error.code)"), message: error.description)
  }

  init(_ error: LedgerError) {
    self.init(code: SnakeCase.text("\(error.code)"), message: error.description)
  }

  init(_ error: CryptographyError) {
    self.init(code: SnakeCase.text("\(error.code)"), message: error.message)
  }
}
