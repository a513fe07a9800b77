import Certificates
import Cryptography
import Encoding

/// A file whose rows shall be certificates: read once as a stream, then at places in any order.
///
/// Spec: issuing.md, "Two readings of one file".
public struct ClaimsFile: Sendable {
  /// How the file is written.
  public enum Form: Sendable, Equatable {
    /// A sheet with a header.
    case sheet(TextEncoding)
    /// One JSON object, or one in each line.
    case json

    var name: String {
      switch self {
      case .sheet(let encoding): "csv/" + encoding.rawValue
      case .json: "json"
      }
    }
  }

  /// The largest row, in bytes of the file.
  static let rowBytesMax = 4 << 20

  /// Its path, for messages.
  public let path: String
  /// How it is written.
  public let form: Form
  let file: RandomAccessFile

  /// Opens a file; throws `notFound`, `notWritable`, `inputOutput`.
  public init(path: String, form: Form) throws(RegistryError) {
    do throws(EncodingError) {
      self.init(try RandomAccessFile(path: path), form: form, named: path)
    } catch {
      throw RegistryError(input: error, at: path)
    }
  }

  /// An open file, by the name that messages give it.
  public init(_ file: RandomAccessFile, form: Form, named name: String) {
    path = name
    self.form = form
    self.file = file
  }

  /// The bytes of a row as they stand now; throws `fileChanged`, `inputOutput`.
  func bytes(_ place: RowPlace) throws(RegistryError) -> [UInt8] {
    do throws(EncodingError) {
      return try file.read(offset: place.offset, count: Int(place.count))
    } catch {
      guard error.code != .unexpectedEnd else { throw changed }
      throw RegistryError(input: error, at: path)
    }
  }

  var changed: RegistryError {
    RegistryError(
      .fileChanged, "the file was changed while it was read; run the command again", at: path)
  }
}

/// A file read from its beginning, its SHA-256 computed on the way; copies share one position.
struct HashedSource: ByteSource {
  private struct Progress {
    var offset = 0
    var hash = SHA256()
  }

  private let file: RandomAccessFile
  private let progress = Guarded(Progress())

  init(_ file: RandomAccessFile) { self.file = file }

  /// SHA-256 of what was read so far.
  var digest: Digest { progress.withLock { $0.hash.finish() } }
  /// How many bytes were read so far.
  var offset: Int { progress.withLock { $0.offset } }

  mutating func read(
    into buffer: inout [UInt8], maximumCount: Int
  ) throws(EncodingError) -> Int {
    let offset = self.offset
    let count = min(maximumCount, file.size - offset)
    guard count > 0 else { return 0 }
    let bytes = try file.read(offset: offset, count: count)
    progress.withLock {
      $0.hash.update(bytes)
      $0.offset += count
    }
    buffer.append(contentsOf: bytes)
    return count
  }
}

extension RegistryError {
  /// An input file that cannot be read, or not as what it was said to be.
  init(input error: EncodingError, at path: String) {
    switch error.code {
    case .fileNotFound, .isDirectory, .notRegular, .permissionDenied, .inputOutput, .diskFull:
      self.init(file: error)
    default:
      let place = error.location.map { "\(path), \($0)" } ?? path
      self.init(.invalidInput, error.message, cause: error, at: place)
    }
  }
}
