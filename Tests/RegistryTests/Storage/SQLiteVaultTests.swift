import Ledger
import Registry
import SQLiteStorage
import Testing

@Suite struct SQLiteVaultTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("vault.sqlite")
  }

  private func certificate(_ id: Int64, subjects: [Int64], copies: [Int64]) -> CertificateRow {
    var row = CertificateRow(
      id: id, base: id, version: 1, type: 1, state: 0, number: id * 11, uniqueness: nil,
      until: nil, subjects: subjects, copies: copies, secret: [1, 2])
    row.entry = id
    row.changed = id
    row.count = 1
    return row
  }

  private func first() -> VaultBatch {
    var batch = VaultBatch(first: LeafIndex(1), end: LeafIndex(3))
    batch.newSubjects = [
      (1, SubjectRow(id: 1, lookup: 5, count: 2, secret: [9])),
      (2, SubjectRow(id: 2, lookup: 5, count: 1, secret: [8])),
    ]
    let list: Int64 = 1 << 20
    batch.changes = [
      (1, .insertCertificate(certificate(1, subjects: [1], copies: [list]))),
      (1, .insertCopy(CopyRow(id: list, certificate: 1, state: 0), listed: false)),
      (1, .insertRecord(certificate: 1, disclosures: [1], content: [2, 3])),
      (2, .insertCertificate(certificate(2, subjects: [1, 2], copies: [list + 1]))),
      (2, .insertCopy(CopyRow(id: list + 1, certificate: 2, state: 0), listed: false)),
      (2, .insertRecord(certificate: 2, disclosures: [1], content: nil)),
      (2, .putItem(space: "job", key: [1], value: [1])),
    ]
    return batch
  }

  private func second() -> VaultBatch {
    var batch = VaultBatch(first: LeafIndex(3), end: LeafIndex(6))
    batch.newSubjects = [(3, SubjectRow(id: 3, lookup: 6, count: 1, secret: [7]))]
    batch.subjectCounts = [(1, 3)]
    batch.certificateCounts = [(1, 3, 5), (2, 2, 4)]
    let list: Int64 = 1 << 20
    batch.changes = [
      (3, .insertCertificate(certificate(3, subjects: [1, 3], copies: [list + 2]))),
      (3, .insertCopy(CopyRow(id: list + 2, certificate: 3, state: 0), listed: false)),
      (3, .insertRecord(certificate: 3, disclosures: [1], content: [5])),
      (4, .setState(certificate: 2, state: 2)),
      (4, .setCopyState(copy: list + 1, state: 2)),
      (4, .insertRecord(certificate: 2, disclosures: [4], content: nil)),
      (5, .insertCopy(CopyRow(id: list + 3, certificate: 1, state: 0), listed: true)),
      (5, .erase(certificate: 1)),
      (5, .putItem(space: "job", key: [1], value: nil)),
      (5, .putItem(space: "job", key: [2], value: [2])),
      (5, .setState(certificate: 3, state: 1)),
    ]
    return batch
  }

  @Test func `undo gives back exactly what was before the batch`() throws {
    let vault = try SQLiteVault.create(path: path, instance: [1])
    try vault.apply(first())
    let before = try RawDatabase.dump(path)
    try vault.apply(second())
    #expect(try RawDatabase.dump(path) != before)
    #expect(try vault.undo(from: TreeSize(6)) == false)
    #expect(try vault.undo(from: TreeSize(3)))
    #expect(try RawDatabase.dump(path) == before)
    #expect(try vault.undo(from: TreeSize(3)) == false)
    try vault.apply(second())
    #expect(try vault.certificate(1)?.copies == [1 << 20, (1 << 20) + 3])
  }

  @Test func `half of a batch cannot be undone and says so`() throws {
    let vault = try SQLiteVault.create(path: path, instance: [1])
    try vault.apply(first())
    #expect(throws: RegistryError(.damagedVault, "")) { try vault.undo(from: TreeSize(2)) }
  }

  @Test func `rows come back as they were written`() throws {
    let vault = try SQLiteVault.create(path: path, instance: [1])
    try vault.apply(first())
    #expect(try vault.subjects(lookups: [5, 6]).map(\.id) == [1, 2])
    #expect(try vault.certificate(2) == certificate(2, subjects: [1, 2], copies: [1 << 20 | 1]))
    #expect(try vault.certificates(lookups: [22], in: .number).map(\.id) == [2])
    #expect(try vault.certificates(lookups: [22], in: .uniqueness).isEmpty)
    #expect(try vault.certificate(base: 2, version: 1)?.id == 2)
    #expect(try vault.certificate(base: 2, version: 2) == nil)
    let listed = try vault.certificates(after: 0, limit: 5, type: 1, subject: 2)
    #expect(listed.map(\.id) == [2])
    #expect(try vault.records(certificate: 1).map(\.entry) == [1])
    #expect(try vault.records(from: 2, limit: 9).map(\.certificate) == [2])
    #expect(try vault.highestIDs() == VaultIDs(subject: 2, certificate: 2, matter: 0))
    #expect(try vault.items("job", after: nil, limit: 2).map(\.key) == [[1]])
  }

  @Test func `erasing takes keys at once and content when settled`() throws {
    let vault = try SQLiteVault.create(path: path, instance: [1])
    try vault.apply(first())
    var batch = VaultBatch(first: LeafIndex(3), end: LeafIndex(4))
    batch.changes = [(3, .erase(certificate: 1))]
    try vault.apply(batch)
    #expect(try vault.certificate(1)?.secret == [])
    #expect(try vault.records(certificate: 1).first?.content == [2, 3])
    try vault.settle()
    #expect(try vault.records(certificate: 1).first?.content == nil)
    #expect(try vault.records(certificate: 2).first?.disclosures == [1])
    #expect(try vault.items("erased", after: nil, limit: 1).isEmpty)
    #expect(try vault.undo(from: TreeSize(3)) == false)
  }

  @Test func `counters of a status list are given out once, until it is full`() throws {
    let vault = try SQLiteVault.create(path: path, instance: [1])
    let list = try vault.makeStatusList(uri: "https://x/status/1") { id in [UInt8(id)] }
    #expect(list.secret == [1])
    #expect(try vault.makeStatusList(uri: "https://x/status/1") { _ in [] } == list)
    #expect(try vault.reserve(list: 1, count: 1024) == 0..<1024)
    #expect(try vault.reserve(list: 1, count: 1 << 20) == 1024..<(1 << 20))
    #expect(try vault.reserve(list: 1, count: 1).isEmpty)
    #expect(throws: RegistryError.self) { try vault.reserve(list: 2, count: 1) }
    #expect(try vault.makeNumber(of: "a") == 1)
    #expect(try vault.makeNumber(of: "a") == 1)
    #expect(try vault.text(of: 1) == "a")
  }

  @Test func `damaged rows are named errors`() throws {
    let vault = try SQLiteVault.create(path: path, instance: [1])
    try vault.apply(first())
    try vault.close()
    try RawDatabase.execute(path, "UPDATE certificate SET subjects = x'0102'")
    try RawDatabase.execute(path, "UPDATE subject SET count = -1, secret = 'text'")
    try RawDatabase.execute(path, "UPDATE copy SET state = 9")
    try RawDatabase.execute(path, "UPDATE meta SET value = x'00' WHERE name = 'pending'")
    let damaged = try SQLiteVault.open(path: path, forWriting: true)
    let code = RegistryError(.damagedVault, "")
    #expect(throws: code) { try damaged.certificate(1) }
    #expect(throws: code) { try damaged.subject(1) }
    #expect(throws: code) { try damaged.copy(1 << 20) }
    #expect(throws: code) { try damaged.undo(from: TreeSize(0)) }
  }
}
