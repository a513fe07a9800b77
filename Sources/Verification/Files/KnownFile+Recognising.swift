import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

extension KnownFile {
  /// The most bytes of any single file that Kanhe makes: a bundle, with its newline.
  public static let byteCountMax = EvidenceBundle.byteCountMax + 1

  /// Whether bytes begin like JSON Lines of deliveries: a delivery, a newline, and more.
  ///
  /// The first `searched` bytes are known to hold no newline.
  public static func isBeginningOfLines(_ bytes: [UInt8], searched: Int) -> Bool {
    guard bytes.starts(with: #"{"copy":"#.utf8),
      let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n"))
    else { return false }
    return end + 1 < bytes.count
  }

  /// Recognises a file by its content and reads it; a form that is broken is part of the answer.
  ///
  /// JSON Lines are not for here: see ``DeliveryLines``.
  public init(recognising bytes: [UInt8]) {
    guard bytes.count <= KnownFile.byteCountMax else {
      self.init(
        .unknown,
        Fault(
          code: "too_large", message: "the file is larger than any that Kanhe makes, 8 MiB"))
      return
    }
    if CodeSeries.isSeries(bytes) {
      do throws(CertificatesError) {
        // A series holds no series: this goes no deeper.
        self.init(recognising: try CodeSeries.join(bytes))
      } catch {
        self.init(.unknown, Fault(error))
      }
      return
    }
    switch bytes.first {
    case nil:
      self.init(.unknown, Fault(code: "empty_file", message: "the file is empty"))
    case UInt8(ascii: "{"): self = KnownFile.json(bytes)
    case 0x30 where bytes.count > 1 && bytes[1] >= 0x80: self = KnownFile.der(bytes)
    default: self = KnownFile.text(bytes)
    }
  }

  // MARK: JSON

  /// Our own JSON is canonical, so its first member tells the kind; any other layout is parsed.
  private static func json(_ bytes: [UInt8]) -> KnownFile {
    if bytes.starts(with: #"{"copy":"#.utf8) { return delivery(bytes) }
    if isMaterial(bytes) {
      return unjudged(
        "this is what one department handed to another, without the signature; openssl cms -verify "
          + "judges the .p7s that it came out of")
    }
    if bytes.starts(with: #"{"certificate":"#.utf8) { return bundle(bytes) }
    if isOpenings(bytes) {
      return unjudged(
        "this is what was opened of entries for an auditor; kanhe audit ledger --disclosures "
          + "judges it with the ledger")
    }
    if bytes.starts(with: #"{"disclosures":"#.utf8) { return receipt(bytes) }
    // A text: in what commands print, an object stands there.
    if bytes.starts(with: #"{"checkpoint":""#.utf8) { return answer(bytes) }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes)
    } catch {
      return KnownFile(
        .unknown,
        Fault(
          code: SnakeCase.text("\(error.code)"),
          message: "the file is no strict JSON: \(error.description)"))
    }
    switch value["kind"]?.stringValue {
    case Delivery.kind: return delivery(bytes)
    case EvidenceBundle.kind: return bundle(bytes)
    case Answer.kind: return answer(bytes)
    default: break
    }
    if value["entry"] != nil, value["proof"] != nil { return receipt(bytes) }
    if value["schema"] != nil || value["metadata"] != nil { return typeFile(bytes) }
    return KnownFile(
      .unknown,
      Fault(code: "unknown_kind", message: "the file is JSON, but of no kind that Kanhe makes"))
  }

  private static func isMaterial(_ bytes: [UInt8]) -> Bool {
    guard [#"{"certificate":"#, #"{"file":"#].contains(where: { bytes.starts(with: $0.utf8) })
    else { return false }
    do {
      return try JSONValue(parsing: bytes)["kind"]?.stringValue == Material.kind
    } catch {
      return false
    }
  }

  /// Whether the first line tells of an entry that it does not hold: lines for `audit`.
  private static func isOpenings(_ bytes: [UInt8]) -> Bool {
    guard [#"{"disclosures":"#, #"{"erased":"#].contains(where: { bytes.starts(with: $0.utf8) })
    else { return false }
    do {
      let line = try JSONValue(parsing: Array(bytes.prefix { $0 != UInt8(ascii: "\n") }))
      return line["index"] != nil && line["entry"] == nil
    } catch {
      return false
    }
  }

  private static func delivery(_ bytes: [UInt8]) -> KnownFile {
    do throws(RulesError) {
      let delivery = try Delivery(parsing: bytes)
      do throws(CertificatesError) {
        let certificate = try UnverifiedCertificate(parsing: delivery.copy, keyBinding: .refused)
        return KnownFile(.delivery, .delivery(delivery, certificate))
      } catch {
        return KnownFile(.delivery, Fault(error))
      }
    } catch {
      return KnownFile(.delivery, Fault(error))
    }
  }

  private static func bundle(_ bytes: [UInt8]) -> KnownFile {
    do throws(RulesError) {
      let bundle = try EvidenceBundle(parsing: bytes)
      do throws(CertificatesError) {
        let certificate = try UnverifiedCertificate(parsing: bundle.copy, keyBinding: .refused)
        return KnownFile(.bundle, .bundle(BundleParts(bundle, certificate)))
      } catch {
        return KnownFile(.bundle, Fault(error))
      }
    } catch {
      return KnownFile(.bundle, Fault(error))
    }
  }

  private static func receipt(_ bytes: [UInt8]) -> KnownFile {
    do throws(RulesError) {
      return KnownFile(.receipt, .receipt(try Receipt(parsing: bytes)))
    } catch {
      return KnownFile(.receipt, Fault(error))
    }
  }

  private static func answer(_ bytes: [UInt8]) -> KnownFile {
    do throws(RulesError) {
      return KnownFile(.answer, .answer(try Answer(parsing: bytes)))
    } catch {
      return KnownFile(.answer, Fault(error))
    }
  }

  private static func typeFile(_ bytes: [UInt8]) -> KnownFile {
    do throws(CertificatesError) {
      return KnownFile(.typeFile, .typeFile(try TypeFile(parsing: bytes)))
    } catch {
      return KnownFile(.typeFile, Fault(error))
    }
  }

  // MARK: Identities

  private static func der(_ bytes: [UInt8]) -> KnownFile {
    if isMessage(bytes) {
      return unjudged(
        "this is material that one department hands to another: kanhe share acknowledge opens and "
          + "checks what is enclosed (.p7m), openssl cms -verify what is signed (.p7s)")
    }
    do throws(CryptographyError) {
      return KnownFile(.identity, .identity(try Identity(der: bytes), others: []))
    } catch {
      return KnownFile(.identity, Fault(error))
    }
  }

  private static func pem(_ bytes: [UInt8]) -> KnownFile {
    let label = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    if label.contains("CERTIFICATE REQUEST") {
      return unjudged(
        "this is a department's request for an identity; kanhe department add --csr judges it")
    }
    if label.contains("PRIVATE KEY") {
      return unjudged("this is a private key: for its owner alone, and nothing to verify")
    }
    do throws(CryptographyError) {
      let all = try Identity.all(pem: bytes)
      guard let first = all.first else {
        return KnownFile(
          .identity, Fault(code: "invalid_encoding", message: "the file holds no identity"))
      }
      return KnownFile(.identity, .identity(first, others: Array(all.dropFirst())))
    } catch {
      return KnownFile(.identity, Fault(error))
    }
  }

  /// Whether DER is a CMS message: SEQUENCE, then the identifier of signed or enclosed content.
  private static func isMessage(_ bytes: [UInt8]) -> Bool {
    let identifiers: [[UInt8]] = [
      // id-signedData (RFC 5652 §5.1), id-ct-authEnvelopedData (RFC 5083 §2.1).
      [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02],
      [0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x17],
    ]
    let content = bytes.dropFirst(2 + Int(bytes[1] & 0x7F))
    return identifiers.contains { content.starts(with: $0) }
  }

  /// A file of ours that is for another command.
  private static func unjudged(_ message: String) -> KnownFile {
    KnownFile(.unknown, Fault(code: "unknown_kind", message: message))
  }

  // MARK: Text

  private static func text(_ bytes: [UInt8]) -> KnownFile {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      return KnownFile(
        .unknown,
        Fault(
          code: "byte_order_mark",
          message: "the file begins with a byte order mark; take it as it was handed out"))
    }
    if bytes.starts(with: "-----BEGIN ".utf8) { return pem(bytes) }
    if bytes.starts(with: "c2sp.org/tlog-proof@".utf8) { return proof(bytes) }
    if bytes.starts(with: "eyJ".utf8) { return token(bytes) }
    // A signed note: the first signature line follows an empty line.
    if bytes.firstRange(of: Array("\n\n\u{2014} ".utf8)) != nil { return checkpoint(bytes) }
    return KnownFile(
      .unknown, Fault(code: "unknown_kind", message: "the file is of no kind that Kanhe makes"))
  }

  private static func proof(_ bytes: [UInt8]) -> KnownFile {
    do throws(LedgerError) {
      let proof = try TlogProof(parsing: bytes)
      _ = try Checkpoint(parsing: try SignedNote(parsing: proof.checkpoint).text)
      return KnownFile(.proof, .proof(proof))
    } catch {
      return KnownFile(.proof, Fault(error))
    }
  }

  private static func checkpoint(_ bytes: [UInt8]) -> KnownFile {
    do throws(LedgerError) {
      let note = try SignedNote(parsing: bytes)
      return KnownFile(
        .checkpoint, .checkpoint(note, try Checkpoint(parsing: note.text)))
    } catch {
      return KnownFile(.checkpoint, Fault(error))
    }
  }

  /// A JWS or an SD-JWT; one newline may follow it.
  private static func token(_ bytes: [UInt8]) -> KnownFile {
    let bytes = bytes.last == UInt8(ascii: "\n") ? Array(bytes.dropLast()) : bytes
    guard !bytes.contains(where: { $0 == 0x0A || $0 == 0x0D }) else {
      return KnownFile(
        .unknown,
        Fault(
          code: "line_ends",
          message: "a token is one line with a line feed behind it or nothing; this has other line "
            + "ends in it: take it as it was handed out"))
    }
    if let end = bytes.lastIndex(of: UInt8(ascii: "~")) {
      return bytes[end...].contains(UInt8(ascii: ".")) ? presentation(bytes) : copy(bytes)
    }
    guard bytes.contains(UInt8(ascii: ".")) else {
      return KnownFile(
        .unknown, Fault(code: "unknown_kind", message: "the file is cut off, or no token"))
    }
    switch tokenType(bytes) {
    case JWSForm.trustList.type:
      do throws(CertificatesError) {
        return KnownFile(.trustList, .trustList(try SignedTrustList(parsing: bytes)))
      } catch {
        return KnownFile(.trustList, Fault(error))
      }
    case JWSForm.statusToken.type:
      do throws(CertificatesError) {
        return KnownFile(.statusToken, .statusToken(try StatusToken(parsing: bytes)))
      } catch {
        return KnownFile(.statusToken, Fault(error))
      }
    case JWSForm.presentationRequest.type:
      do throws(CertificatesError) {
        return KnownFile(.request, .request(try PresentationRequest(parsing: bytes)))
      } catch {
        return KnownFile(.request, Fault(error))
      }
    case JWSForm.event.type:
      return KnownFile(
        .unknown,
        Fault(
          code: "bare_event",
          message: "an event alone proves nothing; give the receipt of its entry"))
    case IdentityRequestToken.type:
      return unjudged(
        "this is a department's request for further identities; kanhe department rotate --request "
          + "judges it")
    case Grant.type, GrantWithdrawal.type:
      return unjudged(
        "this is what a holder signed for a department; kanhe grant lodges it, and judges it then")
    default: return copy(bytes)
    }
  }

  /// `typ` of a token's header: it chooses the reader, which then checks all of the header itself.
  private static func tokenType(_ bytes: [UInt8]) -> String? {
    let header = bytes.prefix { $0 != UInt8(ascii: ".") }
    guard header.count <= 65_536 else { return nil }
    do {
      return try JSONValue(parsing: try Base64URL.decode(bytes: header))["typ"]?.stringValue
    } catch {
      return nil
    }
  }

  private static func presentation(_ bytes: [UInt8]) -> KnownFile {
    do throws(CertificatesError) {
      return KnownFile(
        .presentation,
        .presentation(try UnverifiedCertificate(parsing: bytes, keyBinding: .demanded)))
    } catch {
      return KnownFile(.presentation, Fault(error))
    }
  }

  private static func copy(_ bytes: [UInt8]) -> KnownFile {
    do throws(CertificatesError) {
      return KnownFile(
        .copy, .copy(try UnverifiedCertificate(parsing: bytes, keyBinding: .refused)))
    } catch {
      return KnownFile(.copy, Fault(error))
    }
  }
}

extension KnownFile.BundleParts {
  init(_ bundle: EvidenceBundle, _ certificate: UnverifiedCertificate) {
    self.bundle = bundle
    self.certificate = certificate
    var faults: [KnownFile.Fault] = []
    func read<Value>(
      _ body: () throws(CertificatesError) -> Value
    ) -> Value? {
      do throws(CertificatesError) { return try body() } catch {
        faults.append(KnownFile.Fault(error))
        return nil
      }
    }
    trustList = read { () throws(CertificatesError) in
      try SignedTrustList(parsing: bundle.trust)
    }
    statusToken = bundle.status.flatMap { token in
      read { () throws(CertificatesError) in try StatusToken(parsing: token) }
    }
    types = bundle.types.compactMap { type in
      read { () throws(CertificatesError) in try TypeFile(parsing: type) }
    }
    self.faults = faults
  }
}
