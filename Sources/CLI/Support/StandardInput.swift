import Encoding
import Glibc

/// Standard input where a file is needed that can be read twice.
enum StandardInput {
  /// As much as is kept, in bytes. Spec: cli/README.md, "Input".
  static let byteCountMax = 1 << 30

  /// Reads it to its end and keeps it in a directory, in a file that has no name.
  static func kept(in directory: String) throws -> RandomAccessFile {
    let name = "standard input"
    do throws(EncodingError) {
      return try RandomAccessFile(
        keeping: FileByteSource(descriptor: STDIN_FILENO, named: name), named: name,
        in: directory, maximumBytes: byteCountMax)
    } catch {
      guard error.code != .permissionDenied else {
        throw Failure(
          .cannot, code: "not_writable", "standard input cannot be kept in \(directory)",
          hint: "give the path of a file")
      }
      throw error
    }
  }
}
