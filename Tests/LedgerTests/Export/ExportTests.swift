import Cryptography
import Encoding
import Ledger
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("Export")
struct ExportTests {
  /// An export of `count` entries in a new directory.
  private static func withExport<Result>(
    _ count: Int, _ body: (String, MemoryLedger, VerifiedCheckpoint) throws -> Result
  ) throws -> Result {
    try TestFiles.withDirectory { directory in
      let (ledger, checkpoint) = try ExampleLedger.ledger(count: count)
      var writer = ExportWriter(directory: directory)
      try writer.write(ledger, upTo: checkpoint)
      return try body(directory, ledger, checkpoint)
    }
  }

  /// Reads everything: every entry, every tile, and the root from the tiles.
  private static func readAll(_ directory: String) throws -> ([[UInt8]], Digest) {
    let reader = try ExportReader(directory: directory)
    let size = try reader.size()
    var entries: [[UInt8]] = []
    while UInt64(entries.count) < size.value {
      entries += try reader.entries(from: LeafIndex(UInt64(entries.count)), count: 1000)
    }
    var tree = TileTree(reader: reader, size: size)
    for index in stride(from: 0, to: size.value, by: 100) {
      _ = try tree.inclusionProof(of: LeafIndex(index))
    }
    return (entries, try tree.root())
  }

  @Test("what is written is read: entries, tiles and checkpoint", arguments: [0, 1, 256, 257, 700])
  func roundTrip(count: Int) throws {
    try Self.withExport(count) { directory, ledger, checkpoint in
      let (entries, root) = try Self.readAll(directory)
      #expect(entries == ledger.state.withLock { $0.entries })
      #expect(root == checkpoint.head.root)
      let reader = try ExportReader(directory: directory)
      #expect(try reader.latestCheckpoint() == checkpoint.note)
      #expect(
        code { _ = try reader.entries(from: LeafIndex(UInt64(count)), count: 1) }
          == "sizeOutOfRange")
    }
  }

  @Test("the files are those of C2SP tlog-tiles and no others")
  func paths() throws {
    try Self.withExport(700) { directory, _, _ in
      let names = TestFiles.files(below: directory).map { String($0.dropFirst(directory.count)) }
      #expect(
        names == [
          "/checkpoint", "/tile/0/000", "/tile/0/001", "/tile/0/002.p/188", "/tile/1/000.p/2",
          "/tile/entries/000", "/tile/entries/001", "/tile/entries/002.p/188",
        ])
    }
  }

  @Test("a second export adds, and the first one's checkpoint can still be answered")
  func secondExport() throws {
    try Self.withExport(300) { directory, _, old in
      let (ledger, checkpoint) = try ExampleLedger.ledger(count: 600)
      var writer = ExportWriter(directory: directory)
      try writer.write(ledger, upTo: checkpoint)
      let (entries, root) = try Self.readAll(directory)
      #expect(entries.count == 600)
      #expect(root == checkpoint.head.root)
      var tree = TileTree(reader: try ExportReader(directory: directory), size: old.head.size)
      #expect(try tree.root() == old.head.root)
    }
  }

  @Test("the checkpoint is not written when the entries have another root")
  func wrongRoot() throws {
    try TestFiles.withDirectory { directory in
      let (ledger, checkpoint) = try ExampleLedger.ledger(count: 20)
      ledger.state.withLock { $0.entries[7] = Array("changed".utf8) }
      var writer = ExportWriter(directory: directory)
      #expect(code { try writer.write(ledger, upTo: checkpoint) } == "rootMismatch")
      #expect(code { _ = try ExportReader(directory: directory) } == "missingCheckpoint")
    }
  }

  @Test("each damaged file has its own error and nothing hangs or crashes")
  func damage() throws {
    try Self.withExport(700) { directory, _, _ in
      let bundle = directory + "/tile/entries/001"
      let partial = directory + "/tile/entries/002.p/188"
      let tile = directory + "/tile/0/001"
      for path in [bundle, partial, tile] {
        let bytes = try BoundedFile.read(path: path, maximumBytes: 1 << 20)
        let isTile = path == tile
        func expect(_ wanted: String, _ damage: () throws -> Void) throws {
          try damage()
          #expect(code { _ = try Self.readAll(directory) } == wanted, "\(path)")
          _ = unlink(path)
          _ = rmdir(path)
          try BoundedFile.writeAtomically(path: path, bytes: bytes)
        }
        try expect(isTile ? "missingTile" : "missingEntry") { _ = unlink(path) }
        try expect(isTile ? "invalidTile" : "invalidBundle") {
          try BoundedFile.writeAtomically(path: path, bytes: bytes.dropLast())
        }
        try expect(isTile ? "invalidTile" : "invalidBundle") {
          try BoundedFile.writeAtomically(path: path, bytes: [])
        }
        try expect("invalidExport") {
          _ = unlink(path)
          _ = mkfifo(path, 0o600)
        }
        try expect("invalidExport") {
          _ = unlink(path)
          _ = mkdir(path, 0o700)
        }
        try expect("invalidExport") {
          _ = unlink(path)
          _ = symlink("/dev/zero", path)
        }
        try expect("invalidExport") { _ = truncate(path, 1 << 34) }
      }
      _ = try Self.readAll(directory)
    }
  }

  @Test("a directory without a checkpoint, or with a bad one, is refused")
  func checkpoint() throws {
    try Self.withExport(3) { directory, _, _ in
      func replace(_ text: String) throws {
        try BoundedFile.writeAtomically(path: directory + "/checkpoint", bytes: Array(text.utf8))
      }
      try replace("")
      #expect(code { _ = try ExportReader(directory: directory) } == "invalidNote")
      try replace("a\nb\nc\n\n— a AAAAAAAA\n")
      #expect(code { _ = try ExportReader(directory: directory) } == "invalidCheckpoint")
      try replace(String(repeating: "x", count: 140_000))
      #expect(code { _ = try ExportReader(directory: directory) } == "invalidExport")
      _ = unlink(directory + "/checkpoint")
      #expect(code { _ = try ExportReader(directory: directory) } == "missingCheckpoint")
      #expect(code { _ = try ExportReader(directory: directory + "/none") } == "missingCheckpoint")
    }
  }

  @Test("a size far beyond the files is bounded work")
  func hugeSize() throws {
    try Self.withExport(3) { directory, _, _ in
      let head = TreeHead(size: TreeSize(TreeSize.maximum), root: .zero)
      let checkpoint = try VerifiedCheckpoint(signing: head, with: ExampleLedger.signer())
      try BoundedFile.writeAtomically(path: directory + "/checkpoint", bytes: checkpoint.note)
      let reader = try ExportReader(directory: directory)
      #expect(code { _ = try reader.entries(from: LeafIndex(0), count: 256) } == "missingEntry")
      var tree = TileTree(reader: reader, size: head.size)
      #expect(code { _ = try tree.root() } == "missingTile")
    }
  }
}
