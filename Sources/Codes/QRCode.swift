import CQRCode

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A QR code (ISO/IEC 18004): a square of dark and light modules, made by libqrencode.
///
/// Level M: a code is read with about a seventh of it covered. Spec: qr.md, "Drawing".
public struct QRCode: Sendable {
  /// The light modules that every reader expects on each side.
  public static let quietCount = 4
  /// The largest version that is drawn unless another is said: 117 modules, which a telephone reads
  /// off a screen at arm's length.
  public static let versionMaxDefault = 25

  /// Modules on a side, without the quiet zone: 4 · version + 17.
  public let side: Int
  /// Row by row, from the top left.
  private let modules: [Bool]

  /// Encodes an ASCII text into the smallest code; throws `textTooLong`, `libraryFailed`.
  public init(_ text: String, versionMax: Int) throws(CodesError) {
    let made = unsafe QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1)
    guard let code = unsafe made else {
      guard errno == ERANGE else {
        throw CodesError(.libraryFailed, "libqrencode failed; is there memory left?")
      }
      throw CodesError(.textTooLong, "the text does not fit into a code")
    }
    defer { unsafe QRcode_free(code) }
    guard unsafe Int(code.pointee.version) <= versionMax else {
      throw CodesError(.textTooLong, "the text does not fit into a code of version \(versionMax)")
    }
    side = unsafe Int(code.pointee.width)
    let data = unsafe UnsafeBufferPointer(start: code.pointee.data, count: side * side)
    // The lowest bit is the colour; the others tell what a module is for.
    modules = unsafe data.map { $0 & 1 == 1 }
  }

  /// The characters of the alphanumeric mode that a version of level M holds; ISO/IEC 18004,
  /// table 7.
  public static func characterCount(version: Int) -> Int {
    let counts = [
      20, 38, 61, 90, 122, 154, 178, 221, 262, 311, 366, 419, 483, 528, 600, 656, 734, 816, 909,
      970, 1035, 1134, 1248, 1326, 1451, 1542, 1637, 1732, 1839, 1994, 2113, 2238, 2369, 2506,
      2632, 2780, 2894, 3054, 3220, 3391,
    ]
    return counts[min(max(version, 1), 40) - 1]
  }

  /// Whether a module is dark; light outside of the code, where the quiet zone is.
  func isDark(_ column: Int, _ row: Int) -> Bool {
    (0..<side).contains(column) && (0..<side).contains(row) && modules[row * side + column]
  }
}
