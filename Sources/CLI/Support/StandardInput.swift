import Encoding
import Foundation

/// Standard input where a file is needed that can be read twice.
enum StandardInput {
  /// Copies it into a file of mode 0600 in a directory and returns the path; remove it when it is
  /// open.
  static func spool(in directory: String) throws -> String {
    let path = "\(directory)/.input-\(UUID().uuidString)"
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(0o600))
    guard file >= 0 else {
      throw Failure(
        .cannot, code: "not_writable", "standard input cannot be kept in \(directory)",
        hint: "give the path of a file")
    }
    defer { close(file) }
    var source = FileByteSource(descriptor: STDIN_FILENO, named: "standard input")
    var piece: [UInt8] = []
    while try source.read(into: &piece, maximumCount: 1 << 16) > 0 {
      guard unsafe write(file, piece, piece.count) == piece.count else {
        remove(path)
        throw Failure(
          .cannot, code: "disk_full", "standard input could not be kept in \(directory)",
          hint: "free some space, or give the path of a file")
      }
      piece.removeAll(keepingCapacity: true)
    }
    return path
  }

  /// Takes the file away; who has it open can still read it.
  static func remove(_ path: String) { _ = unsafe unlink(path) }
}
