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

  /// What came out of a file, and where it shall lie.
  private struct Opened {
    let received: ReceivedMaterial
    let name: String
    let bytes: [UInt8]
  }

  /// Opens files `<name>.p7m` with the receipt `<name>.receipt.json` beside each, and keeps what
  /// comes out in a folder: `<entry>.sd-jwt` or `<entry>-<name of the file>`, and `<entry>.p7s`.
  ///
  /// On return all are durable. Files have mode 0600; no file that holds something else is
  /// replaced. The refusals are those of the files that were not taken: one that does not fit or
  /// cannot be read keeps back no other. Throws what cannot be written.
  public func take(
    _ paths: [String], to folder: String
  ) throws(RegistryError) -> (taken: [TakenRelease], refused: [ShareRefusal]) {
    let files = FileBatch(in: folder)
    let results = try Parallel.map(paths) { path throws(RegistryError) in
      try take(path, to: folder, files)
    }
    var taken: [TakenRelease] = []
    var refused: [ShareRefusal] = []
    for result in results {
      switch result {
      case .success(let release): taken.append(release)
      case .failure(let refusal): refused.append(refusal)
      }
    }
    try files.commit()
    return (taken, refused)
  }

  private func take(
    _ path: String, to folder: String, _ files: FileBatch
  ) throws(RegistryError) -> Result<TakenRelease, ShareRefusal> {
    switch try refusing({ try open(path, for: folder) }) {
    case .failure(var refusal):
      refusal.file = path
      return .failure(refusal)
    case .success(let opened):
      let received = opened.received
      let index = received.release.index
      // The signed material last: where it is, the rest is.
      try files.add(opened.name, opened.bytes)
      try files.add("\(index.value).p7s", received.signed)
      return .success(
        TakenRelease(
          release: index, name: received.release.name, path: "\(folder)/\(opened.name)",
          signedPath: "\(folder)/\(index.value).p7s", enclosed: received.enclosed))
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
    return try place(try open(enclosed, receipt: receipt).get(), in: folder)
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
    return Opened(received: received, name: name, bytes: bytes)
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
