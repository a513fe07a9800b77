import Certificates
import Cryptography
import Ledger
import Registry
import Rules
import Testing

/// What becomes of presentations that a bureau judged.
@Suite struct UseRecordingTests {
  private final class Stop {
    var image: CrashImage?
  }

  @Test func `a request is answered once, and every attempt is entered`() throws {
    let use = try TestUse()
    let request = try use.ask()
    let answer = try use.answer(request)
    let refused = try use.record(request, answer, codes: ["status_expired", "ended"])
    #expect(refused.codes == ["status_expired", "ended"] && refused.earlier == nil)
    let first = try use.record(request, answer)
    #expect(first.codes.isEmpty && first.earlier == nil)
    #expect(try Event(parsing: first.entry.event).kind == .useAccepted)
    let again = try use.record(request, answer)
    #expect(again.codes == [Writer.replayedCode] && again.earlier == first.entry.index)
    let other = try use.record(request, try use.answer(request, after: 1))
    #expect(other.codes == [Writer.requestUsedCode] && other.earlier == first.entry.index)
    #expect(try Event(parsing: other.entry.event).kind == .useRefused)
    #expect(try use.city.findings(try use.city.cipher()) == nil)
  }

  @Test func `more than 64 codes are cut, and none stands twice`() throws {
    let use = try TestUse()
    let request = try use.ask()
    let codes = (0..<70).map { "code_\($0)" }
    let recorded = try use.record(request, try use.answer(request), codes: codes)
    #expect(recorded.codes == Array(codes.prefix(64)))
  }

  @Test func `only the department that signed a request records its answer`() throws {
    let use = try TestUse()
    let request = try use.ask()
    let answer = try use.answer(request)
    #expect(throws: RegistryError(.invalidRequest, "")) {
      try use.record(request, answer, by: TestCity.police)
    }
    // What was shown is of this registry: no other may be named for it.
    #expect(throws: RegistryError(.invalidRequest, "")) {
      try use.record(request, answer, registry: "other.example/ledger")
    }
    #expect(try use.city.findings(try use.city.cipher()) == nil)
  }

  @Test(arguments: Writer.DurableStep.allCases)
  func `stopped at any step, a use is there with its request or not at all`(
    _ step: Writer.DurableStep
  ) throws {
    let use = try TestUse()
    let request = try use.ask()
    let answer = try use.answer(request)
    let cipher = try use.city.cipher()
    let stop = Stop()
    use.prepare = { writer in
      writer.probe = { reached throws(RegistryError) in
        guard reached == step else { return }
        do { stop.image = try CrashImage(use.city.base.directory) } catch {
          throw RegistryError(.internalFault, "no image", cause: error)
        }
        throw RegistryError(.internalFault, "stopped here")
      }
    }
    #expect(throws: RegistryError(.internalFault, "")) { try use.record(request, answer) }
    try #require(stop.image).restore()
    use.prepare = { _ in }
    try use.city.base.open().close()
    #expect(try use.city.findings(cipher) == nil)
    let isThere = step != .vaultCommitted
    let after = try use.record(request, answer)
    #expect(after.codes == (isThere ? [Writer.replayedCode] : []))
    #expect(try use.city.findings(cipher) == nil)
  }

  @Test func `a use whose item was changed, moved, doubled or lost is noticed`() throws {
    let use = try TestUse()
    for _ in 0..<2 {
      let request = try use.ask()
      _ = try use.record(request, try use.answer(request))
    }
    let cipher = try use.city.cipher()
    let path = use.city.base.directory + "/vault.sqlite"
    #expect(try use.city.findings(cipher) == nil)
    let saved = try SavedFile(path)
    let one = "WHERE space = 'use' AND key = (SELECT min(key) FROM item WHERE space = 'use')"
    for change in [
      "DELETE FROM item \(one)",
      "UPDATE item SET value = zeroblob(64) \(one)",
      "UPDATE item SET value = x'' \(one)",
      "UPDATE item SET entry = entry - 1 \(one)",
      "INSERT INTO item SELECT space, zeroblob(32), entry, value FROM item \(one)",
      "UPDATE item SET value = (SELECT value FROM item WHERE space = 'use' ORDER BY key DESC "
        + "LIMIT 1) \(one)",
    ] {
      try RawDatabase.execute(path, change)
      #expect(try use.city.findings(cipher) != nil, "\(change)")
      try saved.restore()
    }
  }

  @Test func `a use that waited is entered once, whatever became of it`() throws {
    let use = try TestUse()
    for codes in [["ended"], []] {
      let request = try use.ask()
      let answer = try use.answer(request)
      let queued = QueuedUse(name: "20261124T083000Z-accepted-a", request: request, answer: answer)
      let recorded = try use.record(request, answer, codes: codes, queued: queued)
      #expect(throws: RegistryError(.invalidRequest, "")) {
        try use.record(request, answer, codes: codes, queued: queued)
      }
      // The same answer at another counter is another use.
      let other = try use.record(
        request, answer, codes: codes,
        queued: QueuedUse(name: "b", request: request, answer: answer))
      #expect(other.codes == (codes.isEmpty ? [Writer.replayedCode] : codes))
      #expect(other.entry.index != recorded.entry.index)
    }
    let cipher = try use.city.cipher()
    #expect(try use.city.findings(cipher) == nil)
    let path = use.city.base.directory + "/vault.sqlite"
    let saved = try SavedFile(path)
    for change in ["value = zeroblob(32)", "value = x''", "entry = 3"] {
      try RawDatabase.execute(path, "UPDATE item SET \(change) WHERE space = 'use-queued'")
      #expect(try use.city.findings(cipher) != nil, "\(change)")
      try saved.restore()
    }
  }

  @Test func `what the counter refused is not accepted any more, and leaves the request open`()
    throws
  {
    let use = try TestUse()
    let request = try use.ask()
    let answer = try use.answer(request)
    let refused = try use.record(request, answer, isRefusedAtCounter: true)
    #expect(refused.codes == [Writer.refusedAtCounterCode])
    #expect(
      try use.record(request, answer, codes: ["ended"], isRefusedAtCounter: true).codes == ["ended"]
    )
    // Whoever says so, and wherever it is shown.
    #expect(try use.record(request, answer).codes == [Writer.refusedAtCounterCode])
    // The same statement with another signature is the same answer; another statement is not.
    let signedAgain = try use.answer(request)
    #expect(try use.record(request, signedAgain).codes == [Writer.refusedAtCounterCode])
    let other = try use.answer(request, after: 1)
    #expect(try use.record(request, other).codes.isEmpty)
    #expect(
      try use.record(request, other, isRefusedAtCounter: true).codes == [Writer.replayedCode])
    #expect(try use.city.findings(try use.city.cipher()) == nil)
  }
}
