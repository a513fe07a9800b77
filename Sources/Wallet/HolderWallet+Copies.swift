import Certificates
import Cryptography
import Encoding
import Rules
import Verification

extension HolderWallet {
  /// What became of a delivery.
  public enum Taken: Sendable {
    /// It is in the wallet now; with `isReplacing` in the place of a delivery that showed less,
    /// whose receipt proves nothing, or whose file was damaged.
    case kept(WalletCopy, FileReport, isReplacing: Bool)
    /// The copy was there, and shows and proves no less; the delivery that came first is kept.
    case known(WalletCopy)
    /// It is not for this wallet, with a code and a sentence.
    case refused(code: String, message: String)
  }

  /// Takes what issuing handed out, if it is genuine and this wallet's.
  ///
  /// What is no longer valid, or revoked, is the holder's all the same; any other check that fails
  /// refuses. `isAlone`: whether it came in a file of its own; only then a copy that is bound to
  /// no key can be known to be meant for this holder. Throws `fileUnusable`, `damagedWallet`.
  public func take(
    _ file: KnownFile, by verifier: FileVerifier, isAlone: Bool
  ) throws(WalletError) -> Taken {
    guard case .delivery(let delivery, let certificate) = file.content else {
      if case .malformed(let fault) = file.content {
        return .refused(code: fault.code, message: fault.message)
      }
      return .refused(code: "not_a_delivery", message: "this is no delivery but another file")
    }
    if let key = certificate.holderKey?.thumbprint {
      guard hasKey(key) else {
        return .refused(
          code: "foreign_key", message: "the copy is bound to a key that this wallet does not have")
      }
    } else if !isAlone {
      return .refused(
        code: "unbound", message: "among many, a copy bound to no key may be anybody's")
    }
    let report = verifier.report(on: file)
    let refusing = report.checks.checks.filter { $0.name != .validity && $0.name != .status }
    if let failed = refusing.first(where: { $0.result == .failed }) {
      return .refused(
        code: failed.reasons.first?.code ?? "\(failed.name)",
        message: "\(failed.name): \(failed.text)")
    }
    let path = path(.copies, certificate.digest, "json")
    let isThere = Folder.exists(path)
    let known = isThere ? try known(certificate.digest) : nil
    var copy: WalletCopy
    do {
      copy = try WalletCopy(delivery, certificate, path: path)
      if let known {
        let isProven = report.isProven && !verifier.report(on: known.file).isProven
        guard isProven || copy.isFuller(than: known) else { return .known(known) }
        copy = isProven ? try copy.showing(known) : try known.showing(copy)
      }
    } catch let error as RulesError {
      return .refused(code: SnakeCase.text("\(error.code)"), message: error.message)
    } catch {
      return .refused(code: "malformed_delivery", message: "the copies cannot be joined")
    }
    try write(copy.delivery.bytes + [0x0A], to: path, isReplacing: isThere)
    return .kept(copy, report, isReplacing: isThere)
  }

  /// The copy that is there; nil where its file is damaged, which gives way to a good one.
  private func known(_ digest: Digest) throws(WalletError) -> WalletCopy? {
    do throws(WalletError) { return try copy(digest) } catch {
      guard error.code == .damagedWallet else { throw error }
      return nil
    }
  }

  /// All copies, the newest first.
  public func copies() throws(WalletError) -> [WalletCopy] {
    var copies: [WalletCopy] = []
    for digest in try names(.copies, ending: "json") { copies.append(try copy(digest)) }
    return copies.sorted { $0.delivery.receipt.entry.received > $1.delivery.receipt.entry.received }
  }

  /// The copy with a digest. Throws `copyUnknown`, `damagedWallet`.
  public func copy(_ digest: Digest) throws(WalletError) -> WalletCopy {
    let path = path(.copies, digest, "json")
    guard Folder.exists(path) else { throw HolderWallet.unknownCopy }
    let bytes = try read(path, Delivery.byteCountMax)
    do {
      let copy = try WalletCopy(parsing: bytes, path: path)
      if copy.digest == digest { return copy }
    } catch {
      throw WalletError(
        .damagedWallet, "this is no delivery any more; import it again", at: path, cause: error)
    }
    throw WalletError(
      .damagedWallet, "the file holds another copy than its name says; import it again", at: path)
  }

  /// The copy that a digest or an identifier names. Throws `copyUnknown`, `copyAmbiguous`.
  public func copy(named name: String) throws(WalletError) -> WalletCopy {
    if let digest = Digest(canonicalText: name) { return try copy(digest) }
    let found = try copies().filter { $0.certificate.identifier == name }
    guard let copy = found.first else { throw HolderWallet.unknownCopy }
    guard found.count == 1 else {
      throw WalletError(
        .copyAmbiguous, "the wallet has \(found.count) copies of it; give the digest of one")
    }
    return copy
  }

  static var unknownCopy: WalletError {
    WalletError(.copyUnknown, "the wallet has no such copy; holder list shows those it has")
  }
}

extension FileReport {
  /// Whether the ledger vouches for what the delivery says of its entry.
  fileprivate var isProven: Bool {
    checks[.ledger]?.result == .passed && checks[.receipt]?.result == .passed
  }
}
