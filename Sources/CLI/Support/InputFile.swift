import Encoding
import Foundation

/// A file that a command reads; `-` is standard input.
enum InputFile {
  /// Its bytes; throws where there are more, and what the file system throws.
  static func read(_ path: String, maximumBytes: Int) throws -> [UInt8] {
    path == "-"
      ? try BoundedFile.read(
        descriptor: STDIN_FILENO, named: "standard input", maximumBytes: maximumBytes)
      : try BoundedFile.read(path: path, maximumBytes: maximumBytes)
  }
}
