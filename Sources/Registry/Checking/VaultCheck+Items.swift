extension VaultCheck {
  /// Opens every item that is sealed, holds headers against their keys, and the refused lines of
  /// jobs against their records.
  mutating func checkItems() throws(RegistryError) {
    try forEachItem(of: "refusal") { check, item throws(RegistryError) in
      _ = try check.cipher.open(item.value, for: .item(item.space, key: item.key))
    }
    try forEachItem(of: IssuedContent.headerSpace) { _, item throws(RegistryError) in
      try IssuedContent.check(item)
      if item.entry != -1 {
        throw RegistryError(.damagedVault, "it names an entry, and belongs to none")
      }
    }
    var expected = 0
    try forEachItem(of: BatchRecord.space) { check, item throws(RegistryError) in
      expected += try check.checkBatch(item)
    }
    var found = 0
    try forEachItem(of: RefusedLines.space) { _, _ in found += 1 }
    if found != expected { add(.items, "refused lines are kept of a job that is not there") }
  }

  /// A job's record and the lines of it that were refused; returns how many items hold those.
  private mutating func checkBatch(_ item: ItemRow) throws(RegistryError) -> Int {
    let record = try BatchRecord(item, cipher)
    guard let batch = BatchID(bytes: item.key) else {
      throw RegistryError(.damagedVault, "its key is that of no job")
    }
    var itemCount = 0
    var lineCount = 0
    var lines: Set<Int> = []
    var key: [UInt8]?
    while let refused = try RefusedLines.next(of: batch, after: key, vault, cipher) {
      key = refused.key
      itemCount += 1
      lineCount += refused.lines.count
      lines.formUnion(refused.lines)
    }
    if lineCount != record.refusedCount || lines.count != lineCount
      || !record.refusals.allSatisfy({ lines.contains($0.line) })
    {
      add(.items, "job \(batch): the refused lines are not those of its record")
    }
    return itemCount
  }

  /// Goes through all items of a space, page by page.
  private mutating func forEachItem(
    of space: String, _ body: (inout VaultCheck, ItemRow) throws(RegistryError) -> Void
  ) throws(RegistryError) {
    var after: [UInt8]?
    while true {
      let page = try vault.items(space, after: after, limit: VaultCheck.pageCount)
      for item in page {
        try attempt(.items, "item of \(space)") { check throws(RegistryError) in
          try body(&check, item)
        }
      }
      guard page.count == VaultCheck.pageCount, let last = page.last else { return }
      after = last.key
    }
  }
}
