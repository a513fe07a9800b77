import Certificates
import Encoding
import Foundation
import Registry
import SQLiteStorage

/// A small registry in which two departments of the sample city are enrolled and two types are
/// published: the identity card (one subject) and, by the civil affairs bureau, the marriage
/// certificate (two subjects, two copies).
struct TestCity {
  /// Public security: defines and issues the identity card.
  static let police = "11440300KH0002054H"
  /// Civil affairs: defines and issues the marriage certificate.
  static let civil = "11440300KH0002062C"

  let base: TestRegistry

  init() throws {
    base = try TestRegistry()
    let registry = try base.open()
    _ = try registry.enrol([
      try NewDepartment(code: TestCity.police, name: "深圳市公安局", level: "municipal"),
      try NewDepartment(code: TestCity.civil, name: "深圳市民政局", level: "municipal"),
    ])
    _ = try registry.publish([
      try TestCity.type("11440300KH0002054H001"), try TestCity.type("11440300KH0002062C001"),
    ])
    try registry.close()
  }

  /// A type file of the sample city.
  static func type(_ code: String) throws -> TypeFile {
    try TypeFile(
      parsing: try BoundedFile.read(path: "\(sample)/types/\(code).json", maximumBytes: 1 << 20))
  }

  /// The folder of the sample city.
  static var sample: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Examples/shenzhen").path
  }
}
