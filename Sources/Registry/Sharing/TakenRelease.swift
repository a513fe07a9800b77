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

  private enum Taken: Sendable {
    case opened(TakenRelease)
    case acknowledged(SharedAct)
  }

  /// What came out of a file, and where it shall lie.
  private enum Opened {
    case material(ReceivedMaterial, name: String, bytes: [UInt8])
    case acknowledged(SharedAct)
  }

  /// Opens files `<name>.p7m` with the receipt `<name>.receipt.json` beside each, and keeps what
  /// comes out in a folder: `<entry>.sd-jwt` or `<entry>-<name of the file>`, and `<entry>.p7s`.
  ///
  /// On return all are durable. Files have mode 0600; no file that holds something else is
  /// replaced. What was acknowledged, and whose `<entry>.p7s` is there whole, is not opened again.
  /// The outcomes are those of the files that were not taken: one that does not fit or cannot be
  /// read keeps back no other. Throws what cannot be written.
  public func take(
    _ paths: [String], to folder: String
  ) throws(RegistryError) -> (taken: [TakenRelease], others: [ShareOutcome]) {
    let files = FileBatch(in: folder)
    let results = try Parallel.map(paths) { path throws(RegistryError) in
      try take(path, to: folder, files)
    }
    var taken: [TakenRelease] = []
    var others: [ShareOutcome] = []
    for result in results {
      switch result {
      case .success(.opened(let release)): taken.append(release)
      case .success(.acknowledged(let act)): others.append(.already(act))
      case .failure(let refusal): others.append(.refused(refusal))
      }
    }
    try files.commit()
    return (taken, others)
  }

  private func take(
    _ path: String, to folder: String, _ files: FileBatch
  ) throws(RegistryError) -> Result<Taken, ShareRefusal> {
    let opened = try refusing { try open(path, for: folder) }
    switch opened {
    case .failure(var refusal):
      refusal.file = path
      return .failure(refusal)
    case .success(.acknowledged(let act)): return .success(.acknowledged(act))
    case .success(.material(let received, let name, let bytes)):
      let index = received.release.index
      // The signed material last: where it is, the rest is.
      try files.add(name, bytes)
      try files.add("\(index.value).p7s", received.signed)
      return .success(
        .opened(
          TakenRelease(
            release: index, name: received.release.name, path: "\(folder)/\(name)",
            signedPath: "\(folder)/\(index.value).p7s", enclosed: received.enclosed)))
    }
  }

  private func open(_ path: String, for folder: String) throws -> Opened {
    let stem = path.hasSuffix(Receiver.suffix) ? String(path.dropLast(4)) : path
    let enclosed: [UInt8]
    do throws(EncodingError) {
      enclosed = try BoundedFile.readRegular(path: path, maximumBytes: Receiver.byteCountMax)
    } catch {
      throw ShareRefusal("unreadable", "the file cannot be read: \(error.message)")
    }
    let receipt: [UInt8]
    do throws(EncodingError) {
      receipt = try BoundedFile.readRegular(
        path: stem + ".receipt.json", maximumBytes: Receipt.byteCountMax)
    } catch {
      throw ShareRefusal(
        "no_receipt",
        "its receipt <name>.receipt.json, which belongs beside it, cannot be read: "
          + "\(error.message); ask the provider for both again")
    }
    let found = try open(
      enclosed, receipt: receipt,
      isKept: { Receiver.isKept("\(folder)/\($0.value).p7s", $1) })
    switch try found.get() {
    case .acknowledged(let act): return .acknowledged(act)
    case .material(let received): return try place(received, in: folder)
    }
  }

  /// Where it shall lie. The provider chose the file's name: behind a hyphen it can be no name of
  /// ours, which all go on with a full stop after the entry's number.
  private func place(_ received: ReceivedMaterial, in folder: String) throws -> Opened {
    let index = received.release.index.value
    let bytes: [UInt8]
    var name: String
    switch received.material.content {
    case .certificate(let copy): (bytes, name) = (copy, "\(index).sd-jwt")
    case .file(let file):
      (bytes, name) = (file.bytes, "\(index)-\(file.name)")
      if name.utf8.count > Receiver.nameBytesMax { name = "\(index)-file.bin" }
    }
    for (name, bytes) in [("\(index).p7s", received.signed), (name, bytes)] {
      guard Receiver.isFree("\(folder)/\(name)", for: bytes) else {
        throw ShareRefusal(
          "file_exists",
          "a file with the name of what came out is there and holds something else; give another "
            + "folder with --out", act: received.release.name)
      }
    }
    return .material(received, name: name, bytes: bytes)
  }

  /// Whether a file has the digest.
  private static func isKept(_ path: String, _ digest: Digest) -> Bool {
    do throws(EncodingError) {
      let bytes = try BoundedFile.readRegular(path: path, maximumBytes: Receiver.byteCountMax)
      return SHA256.hash(bytes) == digest
    } catch {
      return false
    }
  }

  /// Whether nothing has the path, or the same bytes that an earlier run wrote.
  private static func isFree(_ path: String, for bytes: [UInt8]) -> Bool {
    do throws(EncodingError) {
      return try BoundedFile.readRegular(path: path, maximumBytes: bytes.count) == bytes
    } catch {
      return error.code == .fileNotFound
    }
  }
}
