import Certificates
import Encoding

/// The type files of the sample city.
enum SampleSheets {
  static let codes = [
    "11440300KH0002054H001", "11440300KH0002054H002", "11440300KH0002054H003",
    "11440300KH0002062C001", "11440300KH0002097Y001", "11440300KH0002222K001",
    "11440300KH0002222K002", "11440300KH0002329Y001", "11440300KH0002353F001",
    "11440300KH00023882001", "11440300KH0002409J001", "11440300KH0002417D001",
  ]

  static func typeFile(_ code: String) throws -> [UInt8] {
    try BoundedFile.read(
      path: "\(Vectors.repository)/Examples/shenzhen/types/\(code).json",
      maximumBytes: TypeFile.byteCountMax)
  }
}
