import Encoding
import Foundation
import Verification

/// One file of the command line, read as far as need be.
struct VerifyInput: Sendable {
  enum Content: Sendable {
    /// A file that was read whole.
    case file(KnownFile)
    /// JSON Lines, of which this is the beginning.
    case lines(FileByteSource, beginning: [UInt8])
    /// A file that could not be read.
    case unreadable(KnownFile.Fault)
  }

  let path: String
  let content: Content

  init(path: String) {
    self.path = path
    do {
      content = try VerifyInput.read(path)
    } catch {
      content = .unreadable(
        KnownFile.Fault(code: Failure.snakeCase("\(error.code)"), message: error.message))
    }
  }

  /// A file found in a folder that was named: a regular one, and nothing else.
  init(regular path: String) {
    self.path = path
    do {
      content = .file(
        KnownFile(
          recognising: try BoundedFile.readRegular(
            path: path, maximumBytes: KnownFile.byteCountMax)))
    } catch {
      content = .unreadable(
        KnownFile.Fault(code: Failure.snakeCase("\(error.code)"), message: error.message))
    }
  }

  /// A file that was read before.
  init(path: String, file: KnownFile) {
    self.path = path
    content = .file(file)
  }

  /// A file that is not read, and why.
  init(path: String, fault code: String, _ message: String) {
    self.path = path
    content = .unreadable(KnownFile.Fault(code: code, message: message))
  }

  private static func read(_ path: String) throws(EncodingError) -> Content {
    var source =
      path == "-"
      ? FileByteSource(descriptor: STDIN_FILENO, named: "standard input")
      : try FileByteSource(path: path)
    var bytes: [UInt8] = []
    // One byte more than any file has tells that this is none.
    while bytes.count <= KnownFile.byteCountMax {
      // The last byte is searched again: it may be a newline after which nothing stood yet.
      let searched = max(0, bytes.count - 1)
      let count = try source.read(into: &bytes, maximumCount: 1 << 16)
      if count == 0 { break }
      if KnownFile.isBeginningOfLines(bytes, searched: searched) {
        return .lines(source, beginning: bytes)
      }
    }
    return .file(KnownFile(recognising: bytes))
  }
}
