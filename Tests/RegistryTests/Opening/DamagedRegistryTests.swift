import Encoding
import Foundation
import Ledger
import Registry
import Rules
import SQLiteStorage
import Testing

/// Rows, files and folders that are missing, old, doubled, moved or of another registry.
@Suite struct DamagedRegistryTests {
  private let city: TestCity
  private var directory: String { city.base.directory }
  private var state: String { directory + ".state" }

  init() throws {
    city = try TestCity()
    _ = try city.issueCards(1)
  }

  private func reasons(
    _ directory: String? = nil, writing: Bool = true, confirmed: Bool = false
  ) throws -> [ReadOnlyReason.Code] {
    let registry = try city.base.open(directory, writing: writing, confirmed: confirmed)
    defer { _ = Result { try registry.close() } }
    if !registry.reasons.isEmpty {
      #expect(registry.reasons.allSatisfy { !$0.remedy.isEmpty })
      #expect(throws: RegistryError(.readOnly, "")) {
        try registry.write { writer throws(RegistryError) in _ = try writer.append([]) }
      }
    }
    return registry.reasons.map(\.code)
  }

  private func replace(_ path: String, with source: String) throws {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: try Data(contentsOf: URL(fileURLWithPath: source)))
    try handle.close()
  }

  // MARK: Backups and copies

  @Test func `an older ledger put back in place is smaller than the mark`() throws {
    let old = try CrashImage(directory)
    _ = try city.issue([try TestCity.claims("M9", [7])])
    try old.restore(only: "ledger.sqlite")
    #expect(try reasons() == [.smallerThanHighWater])
    try old.restore(only: "/city/")
    #expect(try reasons() == [.smallerThanHighWater])
  }

  @Test func `a restored copy is known by its mark and its inode`() throws {
    let backup = city.base.folder.file("backup")
    try TemporaryDirectory.copy(directory, to: backup)
    _ = try city.issue([try TestCity.claims("M9", [7])])
    try FileManager.default.removeItem(atPath: directory)
    try TemporaryDirectory.copy(backup, to: directory)
    #expect(Set(try reasons()) == [.copied, .smallerThanHighWater])
  }

  @Test func `a copied directory is known by its inode, a moved one opens`() throws {
    let copy = city.base.folder.file("copy")
    try TemporaryDirectory.copy(directory, to: copy)
    #expect(try reasons(copy) == [.copied])
    #expect(try reasons(copy, writing: false) == [.copied])
    let moved = city.base.folder.file("moved")
    try FileManager.default.moveItem(atPath: directory, toPath: moved)
    #expect(try reasons(moved) == [])
    let elsewhere = city.base.folder.file("a/b/moved")
    try FileManager.default.createDirectory(
      atPath: city.base.folder.file("a/b"), withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: moved, toPath: elsewhere)
    #expect(try reasons(elsewhere) == [.stateMissing])
  }

  @Test func `databases of two registries are not taken for one`() throws {
    let other = try TestCity()
    try replace(directory + "/vault.sqlite", with: other.base.directory + "/vault.sqlite")
    #expect(try reasons().contains(.otherInstance))
    try replace(directory + "/ledger.sqlite", with: other.base.directory + "/ledger.sqlite")
    #expect(try reasons().contains(.otherInstance))
    try replace(directory + "/registry.json", with: other.base.directory + "/registry.json")
    #expect(Set(try reasons()).isSuperset(of: [.otherInstance]))
  }

  // MARK: State folder

  private func changeState(_ change: (String) -> String) throws {
    let path = state + "/state.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try change(text).write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test func `a state folder that is missing, unreadable or another's`() throws {
    let path = state + "/state.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try FileManager.default.removeItem(atPath: path)
    #expect(try reasons() == [.stateMissing])
    for (bad, code) in [
      ("", ReadOnlyReason.Code.stateMissing), ("[]", .stateMissing), ("{\"a\":1}", .stateMissing),
      (text.replacing("\"inode\":", with: "\"inode\":1"), .copied),
      (text.replacing("\"instance\":\"", with: "\"instance\":\"AA"), .otherInstance),
      (text.replacing("\"checkpoint\":\"zs", with: "\"checkpoint\":\"zz"), .checkpointForeign),
    ] {
      try bad.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(try reasons().contains(code), "\(bad.prefix(40))")
    }
    try FileManager.default.removeItem(atPath: state)
    #expect(try reasons() == [.stateMissing])
  }

  @Test func `a checkpoint of another key is not believed`() throws {
    let other = try TestCity()
    let theirs = try String(
      contentsOfFile: other.base.directory + ".state/state.json", encoding: .utf8)
    let note = try #require(
      try JSONValue(parsing: Array(theirs.utf8.dropLast()))["checkpoint"]?.stringValue)
    let mine = try JSONValue(
      parsing: Array(
        try String(contentsOfFile: state + "/state.json", encoding: .utf8).utf8.dropLast()))
    var object = JSONObject()
    for member in try #require(mine.objectValue) {
      object.append(
        member.name, member.name == "checkpoint" ? .string(note) : member.value)
    }
    try changeState { _ in
      String(decoding: JSONValue.object(object).canonicalBytes(), as: UTF8.self) + "\n"
    }
    #expect(try reasons() == [.checkpointForeign])
    let stored = Data(note.utf8).map { String(format: "%02x", $0) }.joined()
    try RawDatabase.execute(
      directory + "/ledger.sqlite", "UPDATE checkpoint SET note = x'\(stored)'")
    #expect(try reasons().contains(.checkpointForeign))
  }

  // MARK: registry.json

  @Test func `every member of registry.json counts`() throws {
    let path = directory + "/registry.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let object = try #require(try JSONValue(parsing: Array(text.utf8.dropLast())).objectValue)
    #expect(object.count == 10)
    for member in object {
      for change in 0..<3 {
        var changed = JSONObject()
        for other in object {
          guard other.name == member.name else {
            changed.append(other.name, other.value)
            continue
          }
          switch change {
          case 0: changed.append(other.name, .null)
          case 1: changed.append(other.name, other.value.stringValue == nil ? 2 : .string("x"))
          default: break
          }
        }
        let bytes = String(decoding: JSONValue.object(changed).canonicalBytes(), as: UTF8.self)
        try bytes.write(toFile: path, atomically: true, encoding: .utf8)
        do {
          #expect(try !reasons(writing: false).isEmpty, "\(member.name), \(change)")
        } catch let error as RegistryError {
          #expect([.damagedSettings, .unsupportedFormat].contains(error.code))
        }
      }
    }
    for bad in ["", "{", "[]", String(repeating: " ", count: 70_000)] {
      try bad.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(throws: RegistryError(.damagedSettings, "")) { try city.base.open() }
    }
    try FileManager.default.removeItem(atPath: path)
    #expect(throws: RegistryError(.notARegistry, "")) { try city.base.open() }
  }

  // MARK: Clock

  @Test func `a clock that is behind or far ahead`() throws {
    city.base.clock.advance(seconds: -300)
    #expect(try reasons() == [])
    city.base.clock.advance(seconds: -1)
    #expect(try reasons() == [.clockBehind])
    city.base.clock.advance(days: 400, seconds: 301)
    #expect(try reasons() == [])
    city.base.clock.advance(seconds: 1)
    #expect(try reasons() == [.clockAhead])
    #expect(try reasons(confirmed: true) == [])
  }

  @Test func `a clock that goes back while the registry is open stops the writer, no more`() throws
  {
    let registry = try city.base.open()
    let registrar = try registry.signer(TestRegistry.code, use: .act)
    func append() throws {
      try registry.write { writer throws(RegistryError) in
        let event = try writer.sign(
          writer.draft(.ledgerRuled, by: registrar, ["rules": 1]), by: registrar)
        guard try writer.append([Proposal(event)]).outcomes[0].entry != nil else {
          throw RegistryError(.refused, "refused")
        }
      }
    }
    try append()
    city.base.clock.advance(seconds: -301)
    #expect(throws: RegistryError(.readOnly, "")) { try append() }
    city.base.clock.advance(seconds: 1)
    try append()
    city.base.clock.advance(seconds: 300)
    try append()
    let times = try registry.ledger.entries(from: LeafIndex(0), count: 100)
      .map { try Entry(parsing: $0).received }
    #expect(times == times.sorted())
    try registry.close()
  }

  // MARK: Rows

  /// Deletes, doubles or swaps whole rows.
  private static let rowAttacks = [
    "DELETE FROM entry WHERE id = 3", "DELETE FROM entry WHERE id = (SELECT max(id) FROM entry)",
    "INSERT INTO entry SELECT (SELECT max(id) + 1 FROM entry), bytes FROM entry WHERE id = 3",
    "UPDATE entry SET bytes = (SELECT bytes FROM entry e WHERE e.id = 7 - entry.id) "
      + "WHERE id IN (3, 4)",
    "DELETE FROM tile", "INSERT INTO tile VALUES (77, x'00')",
    "DELETE FROM event_id WHERE entry = 2",
    "INSERT INTO event_id SELECT milliseconds + 1, id, entry FROM event_id WHERE entry = 2",
    "DELETE FROM fact WHERE substr(CAST(key AS TEXT), 1, 5) = 'type/'",
    "INSERT INTO fact VALUES (x'6c', x'6c')",
    "INSERT INTO checkpoint SELECT 0, note FROM checkpoint LIMIT 1",
    "INSERT INTO checkpoint SELECT 1000, note FROM checkpoint LIMIT 1",
    "INSERT INTO meta VALUES ('x', x'00')", "DELETE FROM meta WHERE name = 'tree'",
  ]

  @Test(arguments: rowAttacks)
  func `a row that is missing, doubled or moved`(_ sql: String) throws {
    try RawDatabase.execute(directory + "/ledger.sqlite", sql)
    #expect(try isNoticed())
  }

  private static let vaultAttacks = [
    "DELETE FROM subject", "DELETE FROM certificate", "DELETE FROM holding", "DELETE FROM copy",
    "DELETE FROM status_list", "DELETE FROM record WHERE certificate > 0", "DELETE FROM name",
    "INSERT INTO subject SELECT id + 1, lookup, count, entry, secret FROM subject",
    "INSERT INTO holding VALUES (1, 77)", "INSERT INTO holding VALUES (77, 1)",
    "INSERT INTO copy SELECT id + 1, certificate, state FROM copy",
    "INSERT INTO record SELECT entry - 1, certificate, matter, disclosures, content FROM record",
    "UPDATE record SET matter = 1",
    "INSERT INTO matter VALUES (1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, x'00')",
    "INSERT INTO meta VALUES ('x', x'00')",
  ]

  @Test(arguments: vaultAttacks)
  func `a row of the vault that is missing or doubled`(_ sql: String) throws {
    try RawDatabase.execute(directory + "/vault.sqlite", sql)
    #expect(try isNoticed())
  }

  private func isNoticed() throws -> Bool {
    do {
      let registry = try city.base.open(writing: false)
      defer { _ = Result { try registry.close() } }
      if !registry.reasons.isEmpty { return true }
      return try !registry.fullCheck(cipher: try registry.openCipher()).isFaultless
    } catch {
      return error is RegistryError
    }
  }

  @Test(arguments: ["ledger.sqlite", "vault.sqlite"])
  func `a database that is none, cut or missing is an error, never a trap`(_ name: String) throws {
    let path = directory + "/" + name
    let saved = try SavedFile(path)
    for count in [0, 1, 50, 4096, saved.bytes.count / 2, saved.bytes.count - 1] {
      try saved.bytes.prefix(count).write(to: URL(fileURLWithPath: path))
      #expect(try isNoticed(), "\(count) bytes")
    }
    try Data(repeating: 0x41, count: 100_000).write(to: URL(fileURLWithPath: path))
    #expect(try isNoticed())
    try FileManager.default.removeItem(atPath: path)
    #expect(try isNoticed())
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(try isNoticed())
  }
}
