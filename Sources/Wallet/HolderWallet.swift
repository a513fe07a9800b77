import Certificates
import Cryptography
import Encoding
import Rules

/// A holder's folder: a key for each copy, the deliveries, and the grants that were signed.
///
/// `wallet.json` says what the folder is. `keys/<thumbprint>.key` is an encrypted P-256 key and
/// `.jwt` its public half; `copies/<digest>.json` is a delivery as it was handed out; a grant is
/// `grants/<number>.jwt`, its withdrawal `withdrawals/<number>.jwt`; what was shown is kept as
/// `presentations/<digest>.json`. Files have mode 0600, folders
/// 0700; nothing that is there is ever replaced, but a delivery by one that shows or
/// proves more. Spec: cli/holder.md, "The folder".
public struct HolderWallet: Sendable {
  /// The most files of one sort that are read.
  public static let fileCountMax = 10_000
  static let smallByteCountMax = 1 << 16
  private static let mark = Array("{\"kind\":\"kanhe-wallet\",\"version\":1}\n".utf8)

  enum Sort: String, CaseIterable {
    case keys, copies, grants, withdrawals, presentations
  }

  /// The folder, without a slash at the end.
  public let directory: String

  /// Opens a wallet; with `isMaking`, a folder that is not there or empty becomes one,
  /// also one whose making was cut short.
  ///
  /// Throws `noWallet` for a folder that is another's, `fileUnusable`.
  public init(directory: String, isMaking: Bool = false) throws(WalletError) {
    var path = directory
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.directory = path
    let mark = path + "/wallet.json"
    if Folder.exists(mark) {
      guard try read(mark, HolderWallet.smallByteCountMax) == HolderWallet.mark else {
        throw WalletError(
          .noWallet, "this is no wallet of this version; name another folder", at: path)
      }
      return
    }
    var isEmpty = true
    do throws(EncodingError) {
      if Folder.exists(path) { isEmpty = try HolderWallet.isUnused(path) }
    } catch {
      throw WalletError(file: error)
    }
    guard isMaking, isEmpty else {
      throw WalletError(
        .noWallet,
        isEmpty
          ? "there is no wallet yet; make a first key with holder key"
          : "the folder holds other things; name a new one", at: path)
    }
    do throws(EncodingError) {
      try Folder.make(path, mode: 0o700)
      try HolderWallet.syncName(of: path)
      for sort in Sort.allCases { try Folder.make("\(path)/\(sort)", mode: 0o700) }
      // Last: a folder that bears the mark is whole.
      try BoundedFile.writeAtomically(path: mark, bytes: HolderWallet.mark, mode: 0o600)
    } catch {
      throw WalletError(file: error)
    }
  }

  /// Whether a folder has nothing but what is left when its making is cut short: empty folders of
  /// ours, and the mark under the hidden name that it begins as.
  private static func isUnused(_ path: String) throws(EncodingError) -> Bool {
    for name in try Folder.names(in: path) {
      if name.hasPrefix(".wallet.json."), name.hasSuffix(".tmp") { continue }
      guard Sort(rawValue: name) != nil, try Folder.names(in: "\(path)/\(name)").isEmpty else {
        return false
      }
    }
    return true
  }

  /// Makes the name of a folder durable, also one that a killed run had just made.
  private static func syncName(of path: String) throws(EncodingError) {
    do throws(EncodingError) { try BoundedFile.syncDirectory(path + "/..") } catch {
      // In a folder that cannot be read nobody has just made one.
      guard error.code == .permissionDenied else { throw error }
    }
  }

  // MARK: Files

  func path(_ sort: Sort, _ name: Digest, _ ending: String) -> String {
    "\(directory)/\(sort)/\(name.base64url).\(ending)"
  }

  /// The names of all files of a sort with an ending, ascending.
  func names(_ sort: Sort, ending: String) throws(WalletError) -> [Digest] {
    let names: [String]
    do throws(EncodingError) { names = try Folder.names(in: "\(directory)/\(sort)") } catch {
      throw WalletError(file: error)
    }
    let found = names.compactMap { name -> Digest? in
      guard name.hasSuffix("." + ending) else { return nil }
      return Digest(canonicalText: String(name.dropLast(ending.utf8.count + 1)))
    }
    guard found.count <= HolderWallet.fileCountMax else {
      throw WalletError(
        .tooManyFiles, "the wallet has more than \(HolderWallet.fileCountMax) \(sort)",
        at: directory)
    }
    return found
  }

  func read(_ path: String, _ byteCountMax: Int) throws(WalletError) -> [UInt8] {
    do throws(EncodingError) {
      return try BoundedFile.readRegular(path: path, maximumBytes: byteCountMax)
    } catch {
      throw WalletError(file: error)
    }
  }

  /// Writes a file that is not there, or with `isReplacing` in the place of one; it is durable on
  /// return.
  func write(
    _ bytes: [UInt8], to path: String, isReplacing: Bool = false
  ) throws(WalletError) {
    guard isReplacing || !Folder.exists(path) else {
      throw WalletError(.fileUnusable, "the file is there already and is kept", at: path)
    }
    do throws(EncodingError) {
      try BoundedFile.writeAtomically(path: path, bytes: bytes, mode: 0o600)
    } catch {
      throw WalletError(file: error)
    }
  }
}

extension WalletError {
  init(file error: EncodingError) {
    self.init(.fileUnusable, error.message, at: error.location?.description, cause: error)
  }
}
