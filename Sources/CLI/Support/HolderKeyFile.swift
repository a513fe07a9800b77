import Certificates
import Cryptography
import Encoding

/// Files with holders' proven keys, as `holder key` writes them or a code was scanned.
enum HolderKeyFile {
  /// The keys, in the order of the files.
  static func read(_ paths: [String]) throws -> [P256PublicKey] {
    try paths.map { path in
      let bytes = try BoundedFile.read(path: path, maximumBytes: 4_096)
      do throws(CertificatesError) {
        let shown = CodeSeries.isSeries(bytes) ? try CodeSeries.join(bytes) : bytes
        let text = String(decoding: shown, as: UTF8.self)
        return try HolderKeyProof.publicKey(text.hasSuffix("\n") ? text.dropLast() : text[...])
      } catch {
        throw Failure(.cannot, code: "holder_key", "\(path): \(error.message)")
      }
    }
  }
}
