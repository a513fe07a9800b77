#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Cryptography
import Encoding

/// A file with one delivery in each line.
///
/// Only whole batches are acknowledged: each is synchronised once. A crash within leaves a part
/// of the batch and perhaps of a line; the next opening cuts the incomplete line off and knows
/// which copies are there.
final class DeliveryLines: DeliveryOutput {
  /// How every line of ours begins.
  private static let beginning = Array("{\"copy\":\"".utf8)

  /// Bytes that are written at once, or one delivery.
  private static let pieceBytes = 1 << 16

  private let descriptor: Int32
  private let path: String
  /// SHA-256, shortened, of the tokens in the file when it was opened.
  private var known: Set<UInt64> = []
  private let isNew: Bool

  init(path: String, isResuming: Bool) throws(RegistryError) {
    self.path = path
    isNew = !RegistryPaths.exists(path)
    // Claims of persons: for the owner's eyes, and nowhere but where the owner said.
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, mode_t(0o600))
    guard descriptor >= 0 else {
      guard errno == ELOOP else { throw RegistryError(systemCall: "write", path) }
      throw RegistryError(
        .outputForeign, "this is a link; give as --out the file that it leads to", at: path)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw RegistryError(
        .outputBusy, "another process writes to it; wait until it is done, or give another --out",
        at: path)
    }
    let isEmpty = try size() == 0
    guard isResuming || isEmpty else {
      throw RegistryError(
        .outputExists, "the file is there already, and not of this job; give another --out",
        at: path)
    }
    // Somebody may have made the empty file with a mode that lets everybody read.
    if isEmpty, fchmod(descriptor, 0o600) != 0 {
      throw RegistryError(systemCall: "keep for its owner alone", path)
    }
    try refresh()
  }

  deinit { close(descriptor) }

  func has(name: String, copy: [UInt8]) -> Bool {
    !known.isEmpty && known.contains(DeliveryLines.key(copy[...]))
  }

  var knownCount: Int { known.count }

  func finish() throws(RegistryError) {
    guard isNew, try size() == 0 else { return }
    guard unsafe unlink(path) == 0 else { throw RegistryError(systemCall: "remove", path) }
  }

  func write(_ deliveries: [DeliveryText]) throws(RegistryError) {
    // Small pieces: joined while they are in the processor's cache.
    var piece: [UInt8] = []
    piece.reserveCapacity(DeliveryLines.pieceBytes)
    for delivery in deliveries {
      if piece.count + delivery.bytes.count > DeliveryLines.pieceBytes {
        try DeliveryFile.append(piece, to: descriptor, path)
        piece.removeAll(keepingCapacity: true)
      }
      piece += delivery.bytes
    }
    try DeliveryFile.append(piece, to: descriptor, path)
  }

  func synchronize() throws(RegistryError) {
    guard fsync(descriptor) == 0 else { throw RegistryError(systemCall: "store", path) }
  }

  // MARK: Taking up

  private func size() throws(RegistryError) -> Int {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw RegistryError(systemCall: "look at", path)
    }
    return Int(status.st_size)
  }

  /// Reads the lines, cuts an incomplete last one off, and stands at the end.
  func refresh() throws(RegistryError) {
    let size = try size()
    known = []
    guard size > 0, lseek(descriptor, 0, SEEK_SET) == 0 else { return }
    var lines = LineReader(
      FileByteSource(descriptor: descriptor, named: path), byteCountMax: 4 << 20)
    var end = 0
    do throws(EncodingError) {
      while let line = try lines.next() {
        let isWhole = line.offset + line.bytes.count < size
        guard DeliveryLines.isOurs(line.bytes, isWhole: isWhole) else {
          throw EncodingError(.invalidText, "no delivery", at: .line(line.number, column: nil))
        }
        guard isWhole else { break }
        known.insert(DeliveryLines.key(line.bytes[DeliveryLines.beginning.count...]))
        end = line.offset + line.bytes.count + 1
      }
    } catch {
      throw RegistryError(
        .outputForeign, "the file holds something else than deliveries; give another --out",
        cause: error, at: path)
    }
    guard ftruncate(descriptor, off_t(end)) == 0, lseek(descriptor, off_t(end), SEEK_SET) >= 0
    else { throw RegistryError(systemCall: "cut", path) }
  }

  private static func isOurs(_ line: [UInt8], isWhole: Bool) -> Bool {
    isWhole
      ? line.starts(with: beginning) && line.last == UInt8(ascii: "}")
      : line.starts(with: beginning.prefix(line.count))
  }

  /// What a copy is known by: its token, up to the first `~`.
  private static func key(_ copy: ArraySlice<UInt8>) -> UInt64 {
    SHA256.hash(copy.prefix { $0 != UInt8(ascii: "~") }).words.0
  }
}
