#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Synchronization

/// How a table's text is written in bytes.
public enum TextEncoding: String, Sendable, CaseIterable {
  /// UTF-8, with or without a byte order mark.
  case utf8 = "utf-8"
  /// GB 18030, of which GBK and GB 2312 are parts: what spreadsheets on a Chinese Windows write.
  case gb18030

  /// The encoding of a name such as `utf8`, `UTF-8`, `gb18030`, `gbk` or `gb2312`, or nil.
  public init?(name: String) {
    switch name.lowercased() {
    case "utf8", "utf-8": self = .utf8
    case "gb18030", "gbk", "gb2312", "cp936": self = .gb18030
    default: return nil
    }
  }

  /// The bytes that mark the encoding at the start of a file.
  var byteOrderMark: [UInt8] {
    switch self {
    case .utf8: [0xEF, 0xBB, 0xBF]
    case .gb18030: [0x84, 0x31, 0x95, 0x33]
    }
  }

  /// The text of the bytes.
  ///
  /// Throws `invalidText` or `noncharacter` with the position of the fault, or
  /// `encodingUnavailable`.
  public func decode(_ bytes: ArraySlice<UInt8>) throws(EncodingError) -> String {
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    switch self {
    case .utf8:
      try TextCheck.utf8(bytes)
      return String(decoding: bytes, as: UTF8.self)
    case .gb18030:
      return try GB18030Decoder.shared.get().decode(bytes)
    }
  }
}

/// GB 18030 through the C library's `iconv`.
///
/// `@unchecked Sendable`: the handle, which one thread at a time may use, is touched only while
/// the lock is held, and lives as long as the process.
@safe private final class GB18030Decoder: @unchecked Sendable {
  static let shared = open()

  private let handle: iconv_t
  private let lock = Mutex(())

  private init(handle: iconv_t) { unsafe self.handle = handle }

  private static func open() -> Result<GB18030Decoder, EncodingError> {
    let handle = unsafe iconv_open("UTF-8", "GB18030")
    // iconv_open(3): (iconv_t) -1 means failure.
    guard Int(bitPattern: handle) != -1, let handle = unsafe handle as iconv_t? else {
      return .failure(
        EncodingError(
          .encodingUnavailable,
          "the C library cannot read GB 18030; install its gconv modules or save as UTF-8"))
    }
    return .success(unsafe GB18030Decoder(handle: handle))
  }

  func decode(_ bytes: ArraySlice<UInt8>) throws(EncodingError) -> String {
    // One byte gives at most two bytes of UTF-8: GBK pairs give three, four-byte forms four.
    var output = [UInt8](repeating: 0, count: bytes.count * 2 + 8)
    var input = Array(bytes)
    let (left, room) = lock.withLock { _ in convert(&input, &output) }
    guard left == 0 else {
      throw EncodingError(
        .invalidText, "the bytes are not valid GB 18030", at: .byte(input.count - left))
    }
    output.removeLast(room)
    return try TextCheck.string(output)
  }

  /// Returns the bytes left over in the input and the room left in the output.
  private func convert(_ input: inout [UInt8], _ output: inout [UInt8]) -> (Int, Int) {
    var left = input.count
    var room = output.count
    unsafe input.withUnsafeMutableBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        var from = unsafe source.baseAddress?.assumingMemoryBound(to: CChar.self)
        var to = unsafe target.baseAddress?.assumingMemoryBound(to: CChar.self)
        // A failed conversion leaves a state behind: reset before each.
        unsafe iconv(handle, nil, nil, nil, nil)
        unsafe iconv(handle, &from, &left, &to, &room)
      }
    }
    return (left, room)
  }
}
