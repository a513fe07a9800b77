import Ledger
import Registry
import Rules
import SQLiteStorage
import Testing

/// Rows of what several entries are about, as the store keeps them.
@Suite struct MatterRowTests {
  private let vault: SQLiteVault
  private let path: String
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("vault.sqlite")
    vault = try SQLiteVault.create(path: path, instance: [1])
  }

  private func row(
    _ id: Int64, _ kind: MatterRow.Kind = .share, department: Int64 = 1, other: Int64 = 2
  ) -> MatterRow {
    var row = MatterRow(
      id: id, kind: kind, department: department, other: other, secret: [UInt8(id)])
    row.subject = 5
    row.caseThread = 6
    return row
  }

  /// Entries 1 to 4: three shares, a grant; the second share is refused in the same batch.
  private func first() -> VaultBatch {
    var batch = VaultBatch(first: LeafIndex(1), end: LeafIndex(6))
    var grant = row(4, .grant, department: 3, other: 1)
    grant.lookup = -7
    grant.caseThread = 0
    batch.changes = [
      (1, .insertMatter(row(1))),
      (1, .insertRecord(certificate: 0, matter: 1, disclosures: [1], content: nil)),
      (2, .insertMatter(row(2))), (3, .insertMatter(row(3, department: 2, other: 1))),
      (4, .insertMatter(grant)),
      (5, .setMatter(id: 2, state: ShareState.refused.number)),
      (5, .insertRecord(certificate: 0, matter: 2, disclosures: [2], content: nil)),
    ]
    return batch
  }

  private func second() -> VaultBatch {
    var batch = VaultBatch(first: LeafIndex(6), end: LeafIndex(9))
    batch.changes = [
      (6, .setMatter(id: 1, state: ShareState.released.number, certificate: 9)),
      (6, .insertRecord(certificate: 0, matter: 1, disclosures: [3], content: nil)),
      (6, .putItem(space: "outbox", key: [1], value: [4, 5])),
      (7, .insertMatter(row(5))),
      (8, .setMatter(id: 5, state: ShareState.refused.number)),
      (8, .setMatter(id: 1, state: ShareState.acknowledged.number)),
    ]
    return batch
  }

  @Test func `matters come back as they were written, with their entries`() throws {
    try vault.apply(first())
    try vault.apply(second())
    let matter = try #require(try vault.matter(1))
    #expect(matter.entry == 1 && matter.changed == 8)
    #expect(matter.state == ShareState.acknowledged.number && matter.certificate == 9)
    #expect(matter.kind == .share && matter.department == 1 && matter.other == 2)
    #expect(matter.subject == 5 && matter.caseThread == 6 && matter.secret == [1])
    #expect(try vault.records(matter: 1).map(\.entry) == [1, 6])
    #expect(try vault.record(of: 6)?.matter == 1)
    #expect(try vault.record(of: 7) == nil)
    #expect(try vault.highestIDs() == VaultIDs(subject: 0, certificate: 0, matter: 5))
    #expect(try vault.matter(6) == nil)
    #expect(try vault.matters(lookup: -7).map(\.id) == [4])
    #expect(try vault.matters(lookup: 0).isEmpty)
  }

  @Test func `a filter gives what fits, newest first, page by page`() throws {
    try vault.apply(first())
    func ids(_ before: Int64? = nil, _ set: (inout MatterFilter) -> Void) throws -> [Int64] {
      var filter = MatterFilter()
      set(&filter)
      return try vault.matters(before: before, limit: 2, filter).map(\.id)
    }
    #expect(try ids { _ in } == [4, 3])
    #expect(try ids(3) { _ in } == [2, 1])
    #expect(try ids { $0.kind = .grant } == [4])
    #expect(try ids { $0.department = 1 } == [2, 1])
    #expect(try ids { $0.other = 1 } == [4, 3])
    #expect(try ids { $0.subject = 5 } == [4, 3])
    #expect(try ids { $0.subject = 6 }.isEmpty)
    #expect(try ids { $0.caseThread = 6 } == [3, 2])
    #expect(try ids { $0.certificate = 9 }.isEmpty)
    #expect(try ids { $0.states = [0, 1] } == [4, 3])
    let open: (inout MatterFilter) -> Void = {
      $0.kind = .share
      $0.other = 2
      $0.states = [ShareState.open.number]
    }
    #expect(try ids(nil, open) == [1])
  }

  @Test func `undo gives back exactly what was before the batch`() throws {
    try vault.apply(first())
    let before = try RawDatabase.dump(path)
    try vault.apply(second())
    #expect(try RawDatabase.dump(path) != before)
    #expect(try vault.undo(from: TreeSize(6)))
    #expect(try RawDatabase.dump(path) == before)
    try vault.apply(second())
    #expect(try vault.matter(1)?.certificate == 9)
    #expect(try vault.matter(5)?.state == ShareState.refused.number)
  }

  @Test func `a note that would take back a matter of before is damage`() throws {
    try vault.apply(first())
    try vault.apply(second())
    try vault.close()
    let code = RegistryError(.damagedVault, "")
    for (number, change) in [
      "UPDATE meta SET value = CAST(substr(value, 1, 39) || x'01' AS BLOB) WHERE name = 'pending'",
      "UPDATE undo_matter SET changed = 6 WHERE id = 1",
      "UPDATE matter SET changed = 5 WHERE id = 1",
    ].enumerated() {
      let copy = directory.file("copy\(number).sqlite")
      try TemporaryDirectory.copy(path, to: copy)
      try RawDatabase.execute(copy, change)
      let damaged = try SQLiteVault.open(path: copy, forWriting: true)
      #expect(throws: code, "\(change)") { try damaged.undo(from: TreeSize(6)) }
      try damaged.close()
    }
  }

  @Test func `a matter of no known kind is a named error`() throws {
    try vault.apply(first())
    try vault.close()
    try RawDatabase.execute(path, "UPDATE matter SET kind = 9 WHERE id = 1")
    let damaged = try SQLiteVault.open(path: path, forWriting: true)
    #expect(throws: RegistryError(.damagedVault, "")) { try damaged.matter(1) }
  }
}
