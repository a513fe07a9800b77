import Cryptography
import Foundation
import Testing

/// The `openssl` program in a folder of its own, removed with it: the independent second opinion.
final class OpenSSLTool {
  let folder: URL

  /// Nil, with one line, when the program is missing; with `CI` set that fails the test.
  init?() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("openssl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    if try run(["version"]).status != 0 {
      if ProcessInfo.processInfo.environment["CI"] != nil {
        Issue.record("no openssl program")
      } else {
        print("skipped: no openssl program")
      }
      return nil
    }
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      print("left behind: \(folder.path)")
    }
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: folder.appendingPathComponent(name))
  }

  func read(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  /// Exit status and both outputs as one text.
  func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  func require(_ arguments: String) throws {
    let words = arguments.split(separator: " ").map(String.init)
    let (status, output) = try run(words)
    guard status == 0 else {
      Issue.record("openssl \(arguments): \(output)")
      throw CryptographyError(.operationFailed, "openssl failed")
    }
  }

  /// Writes identities and encrypted keys of a registry, passphrase `test`.
  func install(_ city: TestCity) throws {
    let passphrase = SecretBytes(copying: Array("test".utf8))
    try write("root.pem", city.root.pem)
    try write("authority.pem", city.authority.pem)
    for (name, key) in [("root", city.rootKey), ("authority", city.authorityKey)] {
      try write(
        "\(name).key", PrivateKeyFile.encrypt(key, passphrase: passphrase, cost: .test))
    }
  }

  /// What our issuer would refuse to make: an identity signed by `issuer`'s key.
  func issue(
    _ name: String, under issuer: String, extensions: [String],
    key: String = "ec -pkeyopt ec_paramgen_curve:P-256", digest: String = "sha256"
  ) throws -> Identity {
    try require(
      "req -new -newkey \(key) -nodes -keyout \(name).key -subj /CN=\(name) -out \(name).csr")
    try write("\(name).cnf", Array((extensions.joined(separator: "\n") + "\n").utf8))
    try require(
      "x509 -req -in \(name).csr -CA \(issuer).pem -CAkey \(issuer).key -passin pass:test"
        + " -days 300 -\(digest) -extfile \(name).cnf -out \(name).pem")
    return try Identity(pem: read("\(name).pem"))
  }

  /// Whether `openssl verify`, strict, accepts an identity at a time.
  func verifies(
    _ identity: Identity, root: Identity, untrusted: [Identity], at seconds: Int64
  ) throws -> Bool {
    try write("v-leaf.pem", identity.pem)
    try write("v-root.pem", root.pem)
    var arguments = ["verify", "-x509_strict", "-attime", "\(seconds)", "-CAfile", "v-root.pem"]
    if !untrusted.isEmpty {
      try write("v-untrusted.pem", untrusted.flatMap(\.pem))
      arguments += ["-untrusted", "v-untrusted.pem"]
    }
    return try run(arguments + ["v-leaf.pem"]).status == 0
  }
}
