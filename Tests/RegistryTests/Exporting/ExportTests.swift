import Cryptography
import Encoding
import Foundation
import Ledger
import Registry
import Rules
import Testing
import Verification

@Suite struct ExportTests {
  /// The files below a folder, relative to it, in order.
  private static func files(_ folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
      var isDirectory: ObjCBool = false
      return FileManager.default.fileExists(atPath: folder + "/" + $0, isDirectory: &isDirectory)
        && !isDirectory.boolValue
    }.sorted()
  }

  private static func export(
    _ city: TestCity, _ folder: String, incremental: Bool = false, signing: Bool = false,
    stopAfter bundles: Int = .max
  ) throws -> ExportResult {
    let registry = try city.base.open()
    var count = 0
    let result = try registry.export(
      ExportOrder(
        directory: folder, isIncremental: incremental, isSigning: signing,
        isStopped: {
          count += 1
          return count > bundles
        }))
    try registry.close()
    return result
  }

  private static func root(_ city: TestCity) throws -> Identity {
    try Identity(
      pem: try BoundedFile.read(
        path: city.base.directory + "/public/root.pem", maximumBytes: 1 << 16))
  }

  /// Runs the check that knows nothing of Kanhe.
  private static func peer(_ folder: String) throws -> (status: Int32, output: String) {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("scripts/check-export.py")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", script.path, folder]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  @Test func `an export has the ledger, its root and the type files, and nothing private`() throws {
    let city = try TestCity()
    let folder = city.base.folder.file("export")
    let result = try Self.export(city, folder)
    #expect(result.isComplete && result.beyondCount == 0)
    let files = try Self.files(folder)
    #expect(
      files.filter { !$0.hasPrefix("trust") } == [
        "checkpoint", "root.pem", "tile/0/000.p/6", "tile/entries/000.p/6",
        "types/11440300KH0002054H001/1.json", "types/11440300KH0002062C001/1.json",
      ])
    #expect(result.fileCount == files.count)
    let bytes = try files.reduce(0) {
      $0 + (try BoundedFile.read(path: folder + "/" + $1, maximumBytes: 1 << 24).count)
    }
    #expect(result.byteCount == bytes)
    let report = try LedgerAudit(
      reader: try ExportReader(directory: folder), root: try Self.root(city)
    ).run()
    #expect(report.isFaultless)
    #expect(report.entryCount == 6)
  }

  @Test func `a program that knows nothing of Kanhe recomputes root, tiles, chain, signature`()
    throws
  {
    let city = try TestCity()
    try city.grow(by: 700)
    let folder = city.base.folder.file("export")
    let result = try Self.export(city, folder)
    let root = Base64.encode(result.checkpoint.head.root.bytes)
    let passed = try Self.peer(folder)
    #expect(passed.status == 0 && passed.output.contains(root), "\(passed.output)")
    for name in ["checkpoint", "tile/0/001", "tile/1/000.p/2", "tile/entries/002.p/194"] {
      let path = folder + "/" + name
      let bytes = try BoundedFile.read(path: path, maximumBytes: 1 << 24)
      var changed = bytes
      changed[changed.count - 9] ^= 1
      try BoundedFile.writeAtomically(path: path, bytes: changed)
      #expect(try Self.peer(folder).status == 1, "\(name)")
      try BoundedFile.writeAtomically(path: path, bytes: bytes)
    }
  }

  @Test func `a later export goes on with an earlier one, and equals one made at once`() throws {
    let city = try TestCity()
    let folder = city.base.folder.file("export")
    try city.grow(by: 300)
    _ = try Self.export(city, folder)
    try city.grow(by: 400)
    let second = try Self.export(city, folder, incremental: true)
    #expect(second.isComplete)
    #expect(try Self.peer(folder).status == 0)
    let fresh = city.base.folder.file("fresh")
    let all = try Self.export(city, fresh)
    #expect(all.checkpoint == second.checkpoint)
    // The first 256 entries were there: neither read nor counted again.
    #expect(second.fileCount == all.fileCount - 2)
    for file in try Self.files(fresh) {
      let wanted = try BoundedFile.read(path: fresh + "/" + file, maximumBytes: 1 << 24)
      #expect(
        try BoundedFile.read(path: folder + "/" + file, maximumBytes: 1 << 24) == wanted,
        "\(file)")
    }
  }

  @Test func `an interrupted export has no checkpoint, and is gone on with`() throws {
    let city = try TestCity()
    try city.grow(by: 700)
    let folder = city.base.folder.file("export")
    let stopped = try Self.export(city, folder, stopAfter: 1)
    #expect(!stopped.isComplete)
    #expect(!FileManager.default.fileExists(atPath: folder + "/checkpoint"))
    // What a killed process may leave: a file that ends too early.
    let bundle = folder + "/tile/entries/000"
    try FileHandle(forWritingTo: URL(fileURLWithPath: bundle)).truncate(atOffset: 1000)
    #expect(throws: RegistryError(.alreadyExists, "")) { try Self.export(city, folder) }
    #expect(try Self.export(city, folder, incremental: true).isComplete)
    #expect(try Self.peer(folder).status == 0)
  }

  @Test func `files of another ledger are never mixed with this one's`() throws {
    let city = try TestCity()
    let other = try TestCity()
    try other.grow(by: 300)
    let folder = city.base.folder.file("export")
    _ = try Self.export(other, folder)
    #expect(throws: RegistryError(.foreignExport, "")) {
      try Self.export(city, folder, incremental: true)
    }
    try FileManager.default.removeItem(atPath: folder + "/checkpoint")
    try city.grow(by: 300)
    #expect(throws: RegistryError(.foreignExport, "")) {
      try Self.export(city, folder, incremental: true)
    }
  }

  @Test func `an export that is ahead of a restored registry is refused`() throws {
    let city = try TestCity()
    let folder = city.base.folder.file("export")
    let backup = city.base.folder.file("backup")
    try TemporaryDirectory.copy(city.base.directory, to: backup)
    try city.grow(by: 3)
    _ = try Self.export(city, folder)
    let restored = try city.base.open(backup)
    #expect(throws: RegistryError(.foreignExport, "")) {
      try restored.export(ExportOrder(directory: folder, isIncremental: true))
    }
    try restored.close()
  }

  @Test func `entries without a stored checkpoint are left out unless a key signs them`() throws {
    let city = try TestCity()
    let registry = try city.base.open()
    let size = try registry.ledger.size()
    let registrar = try registry.signer(TestRegistry.code, use: .act)
    _ = try registry.write { writer throws(RegistryError) in
      let draft = writer.draft(.ledgerRuled, by: registrar, ["rules": 1])
      return try writer.append([Proposal(try writer.sign(draft, by: registrar))])
    }
    // The process ends here without closing: the batch is durable, its checkpoint is not stored.
    let left = try Self.export(city, city.base.folder.file("first"))
    #expect(left.checkpoint.head.size == size)
    #expect(left.beyondCount == 1)
    let signed = try Self.export(city, city.base.folder.file("second"), signing: true)
    #expect(signed.checkpoint.head.size == size.advanced(by: 1))
    #expect(signed.beyondCount == 0)
    try registry.close()
  }

  @Test func `before a checkpoint leaves the house the state folder knows it`() throws {
    let city = try TestCity()
    let state = city.base.directory + ".state/state.json"
    let old = try BoundedFile.read(path: state, maximumBytes: 1 << 20)
    try city.grow(by: 3)
    let newest = try BoundedFile.read(path: state, maximumBytes: 1 << 20)
    try BoundedFile.writeAtomically(path: state, bytes: old, mode: 0o600)
    _ = try Self.export(city, city.base.folder.file("export"))
    #expect(try BoundedFile.read(path: state, maximumBytes: 1 << 20) == newest)
  }

  @Test func `a missing type file is named, and the checkpoint is not written`() throws {
    let city = try TestCity()
    let folder = city.base.folder.file("export")
    try FileManager.default.removeItem(
      atPath: city.base.directory + "/public/types/11440300KH0002054H001/1.json")
    #expect(throws: RegistryError(.damagedType, "")) { try Self.export(city, folder) }
    #expect(!FileManager.default.fileExists(atPath: folder + "/checkpoint"))
  }
}
