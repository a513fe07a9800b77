import CZlib

/// Zlib streams (RFC 1950) as status lists have them. The only place that calls zlib.
enum Deflate {
  private static let chunkByteCount = 64 << 10

  /// One complete stream at level 9, with zlib's own window and memory: the bytes are the same
  /// everywhere.
  static func encode(_ bytes: [UInt8]) throws(CertificatesError) -> [UInt8] {
    var stream = unsafe z_stream()
    let size = Int32(unsafe MemoryLayout<z_stream>.size)
    guard unsafe deflateInit_(&stream, Z_BEST_COMPRESSION, ZLIB_VERSION, size) == Z_OK else {
      throw CertificatesError(.statusCompression, "deflateInit failed; is there memory left?")
    }
    defer { unsafe deflateEnd(&stream) }
    let bound = Int(unsafe deflateBound(&stream, UInt(bytes.count)))
    var input = bytes
    var isComplete = false
    let output = unsafe [UInt8](unsafeUninitializedCapacity: bound) { room, count in
      unsafe input.withUnsafeMutableBufferPointer { source in
        unsafe stream.next_in = source.baseAddress
        unsafe stream.avail_in = UInt32(source.count)
        unsafe stream.next_out = room.baseAddress
        unsafe stream.avail_out = UInt32(bound)
        isComplete = unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END
        count = unsafe bound - Int(stream.avail_out)
      }
    }
    guard isComplete else {
      throw CertificatesError(.statusCompression, "deflate did not end the stream")
    }
    return output
  }

  /// The contents of exactly one stream. At most a chunk more than the bound is ever unpacked.
  static func decode(
    _ bytes: [UInt8], byteCountMax: Int
  ) throws(CertificatesError) -> [UInt8] {
    try checkHeader(bytes)
    var stream = unsafe z_stream()
    let size = Int32(unsafe MemoryLayout<z_stream>.size)
    guard unsafe inflateInit_(&stream, ZLIB_VERSION, size) == Z_OK else {
      throw CertificatesError(.statusCompression, "inflateInit failed; is there memory left?")
    }
    defer { unsafe inflateEnd(&stream) }
    var input = bytes
    var output: [UInt8] = []
    let result: Int32 = unsafe input.withUnsafeMutableBufferPointer { source in
      unsafe stream.next_in = source.baseAddress
      unsafe stream.avail_in = UInt32(source.count)
      while true {
        var code = Z_OK
        let chunk = unsafe [UInt8](unsafeUninitializedCapacity: chunkByteCount) { room, count in
          unsafe stream.next_out = room.baseAddress
          unsafe stream.avail_out = UInt32(chunkByteCount)
          code = unsafe inflate(&stream, Z_NO_FLUSH)
          count = unsafe chunkByteCount - Int(stream.avail_out)
        }
        output.append(contentsOf: chunk)
        // A full chunk may be followed by more; a short one with Z_OK lacks input.
        let hasMore = code == Z_OK && chunk.count == chunkByteCount
        if !hasMore || output.count > byteCountMax { return code }
      }
    }
    guard output.count <= byteCountMax else {
      throw CertificatesError(
        .statusTooLarge, "the status list unpacks to more than \(byteCountMax) bytes")
    }
    guard result == Z_STREAM_END else {
      throw failure(result, unsafe stream.msg.map { unsafe String(cString: $0) })
    }
    guard unsafe stream.avail_in == 0 else {
      throw CertificatesError(
        .statusTrailingBytes, "there are bytes after the end of the status list")
    }
    return output
  }

  /// RFC 1950 §2.2: method 8, window up to 32 KiB, the check of the two bytes, no dictionary. The
  /// level (FLEVEL) says nothing and may be any.
  private static func checkHeader(_ bytes: [UInt8]) throws(CertificatesError) {
    guard bytes.count >= 2 else {
      throw CertificatesError(.statusCompression, "the status list ends within its zlib header")
    }
    guard bytes[0] & 0x0F == 8, bytes[0] >> 4 <= 7,
      (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0
    else {
      throw CertificatesError(.statusCompression, "the status list has no zlib header (RFC 1950)")
    }
    guard bytes[1] & 0x20 == 0 else {
      throw CertificatesError(
        .statusCompression, "the status list wants a preset dictionary; there is none")
    }
  }

  private static func failure(_ code: Int32, _ text: String?) -> CertificatesError {
    switch (code, text) {
    case (Z_DATA_ERROR, "incorrect data check"):
      CertificatesError(.statusChecksum, "the status list was changed: its Adler-32 is wrong")
    case (Z_OK, _), (Z_BUF_ERROR, _):
      CertificatesError(.statusCompression, "the status list ends too early")
    default:
      CertificatesError(.statusCompression, "the status list is no zlib stream: inflate failed")
    }
  }
}
