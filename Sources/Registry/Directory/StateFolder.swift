import Encoding
import Ledger

/// `state.json`, outside the registry: what a restored backup cannot bring back.
///
/// Spec: registry-on-disk.md, "State folder".
struct StateFolder: Sendable {
  /// What the file says.
  struct Contents: Sendable, Hashable {
    var instance: [UInt8]
    /// The inode of `ledger.sqlite`: a copy has another one.
    var inode: UInt64
    /// The newest signed checkpoint; nil before the first.
    var checkpoint: [UInt8]?
    /// A validly signed checkpoint that this ledger cannot have come before.
    var refused: [UInt8]?

    /// Sets the mark to a signed checkpoint; false, and nothing changed, if the mark is as high
    /// already. It never sinks: a smaller one would let a ledger that was set back pass.
    ///
    /// Throws `ledger` errors when the mark is no checkpoint: such a registry is not written.
    mutating func raise(to signed: VerifiedCheckpoint) throws(RegistryError) -> Bool {
      if let checkpoint {
        do throws(LedgerError) {
          let size = try Checkpoint(parsing: try SignedNote(parsing: checkpoint).text).size
          if size >= signed.head.size { return false }
        } catch {
          throw RegistryError(error)
        }
      }
      checkpoint = signed.note
      return true
    }
  }

  let directory: String

  private var file: String { directory + "/state.json" }

  /// The contents; nil when the file is not there.
  ///
  /// Throws `damagedSettings`, `inputOutput`.
  func read() throws(RegistryError) -> Contents? {
    guard RegistryPaths.exists(file) else { return nil }
    do throws(EncodingError) {
      var bytes = try BoundedFile.readRegular(path: file, maximumBytes: 1 << 19)
      if bytes.last == 0x0A { bytes.removeLast() }
      var reader = try ObjectReader(try JSONValue(parsing: bytes), at: "state.json")
      let contents = Contents(
        instance: try reader.requireBytes("instance"),
        inode: UInt64(try reader.requireInteger("inode", in: 0...JSONValue.integerMax)),
        checkpoint: try reader.optionalString("checkpoint").map { Array($0.utf8) },
        refused: try reader.optionalString("refused").map { Array($0.utf8) })
      try reader.finish()
      return contents
    } catch {
      throw RegistryError(settings: error, at: file)
    }
  }

  /// Replaces the contents durably.
  func write(_ contents: Contents) throws(RegistryError) {
    var object: JSONObject = [
      "inode": .integer(Int64(clamping: contents.inode & 0x1F_FFFF_FFFF_FFFF)),
      "instance": .string(Base64URL.encode(contents.instance)),
    ]
    if let note = contents.checkpoint {
      object.append("checkpoint", .string(String(decoding: note, as: UTF8.self)))
    }
    if let note = contents.refused {
      object.append("refused", .string(String(decoding: note, as: UTF8.self)))
    }
    do throws(EncodingError) {
      try BoundedFile.writeAtomically(
        path: file, bytes: JSONValue.object(object).canonicalBytes() + [0x0A], mode: 0o600)
    } catch {
      throw RegistryError(file: error)
    }
  }

  /// The inode of a file as `state.json` keeps it: 53 bits, as JSON numbers go.
  static func inode(_ path: String) -> UInt64? {
    RegistryPaths.status(path).map { $0.inode & 0x1F_FFFF_FFFF_FFFF }
  }
}
