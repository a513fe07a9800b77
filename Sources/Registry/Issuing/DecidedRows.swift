import Encoding

/// What one batch of a job's rows came to, and what is kept of it.
///
/// Lines that were refused are kept until they are issued: the same command judges them again.
/// Spec: issuing.md, "A batch job".
struct DecidedRows {
  var record: BatchRecord
  private let batch: BatchID
  private let item: RefusedLines
  private var refused: [Int] = []

  /// The rows from a position of the order on.
  init(_ record: BatchRecord, _ batch: BatchID, start: Int) {
    self.record = record
    self.batch = batch
    item = RefusedLines(key: RefusedLines.key(batch, start: start), lines: [])
  }

  /// Rows that were refused before and are judged again.
  init(_ record: BatchRecord, _ batch: BatchID, again item: RefusedLines) {
    self.record = record
    self.batch = batch
    self.item = item
    self.record.forget(refusedLines: item.lines)
  }

  mutating func refuse(_ refusal: BatchRecord.Refusal) {
    record.refuse(refusal)
    refused.append(refusal.line)
  }

  /// The items of the vault that say so.
  func items(
    _ cipher: VaultCipher
  ) throws(RegistryError) -> [(space: String, key: [UInt8], value: [UInt8]?)] {
    var items: [(space: String, key: [UInt8], value: [UInt8]?)] = [
      (
        BatchRecord.space, batch.bytes,
        try cipher.seal(record.bytes, for: .item(BatchRecord.space, key: batch.bytes))
      )
    ]
    if !item.lines.isEmpty || !refused.isEmpty {
      let lines = RefusedLines(key: item.key, lines: refused)
      items.append((RefusedLines.space, item.key, refused.isEmpty ? nil : try lines.sealed(cipher)))
    }
    return items
  }
}

/// The refused lines of one batch of a job: an item under the job's id and the batch's position.
struct RefusedLines: Sendable, Equatable {
  /// The space of the vault's items.
  static let space = "batch-refused"

  let key: [UInt8]
  /// Lines of the file, from 1.
  let lines: [Int]

  init(key: [UInt8], lines: [Int]) {
    self.key = key
    self.lines = lines
  }

  /// Opens and reads an item; throws `damagedVault`.
  ///
  /// It is sealed because a line that stands in it is issued: with a changed one, in a type without
  /// unique values, a row would be issued twice.
  init(_ item: ItemRow, _ cipher: VaultCipher) throws(RegistryError) {
    let plain = try cipher.open(item.value, for: .item(RefusedLines.space, key: item.key))
    guard item.key.count == BatchID.byteCount + 8, let lines = RecordText.integers(plain),
      lines.allSatisfy({ $0 > 0 })
    else {
      throw RegistryError(
        .damagedVault, "the refused lines of a batch cannot be read", at: "item")
    }
    self.init(key: item.key, lines: lines.map(Int.init))
  }

  /// The value of the item.
  func sealed(_ cipher: VaultCipher) throws(RegistryError) -> [UInt8] {
    try cipher.seal(
      RecordText.bytes(lines.map(Int64.init)), for: .item(RefusedLines.space, key: key))
  }

  static func key(_ batch: BatchID, start: Int) -> [UInt8] {
    batch.bytes + RecordText.bytes([Int64(start)])
  }

  /// The next item of a job after a key; nil when there is none.
  static func next(
    of batch: BatchID, after key: [UInt8]?, _ vault: any Vault, _ cipher: VaultCipher
  ) throws(RegistryError) -> RefusedLines? {
    guard let item = try vault.items(space, after: key ?? batch.bytes, limit: 1).first,
      item.key.starts(with: batch.bytes)
    else { return nil }
    return try RefusedLines(item, cipher)
  }
}

extension IssueJob {
  /// Judges the refused rows of earlier runs again: issues what is possible now.
  ///
  /// A line leaves the vault in the transaction that issues it, so no line is issued twice.
  mutating func judgeAgain() throws(RegistryError) {
    var key: [UInt8]?
    while let found = try RefusedLines.next(of: id, after: key, registry.vault, builder.cipher) {
      guard !watch.shouldStop() else {
        report.isInterrupted = true
        return
      }
      key = found.key
      let decision = try registry.write { writer throws(RegistryError) -> Decision? in
        // Another process may have judged them meanwhile.
        if let stored = try IssueJob.stored(id, writer.vault, writer.cipher), stored != record {
          record = stored
          isShared = true
        }
        guard let item = try writer.vault.item(RefusedLines.space, found.key) else { return nil }
        let lines = try RefusedLines(item, writer.cipher)
        let rows = try lines.lines.map { line throws(RegistryError) in
          try order.claims.row(line: line)
        }
        return try decide(rows, DecidedRows(record, id, again: lines), writer)
      }
      if let decision { try take(decision) }
    }
  }
}
