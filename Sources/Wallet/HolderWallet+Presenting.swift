import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// What a holder showed once: kept, so that its use can be found in a ledger, and so that the next
/// time another copy is shown.
public struct WalletPresentation: Sendable {
  /// SHA-256 of the copy's token.
  public let copy: Digest
  /// The request, ASCII; nil for what was shown unasked.
  public let request: [UInt8]?
  /// The answer, ASCII.
  public let answer: [UInt8]
  /// The file.
  public let path: String

  /// The tag of its use in a ledger; nil where the answer cannot be read any more.
  public var tag: Tag? {
    do throws(CertificatesError) {
      return try UnverifiedCertificate(parsing: answer, keyBinding: .demanded)
        .keyBindingInput.map { Tag(useOf: $0) }
    } catch {
      return nil
    }
  }
}

extension HolderWallet {
  /// Signs a presentation with the copy's key, and keeps what was shown; it is durable on return.
  ///
  /// Throws `copyUnbound`, and what opening the key throws.
  public func present(
    _ presentation: Presentation, of copy: WalletCopy, for binding: Presentation.Binding,
    answering request: PresentationRequest?, passphrase: SecretBytes
  ) throws(WalletError) -> [UInt8] {
    guard let thumbprint = copy.key else {
      throw WalletError(
        .copyUnbound, "the copy is bound to no key, so nobody can present it", at: copy.path)
    }
    let key = try key(thumbprint, passphrase: passphrase)
    let answer: [UInt8]
    do throws(CertificatesError) {
      answer = try presentation.sign(binding, with: key)
    } catch {
      throw WalletError(.cryptography, error.message, cause: error)
    }
    do throws(EncodingError) {
      // Wallets of before have no such folder.
      try Folder.make("\(directory)/\(Sort.presentations)", mode: 0o700)
    } catch {
      throw WalletError(file: error)
    }
    var kept: JSONObject = [
      "answer": .string(String(decoding: answer, as: UTF8.self)),
      "copy": .string(copy.digest.base64url),
    ]
    if let request {
      kept["request"] = .string(String(decoding: request.token.bytes, as: UTF8.self))
    }
    try write(
      JSONValue.object(kept).canonicalBytes() + [0x0A],
      to: path(.presentations, SHA256.hash(answer), "json"))
    return answer
  }

  /// How often each copy was shown; a record that cannot be read counts for none.
  func shownCounts() throws(WalletError) -> [Digest: Int] {
    var counts: [Digest: Int] = [:]
    for name in try recordNames() {
      do throws(WalletError) {
        counts[try record(name).copy, default: 0] += 1
      } catch {
        guard error.code == .damagedWallet || error.code == .fileUnusable else { throw error }
      }
    }
    return counts
  }

  private func recordNames() throws(WalletError) -> [Digest] {
    // Wallets of before have no such folder.
    guard Folder.exists("\(directory)/\(Sort.presentations)") else { return [] }
    return try names(.presentations, ending: "json")
  }

  /// All that was shown. Throws `damagedWallet`, `tooManyFiles`, `fileUnusable`.
  public func presentations() throws(WalletError) -> [WalletPresentation] {
    var shown: [WalletPresentation] = []
    for name in try recordNames() { shown.append(try record(name)) }
    return shown
  }

  private func record(_ name: Digest) throws(WalletError) -> WalletPresentation {
    let path = path(.presentations, name, "json")
    let bytes = try read(path, HolderWallet.recordByteCountMax)
    do {
      let value = try JSONValue(
        parsing: bytes, maximumBytes: HolderWallet.recordByteCountMax)
      var reader = try ObjectReader(value, at: "presentation")
      let copy = try reader.requireBytes("copy")
      let shown = WalletPresentation(
        copy: try Digest(bytes: copy),
        request: try reader.optionalString("request").map { Array($0.utf8) },
        answer: Array(try reader.requireString("answer").utf8), path: path)
      try reader.finish()
      return shown
    } catch {
      throw WalletError(
        .damagedWallet, "this is no record of what was shown; take it away", at: path,
        cause: error)
    }
  }

  /// An answer has at most a mebibyte, its request 64 KiB.
  private static let recordByteCountMax = 2 << 20
}
