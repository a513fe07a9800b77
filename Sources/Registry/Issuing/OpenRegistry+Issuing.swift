import Certificates
import Cryptography
import Ledger
import Rules

extension OpenRegistry {
  /// Issues the rows of a checked file, in batches; takes up a job that was interrupted.
  ///
  /// Every batch is durable before its deliveries are written. Rows that a rule refuses, or whose
  /// unique values a certificate in force has, fail alone and stand in the report. Throws
  /// `invalidInput` for a file with faults, `outputExists`, `outputForeign`, `outputBusy`,
  /// `fileChanged`, what keys throw, and what `Writer.append` throws; after any of these the same
  /// call goes on where it stopped. Spec: issuing.md.
  public func issue(
    _ order: IssueOrder, watch: IssueWatch = IssueWatch()
  ) throws(RegistryError) -> IssueReport {
    guard order.claims.faults.isEmpty, order.claims.isComplete else {
      throw RegistryError(
        .invalidInput, "the file has faults, or was not read to its end; nothing was signed",
        at: order.claims.file.path)
    }
    guard order.holderKeys.isEmpty || order.claims.rowCount == 1 else {
      throw RegistryError(
        .invalidInput, "one holder's key for many certificates would link them; use the column")
    }
    guard order.previous == nil || order.claims.rowCount == 1 else {
      throw RegistryError(
        .invalidInput, "one certificate has one successor; for many use a sheet")
    }
    if !order.holderKeys.isEmpty {
      let row = try order.claims.row(0)
      let keyed = ClaimRow(
        line: row.line, claims: row.claims, holderKeys: order.holderKeys, previous: nil)
      if let fault = ClaimsCheck.keyFault(keyed, order.type) {
        throw RegistryError(.invalidInput, fault.message)
      }
    }
    var job = try IssueJob(self, order, watch)
    return try job.run()
  }

  /// A builder of certificates of one type by one department; opens its `act` and `seal` keys.
  ///
  /// Throws `refused` (`type-issuer`) where the type does not list the department: before anything
  /// is looked up or reserved, because who has such a certificate is not for others to learn.
  public func certificateBuilder(
    _ type: TypeFile, department: String
  ) throws(RegistryError) -> CertificateBuilder {
    let act = try signer(department, use: .act)
    let seal = try signer(department, use: .seal)
    var facts = facts()
    let name: String
    let authority: [UInt8]
    let code: USCC
    do {
      guard let found = try facts.department(department), let ledger = try facts.ledger() else {
        throw RegistryError(.unknownDepartment, "no such department is enrolled", at: department)
      }
      name = found.name
      authority = ledger.authority
      code = try USCC(department)
      let fact = try facts.type(type.code.text, version: type.version)
      guard fact?.lists(department) ?? true else {
        throw RegistryError(RuleRefusal(codes: [.typeIssuer]), at: type.code.text)
      }
    } catch let error as RegistryError {
      throw error
    } catch let error as RulesError {
      throw RegistryError(error)
    } catch {
      throw RegistryError(.unknownDepartment, "this is no USCC", cause: error, at: department)
    }
    let profile = CertificateProfile(
      kind: type.kind,
      issuer: CertificateProfile.Issuer(
        code: code, name: name, host: settings.host, identities: [seal.identity.der, authority]),
      key: seal.key)
    let header = TokenHeader(profile.encodedHeader)
    let (number, cipher) = try write { writer throws(RegistryError) in
      try IssuedContent.keep(header, in: writer.vault)
      return (try writer.vault.makeNumber(of: type.code.text), writer.cipher)
    }
    return CertificateBuilder(
      type: type, act: act, seal: seal, profile: profile, header: header, origin: settings.origin,
      typeNumber: number, cipher: cipher, random: BufferedRandom())
  }

  /// Makes deliveries of certificates that a department issued.
  func deliveryMaker(_ act: Signer) throws(RegistryError) -> DeliveryMaker {
    DeliveryMaker(signerPath: try signerPath(act.keyID))
  }

  /// Makes the deliveries of certificates with proofs in one checkpoint, and hands them out in
  /// order, so many at a time that their memory is used again.
  func makeDeliveries(
    of issued: [IssuedCertificate], _ checkpoint: VerifiedCheckpoint, _ maker: DeliveryMaker,
    _ take: ([DeliveryText]) throws(RegistryError) -> Void
  ) throws(RegistryError) {
    var tree = TileTree(reader: reader, size: checkpoint.head.size)
    var start = 0
    while start < issued.count {
      let end = min(start + OpenRegistry.deliveryCount, issued.count)
      var work: [(issued: IssuedCertificate, proof: TlogProof)] = []
      do throws(LedgerError) {
        for one in issued[start..<end] {
          let proof = try tree.inclusionProof(of: one.entry.index)
          work.append((one, TlogProof(proof, checkpoint: checkpoint.note)))
        }
      } catch {
        throw RegistryError(error)
      }
      try take(
        try Parallel.map(work) { one throws(RegistryError) in
          try maker.deliveries(one.issued, proof: one.proof)
        }.flatMap { $0 })
      start = end
    }
  }

  private static let deliveryCount = 128
}
