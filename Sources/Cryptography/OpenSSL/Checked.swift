internal import COpenSSL

/// The one door through which failures of OpenSSL come in.
enum OpenSSL {
  /// Empties the error queue of this thread and returns it as one line, oldest first.
  static func drainErrors() -> String? {
    var lines: [String] = []
    while true {
      let code = ERR_get_error()
      if code == 0 { break }
      let text = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        unsafe ERR_error_string_n(code, buffer.baseAddress, buffer.count)
        return unsafe buffer.baseAddress.map { unsafe String(cString: $0) } ?? "unknown"
      }
      lines.append(text)
    }
    return lines.isEmpty ? nil : lines.joined(separator: "; ")
  }

  /// Runs `call`, whose result 1 means success; anything else drains the queue into an error.
  static func check(
    _ function: String, code: CryptographyError.Code = .operationFailed,
    _ message: @autoclosure () -> String = "OpenSSL refused an operation",
    _ call: () -> Int32
  ) throws(CryptographyError) {
    ERR_clear_error()
    guard call() == 1 else { throw failure(function, code: code, message()) }
  }

  /// Runs `call`, whose nil result means failure.
  static func make(
    _ function: String, code: CryptographyError.Code = .operationFailed,
    _ message: @autoclosure () -> String = "OpenSSL refused an operation",
    _ call: () -> OpaquePointer?
  ) throws(CryptographyError) -> OpaquePointer {
    ERR_clear_error()
    guard let pointer = unsafe call() else { throw failure(function, code: code, message()) }
    return unsafe pointer
  }

  /// Runs a `d2i_` function, whose nil result means failure, over bytes that must be one DER
  /// structure with nothing after it.
  static func parse(
    _ der: [UInt8], _ function: String, code: CryptographyError.Code,
    _ name: @autoclosure () -> String,
    _ read: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> OpaquePointer?
  ) throws(CryptographyError) -> (pointer: OpaquePointer, isWhole: Bool) {
    var consumed = 0
    let pointer = try unsafe make(function, code: code, "these bytes are no \(name())") {
      unsafe der.withUnsafeBufferPointer { buffer in
        var next = buffer.baseAddress
        let made = unsafe read(&next, buffer.count)
        if let start = buffer.baseAddress, let end = unsafe next {
          unsafe consumed = end - start
        }
        return unsafe made
      }
    }
    return unsafe (pointer, consumed == der.count)
  }

  /// An error with the drained queue as its cause.
  static func failure(
    _ function: String, code: CryptographyError.Code = .operationFailed, _ message: String
  ) -> CryptographyError {
    CryptographyError(code, message, cause: drainErrors(), location: function)
  }
}
