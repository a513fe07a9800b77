import Encoding
import Foundation
import Ledger
import Registry
import Rules

/// Writes what the vault opens into a file for an auditor, and records that it is handed over,
/// person by person, before the file has its name.
struct DisclosureFile {
  /// What came of it.
  struct Counts {
    var opened = 0
    var erased = 0
    var damaged: UInt64 = 0
    /// The entries in which it is recorded.
    var recorded: Set<LeafIndex> = []
    var size: UInt64 = 0

    func json(_ file: String) -> JSONObject {
      [
        "file": .string(file), "opened": .integer(Int64(opened)),
        "erased": .integer(Int64(erased)), "damaged": .integer(Int64(clamping: damaged)),
        "recorded": .integer(Int64(recorded.count)), "size": .integer(Int64(clamping: size)),
      ]
    }

    func text(_ file: String) -> String {
      "\(Counted.entries(opened)) opened in \(file), \(erased) erased; "
        + "handed over in \(Counted.entries(recorded.count))\n"
    }
  }

  let registry: OpenRegistry
  let receiver: EvidenceReceiver
  /// Which acts: all, or those of a department within some days.
  let isChosen: (Event, Entry) -> Bool

  private static let bufferBytes = 1 << 18
  private static let chunkCount = 512
  /// Events of which is remembered whom they concern, before they are recorded.
  private static let windowCount = 65_536

  /// Writes beside the file and gives it its name at the end: it appears whole or not at all.
  func write(to path: String, _ console: Console) throws -> Counts {
    let place = URL(fileURLWithPath: path)
    let folder = place.deletingLastPathComponent().path
    // A new file under a name that nobody can foresee: none that lies there is taken.
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    let part = "\(folder)/.\(place.lastPathComponent).\(random).tmp"
    let descriptor = unsafe open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(0o600))
    guard descriptor >= 0 else {
      throw Failure(.cannot, code: "not_writable", "\(path) cannot be written")
    }
    defer { _ = unsafe unlink(part) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try registry.enterWaitingRefusals()
    var counts = Counts(size: try registry.reader.size().value)
    let progress = Progress("disclosures", console: console)
    let vault = try VaultOpenings(registry)
    try copy(0..<counts.size, of: vault, to: file, &counts, progress, isChosen)
    counts.damaged = vault.damagedCount
    // Whoever is shown the rest is shown what was recorded of it, and nothing that somebody else
    // recorded meanwhile: of that it is not recorded that it is handed over.
    let end = try registry.reader.size().value
    var ignored = Counts()
    let recorded = counts.recorded
    try copy(
      counts.size..<end, of: try VaultOpenings(registry), to: file, &ignored, nil,
      { _, entry in recorded.contains(entry.index) })
    progress.finish()
    try file.synchronize()
    try file.close()
    guard unsafe rename(part, path) == 0 else {
      throw Failure(.cannot, code: "not_writable", "\(path) cannot be written")
    }
    try BoundedFile.syncDirectory(folder)
    AuditShape.warn(of: vault, console)
    return counts
  }

  /// Copies the openings of a range of entries; with progress they are recorded as handed over.
  private func copy(
    _ range: Range<UInt64>, of vault: VaultOpenings, to file: FileHandle,
    _ counts: inout Counts, _ progress: Progress?, _ isChosen: (Event, Entry) -> Bool
  ) throws {
    var buffer: [UInt8] = []
    var evidence = Evidence()
    var index = range.lowerBound
    while index < range.upperBound {
      let count = min(Self.chunkCount, Int(range.upperBound - index))
      for bytes in try registry.reader.entries(from: LeafIndex(index), count: count) {
        let entry = try Entry(parsing: bytes)
        let event = try Event(parsing: entry.event)
        let state = try vault.opening(of: entry.index)
        index += 1
        guard isChosen(event, entry), let line = OpeningLine.write(state, at: entry.index) else {
          continue
        }
        buffer += line + [0x0A]
        if case .erased = state { counts.erased += 1 }
        guard case .opened = state else { continue }
        counts.opened += 1
        if progress != nil { evidence.add(event.id, of: vault.subjects) }
      }
      try file.write(contentsOf: Data(buffer))
      buffer.removeAll(keepingCapacity: true)
      if evidence.count >= Self.windowCount { counts.recorded.formUnion(try record(&evidence)) }
      progress?.update(done: Int(index), total: Int(range.upperBound))
      guard !Interruption.isRequested else {
        throw Failure(
          .interrupted, code: "interrupted", "interrupted; no file was written",
          hint: "run the same command again")
      }
    }
    if progress != nil { counts.recorded.formUnion(try record(&evidence)) }
  }

  private func record(_ evidence: inout Evidence) throws -> [LeafIndex] {
    defer { evidence = Evidence() }
    return try registry.recordEvidence(evidence.shuffled, to: receiver)
  }

  /// Which events concern whom.
  private struct Evidence {
    private(set) var count = 0
    private var events: [Int64: [EventID]] = [:]

    /// Of nobody: the events of the registry itself.
    private static let nobody: Int64 = 0

    mutating func add(_ event: EventID, of persons: [Int64]) {
      count += 1
      for person in persons.isEmpty ? [Self.nobody] : persons {
        events[person, default: []].append(event)
      }
    }

    /// In no order that a reader of the ledger could put beside that of the acts.
    var shuffled: [PersonEvidence] {
      events.map { PersonEvidence(person: $0.key == Self.nobody ? nil : $0.key, events: $0.value) }
        .shuffled()
    }
  }
}
