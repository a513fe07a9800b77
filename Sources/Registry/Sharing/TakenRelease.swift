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

  /// Opens files `<name>.p7m` with the receipt `<name>.receipt.json` beside each, and keeps what
  /// comes out in a folder: `<entry>.sd-jwt` or `<entry>.<name of the file>`, and `<entry>.p7s`.
  ///
  /// On return all are durable. Files have mode 0600; what is there under the same names is
  /// replaced. What was acknowledged, and whose `<entry>.p7s` is there, is not opened again. The
  /// outcomes are those of the files that were not taken. Throws what cannot be read or written.
  public func take(
    _ paths: [String], to folder: String
  ) throws(RegistryError) -> (taken: [TakenRelease], others: [ShareOutcome]) {
    let files = FileBatch(in: folder)
    var taken: [TakenRelease] = []
    var others: [ShareOutcome] = []
    for path in paths {
      switch try take(path, to: folder, files) {
      case .success(.opened(let release)): taken.append(release)
      case .success(.acknowledged(let act)): others.append(.already(act))
      case .failure(let refusal): others.append(.refused(refusal))
      }
    }
    try files.commit()
    return (taken, others)
  }

  private enum Taken {
    case opened(TakenRelease)
    case acknowledged(SharedAct)
  }

  private func take(
    _ path: String, to folder: String, _ files: FileBatch
  ) throws(RegistryError) -> Result<Taken, ShareRefusal> {
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
    switch try open(
      enclosed, receipt: receipt,
      isKept: { RegistryPaths.exists("\(folder)/\($0.value).p7s") })
    {
    case .success(.material(let material)): received = material
    case .success(.acknowledged(let act)): return .success(.acknowledged(act))
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
    // The signed material last: where it is, the rest is.
    try files.add(name, bytes)
    try files.add("\(index).p7s", received.signed)
    return .success(
      .opened(
        TakenRelease(
          release: received.release.index, name: received.release.name, path: "\(folder)/\(name)",
          signedPath: "\(folder)/\(index).p7s", enclosed: received.enclosed)))
  }
}
