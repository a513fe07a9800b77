import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// The checks of files that hold no certificate.
struct OtherChecks {
  let session: AnchorSession
  let pool: EvidencePool

  private var evidence: CertificateVerifier.Session { session.session }

  // MARK: Trust list

  func trustList(_ list: SignedTrustList) -> CheckList {
    let faults = session.faults(of: list)
    let says = list.unverifiedList
    let until = Timestamp(seconds: says.expiresAt)
    var sorted = FaultsByCheck(faults)
    return CheckList([
      .passed(
        .format,
        "trust list \(says.sequence) of \(Counted.text(says.departments.count, "department"))"),
      sorted.check(
        .signature, ["signature_invalid"], passed: "signed with ES256 by the identity it names"),
      sorted.check(
        .validity, ["trust_list_expired", "trust_list_future"], passed: "good until \(until)"),
      sorted.check(.trust, ["lower_sequence"], passed: "no newer list was seen before"),
      sorted.rest(.issuer, passed: "issued by the registry \(says.issuer)"),
    ])
  }

  // MARK: Status token

  func statusToken(_ token: StatusToken) -> CheckList {
    let status = self.evidence(of: token)
    // A list's name says whose it is; the leaf's own URI would let anyone vouch for it.
    let owner = OtherChecks.owner(of: token.uri)
    let issuer = owner ?? status.path.leaf?.uris.first ?? ""
    var sorted = FaultsByCheck(status.faults(about: issuer, in: evidence))
    let signature = sorted.check(
      .signature, ["signature_invalid"], passed: "signed with ES256 by the identity it names")
    let validity = sorted.check(
      .validity, ["status_expired", "status_future"],
      passed: "good until \(Timestamp(seconds: status.expiresAt))")
    let trust = sorted.check(
      .trust, ["status_signer", "status_uri"],
      passed: "the trust list has this list and its signer")
    let name: Check =
      owner == nil
      ? .judged(
        .format,
        reasons: [
          Check.Reason(
            code: "status_list_name",
            text: "the list's name does not say whose list it is")
        ], passed: "")
      : .passed(.format, "status list \(token.uri), as of \(Timestamp(seconds: token.issuedAt))")
    return CheckList([
      name, signature, sorted.rest(.issuer, passed: "issued by \(issuer)"),
      trust.result == .passed ? (session.withoutList(.trust) ?? trust) : trust, validity,
    ])
  }

  /// A token whose signature was looked at before, if it is among the evidence.
  func evidence(of token: StatusToken) -> StatusEvidence {
    evidence.statusTokens(of: token.uri)
      .first { $0.token.token.bytes == token.token.bytes }
      ?? StatusEvidence(token, reader: evidence.reader)
  }

  /// The department that a status list's name names: `https://<host>/status/<USCC>/…`.
  private static func owner(of uri: String) -> String? {
    let parts = uri.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count > 4, parts[0] == "https:", parts[1].isEmpty, parts[3] == "status",
      let department = DepartmentURI("https://\(parts[2])/departments/\(parts[4])")
    else { return nil }
    return department.text
  }

  // MARK: Type file

  func typeFile(_ file: TypeFile) -> CheckList {
    let format = Check.passed(
      .format, "\(file.name(in: .chinese)), \(file.code) version \(file.version)")
    if let check = session.withoutList(.type) { return CheckList([format, check]) }
    var reasons: [Check.Reason] = []
    if let entry = session.list?.type(file.code, version: file.version) {
      if entry.digest != file.digest {
        reasons.append(
          Check.Reason(
            code: "type_digest", text: "the type file is not the one the trust list names"))
      }
    } else {
      reasons.append(
        Check.Reason(code: "type_unknown", text: "the trust list does not have this type"))
    }
    return CheckList([
      format, .judged(.type, reasons: reasons, passed: "the one that the trust list names"),
    ])
  }

  // MARK: Ledger

  func checkpoint(_ note: SignedNote, _ checkpoint: Checkpoint) -> CheckList {
    CheckList([
      .passed(
        .format, "checkpoint of \(checkpoint.origin), \(Counted.entries(checkpoint.size.value))"),
      signedTree(note.bytes, checkpoint),
    ])
  }

  private func signedTree(_ note: [UInt8], _ checkpoint: Checkpoint) -> Check {
    if let check = session.withoutList(.ledger) { return check }
    guard let ledger = session.ledger else { return .judged(.ledger, reasons: [], passed: "") }
    var reasons: [Check.Reason] = []
    if let fault = ledger.verify(note: note).fault { reasons.append(fault) }
    // Both signed: whoever holds the ledger's key showed different books to different people.
    let isForked = pool.notes.contains { other in
      other.checkpoint.origin == checkpoint.origin && other.checkpoint.size == checkpoint.size
        && other.checkpoint.root != checkpoint.root
        && ledger.verify(note: other.note).checkpoint != nil
    }
    if reasons.isEmpty, isForked {
      reasons.append(
        Check.Reason(
          code: "forked",
          text: "two signed trees of one size differ; keep both files as evidence"))
    }
    return .judged(
      .ledger, reasons: reasons, passed: "signed by the ledger's key for that size")
  }

  /// A proof that stands alone is about an entry that some other file has.
  func proof(_ proof: TlogProof) -> CheckList {
    let format = Check.passed(.format, "proof of entry \(proof.index)")
    let entries = pool.entries.filter { $0.index == proof.index }
    guard !entries.isEmpty else {
      if let fault = session.ledger?.verify(note: proof.checkpoint).fault {
        return CheckList([format, .judged(.ledger, reasons: [fault], passed: "")])
      }
      return CheckList([
        format,
        .notShown(
          .ledger, code: "entry_missing",
          "no file given has entry \(proof.index); add its receipt or delivery, or an export"),
      ])
    }
    let checks = entries.map {
      LedgerProof.check(
        proof, entry: $0, session: session, passed: "entry \(proof.index)")
    }
    return CheckList([format, checks.first { $0.result == .passed } ?? checks[0]])
  }

  /// Two signed trees of one size, where a receipt's own checkpoint is one of them.
  func fork(_ proof: TlogProof, _ check: Check) -> Check {
    guard check.result == .passed,
      let checkpoint = session.ledger?.verify(note: proof.checkpoint).checkpoint
    else { return check }
    let tree = signedTree(proof.checkpoint, checkpoint)
    return tree.result == .failed ? tree : check
  }
}

/// Faults sorted into the checks that they belong to.
struct FaultsByCheck {
  private var faults: [CertificatesError]

  init(_ faults: [CertificatesError]) { self.faults = faults }

  /// The check with the faults of these codes, which are taken out.
  mutating func check(_ name: Check.Name, _ codes: Set<String>, passed text: String) -> Check {
    let own = faults.filter { codes.contains($0.code.description) }
    faults.removeAll { codes.contains($0.code.description) }
    return .judged(name, reasons: own.map(Check.Reason.init), passed: text)
  }

  /// The check with all other faults.
  func rest(_ name: Check.Name, passed text: String) -> Check {
    .judged(name, reasons: faults.map(Check.Reason.init), passed: text)
  }
}
