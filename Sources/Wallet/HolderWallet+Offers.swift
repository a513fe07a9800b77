import Certificates
import Encoding

extension HolderWallet {
  /// The copies that answer a query, the newest first; at least one.
  ///
  /// Of those that are valid and bound to a key of the wallet; `name` limits them to one copy, by
  /// its digest, or to one certificate. Throws `copyUnknown`, `noCopyFits` with what is lacking,
  /// `damagedWallet`. Spec: cli/holder.md, "present".
  public func offers(
    answering query: ClaimQuery, named name: String? = nil, at seconds: Int64
  ) throws(WalletError) -> [WalletOffer] {
    try offers(named: name, at: seconds) { copy throws(CertificatesError) in
      try query.selection(from: copy)
    }
  }

  /// The copies that have some claims, with those of them; as ``offers(answering:named:at:)``.
  public func offers(
    of claims: [String], named name: String? = nil, at seconds: Int64
  ) throws(WalletError) -> [WalletOffer] {
    do throws(WalletError) {
      return try offers(named: name, at: seconds) { copy throws(CertificatesError) in
        let wanted = try claims.map { name throws(CertificatesError) in
          try ClaimQuery.Claim(name)
        }
        return try ClaimQuery(types: [copy.type], claims: wanted).selection(from: copy)
      }
    } catch {
      guard error.code == .noCopyFits else { throw error }
      throw try lacking(claims, error)
    }
  }

  /// Says which of the claims no copy has, and what there are; names of claims tell nothing of
  /// anybody.
  private func lacking(_ claims: [String], _ error: WalletError) throws(WalletError) -> WalletError
  {
    let known = Set(
      try copies().flatMap { $0.certificate.claims.names }
        .filter { !CertificateProfile.visibleNames.contains($0) && $0 != "vct#integrity" })
    let unknown = claims.filter { !known.contains($0) }
    let text =
      unknown.isEmpty
      ? "no copy in the wallet that is valid and bound to a key has all these claims"
      : "no copy in the wallet has \(unknown.prefix(5).joined(separator: ", ")); their claims are "
        + known.sorted().prefix(64).joined(separator: ", ")
    return WalletError(.noCopyFits, text, cause: error)
  }

  /// Which of several offers to show, by its position: of the copies of one certificate the one
  /// that was shown least often, for whoever is shown a copy twice knows it again.
  ///
  /// Throws `copyAmbiguous` where several certificates would do, `noCopyFits` for no offer.
  /// Spec: cli/holder.md, "present".
  public func choice(among offers: [WalletOffer]) throws(WalletError) -> Int {
    let identifiers = Set(offers.map { $0.copy.certificate.identifier ?? "" }).sorted()
    guard identifiers.count <= 1 else {
      throw WalletError(
        .copyAmbiguous,
        "\(identifiers.count) certificates answer the request; name one with --copy: "
          + identifiers.prefix(5).joined(separator: ", "))
    }
    let counts = offers.count > 1 ? try shownCounts() : [:]
    // The newest come first, and of equals `min` takes the first.
    let chosen = offers.indices.min {
      counts[offers[$0].copy.digest, default: 0] < counts[offers[$1].copy.digest, default: 0]
    }
    guard let chosen else { throw HolderWallet.noCopyFits(nil) }
    return chosen
  }

  private func offers(
    named name: String?, at seconds: Int64,
    _ select: (UnverifiedCertificate) throws(CertificatesError) -> [Int]
  ) throws(WalletError) -> [WalletOffer] {
    let all = try copies().filter { copy in
      name.map { $0 == copy.digest.base64url || $0 == copy.certificate.identifier } ?? true
    }
    if name != nil, all.isEmpty { throw HolderWallet.unknownCopy }
    let bound = all.filter { $0.isValid(at: seconds) && ($0.key.map(hasKey) ?? false) }
    var offers: [WalletOffer] = []
    var fault: CertificatesError?
    for copy in bound {
      do throws(CertificatesError) {
        let selection = try select(copy.certificate)
        offers.append(
          WalletOffer(
            copy: copy, presentation: Presentation(of: copy.certificate, selection: selection)))
      } catch {
        // A copy of the right type is nearer than any other.
        if fault == nil || fault?.code == .typeNotAsked { fault = error }
      }
    }
    guard !offers.isEmpty else { throw HolderWallet.noCopyFits(fault) }
    return offers
  }

  private static func noCopyFits(_ fault: CertificatesError?) -> WalletError {
    let message =
      switch fault?.code {
      case .typeNotAsked?:
        "no copy in the wallet that is valid and bound to a key is of the type asked for"
      case _?: "no copy in the wallet answers the request: \(fault?.description ?? "")"
      case nil:
        "no copy meant is valid and bound to a key of the wallet; have one issued for a new key "
          + "(holder key, certificate issue --holder-key)"
      }
    return WalletError(.noCopyFits, message, cause: fault)
  }
}
