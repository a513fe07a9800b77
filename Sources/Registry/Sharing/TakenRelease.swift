import Cryptography
import Encoding
import Ledger
import Rules

/// A release whose material lies opened in files, durably.
public struct TakenRelease: Sendable {
  /// The release.
  public let release: LeafIndex
  /// The name of the release.
  public let name: String
  /// The certificate or file.
  public let path: String
  /// The material as the provider signed it.
  public let signedPath: String
  /// SHA-256 of the enclosed bytes.
  let enclosed: Digest
}

extension Receiver {
  /// The end of the name of enclosed material.
  public static let suffix = ".p7m"
  /// The longest name that a file system takes, with room for the hidden one it begins as.
  private static let nameBytesMax = 200

  /// Opens a file `<name>.p7m` with the receipt `<name>.receipt.json` beside it, and keeps what
  /// comes out in a folder: `<entry>.p7s` and `<entry>.sd-jwt`, or `<entry>.<name of the file>`.
  ///
  /// Files have mode 0600; what is there under the same names is replaced. Throws what cannot be
  /// read or written.
  public func take(
    _ path: String, to folder: String
  ) throws(RegistryError) -> Result<TakenRelease, ShareRefusal> {
    let stem = path.hasSuffix(Receiver.suffix) ? String(path.dropLast(4)) : path
    let enclosed: [UInt8]
    let receipt: [UInt8]
    do throws(EncodingError) {
      enclosed = try BoundedFile.read(path: path, maximumBytes: Receiver.byteCountMax)
      receipt = try BoundedFile.readRegular(
        path: stem + ".receipt.json", maximumBytes: Receipt.byteCountMax)
    } catch {
      throw RegistryError(file: error)
    }
    let received: ReceivedMaterial
    switch try open(enclosed, receipt: receipt) {
    case .success(let material): received = material
    case .failure(let refusal): return .failure(refusal)
    }
    let index = received.release.index.value
    let bytes: [UInt8]
    let name: String
    switch received.material.content {
    case .certificate(let copy): (bytes, name) = (copy, "\(index).sd-jwt")
    case .file(let file):
      bytes = file.bytes
      let full = "\(index).\(file.name)"
      name = full.utf8.count <= Receiver.nameBytesMax ? full : "\(index).bin"
    }
    try RegistryPaths.makeDirectory(folder, mode: 0o700)
    let signedPath = "\(folder)/\(index).p7s"
    try KeyStore.write(received.signed, to: signedPath, mode: 0o600)
    try KeyStore.write(bytes, to: "\(folder)/\(name)", mode: 0o600)
    return .success(
      TakenRelease(
        release: received.release.index, name: received.release.name, path: "\(folder)/\(name)",
        signedPath: signedPath, enclosed: received.enclosed))
  }
}
