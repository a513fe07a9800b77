import CPNG

extension QRCode {
  /// Pixels of a module in a PNG.
  static let pixelCount = 6

  /// A grey PNG (RFC 2083) with its quiet zone, made by libpng. Throws `libraryFailed`.
  public func png() throws(CodesError) -> [UInt8] {
    let width = (side + 2 * QRCode.quietCount) * QRCode.pixelCount
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * width)
    for row in 0..<width {
      for column in 0..<width {
        let isDark = isDark(
          column / QRCode.pixelCount - QRCode.quietCount,
          row / QRCode.pixelCount - QRCode.quietCount)
        pixels.append(isDark ? 0 : 255)
      }
    }
    var image = unsafe png_image()
    unsafe image.version = UInt32(PNG_IMAGE_VERSION)
    unsafe image.width = UInt32(width)
    unsafe image.height = UInt32(width)
    unsafe image.format = UInt32(PNG_FORMAT_GRAY)
    defer { unsafe png_image_free(&image) }
    // Compressed it is far smaller; what cannot be is as large as its pixels and a little.
    var byteCount = UInt(pixels.count + width + 1_024)
    var isMade = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Int(byteCount)) { room, count in
      isMade =
        unsafe png_image_write_to_memory(
          &image, room.baseAddress, &byteCount, 0, pixels, 0, nil) != 0
      count = isMade ? Int(byteCount) : 0
    }
    guard isMade else {
      throw CodesError(.libraryFailed, "libpng failed; is there memory left?")
    }
    return bytes
  }

  /// An SVG of any size: dark modules on a light ground, row by row.
  public func svg() -> String {
    let width = side + 2 * QRCode.quietCount
    var path = ""
    for row in 0..<side {
      var column = 0
      while column < side {
        guard isDark(column, row) else {
          column += 1
          continue
        }
        var end = column
        while isDark(end, row) { end += 1 }
        let length = end - column
        path += "M\(column + QRCode.quietCount) \(row + QRCode.quietCount)h\(length)v1h-\(length)z"
        column = end
      }
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(width)" \
      shape-rendering="crispEdges"><rect width="\(width)" height="\(width)" fill="#fff"/>\
      <path d="\(path)"/></svg>

      """
  }

  /// Lines of a terminal, two rows of modules in each, dark on a light ground whatever the
  /// terminal's colours are.
  public func terminal() -> String {
    let quiet = QRCode.quietCount
    var text = ""
    for row in stride(from: -quiet, to: side + quiet, by: 2) {
      // Black on white: a reader wants dark modules on a light ground.
      text += "\u{1B}[30;107m"
      for column in -quiet..<(side + quiet) {
        switch (isDark(column, row), isDark(column, row + 1)) {
        case (true, true): text += "█"
        case (true, false): text += "▀"
        case (false, true): text += "▄"
        case (false, false): text += " "
        }
      }
      text += "\u{1B}[0m\n"
    }
    return text
  }

  /// Columns of a terminal that a code of a version takes.
  public static func columnCount(version: Int) -> Int { 4 * version + 17 + 2 * quietCount }
}
