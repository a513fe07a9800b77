internal import COpenSSL
import Encoding

/// Strict PEM (RFC 7468 §3): blocks of one label, text before and after them ignored.
enum PEM {
  static func encode(_ der: [UInt8], label: String) -> [UInt8] {
    var text = "-----BEGIN \(label)-----\n"
    var body = Base64.encode(der)[...]
    while !body.isEmpty {
      text += body.prefix(64) + "\n"
      body = body.dropFirst(64)
    }
    return Array((text + "-----END \(label)-----\n").utf8)
  }

  /// The contents of all blocks of `label`; throws `invalidEncoding` when there is none, or when
  /// one is broken or of another label.
  static func decodeAll(
    _ pem: [UInt8], label: String
  ) throws(CryptographyError) -> [[UInt8]] {
    guard pem.count <= 1 << 20 else { throw broken("the file is larger than 1 MiB") }
    var result: [[UInt8]] = []
    var body: [UInt8]?
    for line in pem.split(separator: 0x0a, omittingEmptySubsequences: false) {
      var line = line
      while let last = line.last, last == 0x0d || last == 0x20 || last == 0x09 { line.removeLast() }
      let text = String(decoding: line, as: UTF8.self)
      if text.hasPrefix("-----BEGIN ") {
        guard body == nil else { throw broken("a block begins inside another") }
        guard text == "-----BEGIN \(label)-----" else {
          throw broken("expected a block \(label), found another kind")
        }
        body = []
      } else if text.hasPrefix("-----END ") {
        guard let complete = body, text == "-----END \(label)-----" else {
          throw broken("a block ends that did not begin")
        }
        do {
          result.append(try Base64.decode(String(decoding: complete, as: UTF8.self)))
        } catch {
          throw broken("a block is not base64")
        }
        body = nil
      } else if body != nil {
        body?.append(contentsOf: line)
      }
    }
    guard body == nil else { throw broken("a block does not end; the file is cut off") }
    guard !result.isEmpty else { throw broken("the file holds no block \(label)") }
    return result
  }

  /// The bytes written to a memory BIO so far.
  static func contents(_ bio: OpaquePointer) -> [UInt8] {
    var start: UnsafeMutablePointer<CChar>?
    let count = unsafe kanhe_BIO_get_mem_data(bio, &start)
    guard count > 0, let start = unsafe start else { return [] }
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
  }

  private static func broken(_ what: String) -> CryptographyError {
    CryptographyError(.invalidEncoding, "cannot read PEM: \(what)")
  }
}
