import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// The checks of an answer; each looks for itself, whatever the others found.
///
/// Spec: answer.md, "MUST".
struct AnswerChecks {
  private struct Published {
    let run: Answer.MappedRun
    let range: RunRange
    let root: Digest
  }

  private let answer: Answer
  private let session: AnchorSession
  private let key: ThreadKey
  /// The runs as far as their entries name any; nil where one does not.
  private let published: [Published]?

  init(_ answer: Answer, session: AnchorSession) {
    self.answer = answer
    self.session = session
    key = answer.thread.key
    published = AnswerChecks.published(answer)
  }

  /// How far the runs reach from the ledger's first entry on without a gap.
  private var covered: TreeSize {
    var end = TreeSize.zero
    for run in published ?? [] where run.range.from == end { end = run.range.to }
    return end
  }

  func all() -> CheckList {
    CheckList([format(), ledger(), signatures(), thread(), runs(), end()])
  }

  private func format() -> Check {
    let name =
      switch answer.thread {
      case .department(let code): "the thread of \(code)"
      case .key: "a private thread"
      }
    return .passed(
      .format, "answer about \(name), \(Counted.entries(UInt64(answer.entries.count)))")
  }

  // MARK: Entries

  private var proven: [Answer.Proven] { answer.entries + answer.runs.map(\.published) }

  private func proof(_ proven: Answer.Proven, size: TreeSize) -> TlogProof {
    TlogProof(
      InclusionProof(index: proven.entry.index, size: size, path: proven.path),
      checkpoint: answer.checkpoint)
  }

  /// Every entry stands in the one signed tree.
  private func ledger() -> Check {
    let size = EvidencePool.checkpoint(of: answer.checkpoint)?.size ?? .zero
    var passed = ""
    for proven in proven {
      let check = LedgerProof.check(
        proof(proven, size: size), entry: proven.entry, session: session,
        passed: "\(Counted.entries(UInt64(self.proven.count)))")
      guard check.result == .passed else { return check }
      passed = check.text
    }
    // There is always a run: an answer without any is refused by `runs`.
    return .passed(.ledger, passed)
  }

  /// Every event is signed by an identity in force that leads to the root.
  private func signatures() -> Check {
    let size = EvidencePool.checkpoint(of: answer.checkpoint)?.size ?? .zero
    // Once for all entries: a hostile file has thousands of both.
    let signers = answer.signersByKeyID()
    for proven in proven {
      let place = "entry \(proven.entry.index): "
      do throws(RulesError) {
        let event = try Event(parsing: proven.entry.event)
        guard let path = signers[event.keyID] else {
          return failed(
            .signatures, "signer_missing", place + "the identity of its signer is missing")
        }
        let receipt = try Receipt(
          entry: proven.entry, disclosures: [], signerPath: path,
          proof: proof(proven, size: size))
        let check = ReceiptChecks(
          receipt: receipt, session: session, certificate: nil, delivery: nil, isBundle: false
        ).all().receipt
        guard check.result == .passed else {
          return Check(
            .signatures, check.result, reasons: check.reasons, text: place + check.text)
        }
      } catch {
        return failed(.signatures, SnakeCase.text("\(error.code)"), place + error.message)
      }
    }
    return .passed(.signatures, "\(Counted.text(proven.count, "event")), each by who may sign it")
  }

  // MARK: The thread

  /// Entry n bears tag n, and the entries are in the order of the ledger.
  private func thread() -> Check {
    var previous: LeafIndex?
    for (offset, proven) in answer.entries.enumerated() {
      let number = UInt64(offset) + 1
      let entry = proven.entry
      guard entry.tags.contains(key.tag(number)) else { return strange(entry, number) }
      if let previous, entry.index <= previous {
        return failed(
          .thread, "thread_order", "entry \(entry.index) does not come after the one before it")
      }
      previous = entry.index
    }
    return .passed(
      .thread, answer.entries.isEmpty ? "no entry" : "numbers 1 to \(answer.entries.count)")
  }

  private func strange(_ entry: Entry, _ number: UInt64) -> Check {
    // As far as the answer's own numbers can be wrong by what was left out of it.
    let later = (number + 1)...(number + UInt64(Answer.entryCountMax))
    let tags = Set(entry.tags)
    if later.contains(where: { tags.contains(key.tag($0)) }) {
      return failed(
        .thread, "thread_gap",
        "number \(number) of the thread is missing before entry \(entry.index)")
    }
    return failed(
      .thread, "foreign_entry", "entry \(entry.index) is not number \(number) of the thread")
  }

  // MARK: Runs

  private static func published(_ answer: Answer) -> [Published]? {
    var published: [Published] = []
    for run in answer.runs {
      do {
        let event = try Event(parsing: run.published.entry.event)
        guard event.kind == .ledgerMapped, let root = event.digest("root"),
          let from = event.integer("from"), let to = event.integer("to"), from >= 0, to >= 0
        else { return nil }
        let range = try RunRange(from: TreeSize(UInt64(from)), to: TreeSize(UInt64(to)))
        guard range.to.value <= run.published.entry.index.value else { return nil }
        published.append(Published(run: run, range: range, root: root))
      } catch {
        return nil
      }
    }
    return published
  }

  /// The registry published runs that cover the ledger from its first entry on.
  private func runs() -> Check {
    guard let published else {
      return failed(.runs, "run_entry", "an entry that should publish a run does not")
    }
    var end = TreeSize.zero
    for run in published {
      guard run.range.from == end else {
        return failed(.runs, "run_gap", "no run covers the entries from \(end) on")
      }
      end = run.range.to
    }
    guard end > .zero else { return failed(.runs, "run_gap", "the answer has no run") }
    if let list = session.list {
      let isRegistrars = answer.runs.allSatisfy { run in
        AnswerChecks.issuer(of: run.published.entry) == list.issuer
      }
      guard isRegistrars else {
        return failed(.runs, "run_signer", "a run was not published by the registry")
      }
    } else if let check = session.withoutList(.runs) {
      return check
    }
    return .passed(
      .runs, "\(Counted.text(published.count, "run")) over the first \(Counted.entries(end.value))")
  }

  private static func issuer(of entry: Entry) -> String? {
    do { return try Event(parsing: entry.event).issuer } catch { return nil }
  }

  /// The runs have exactly the entries shown: these they have, and the next they have not.
  private func end() -> Check {
    let covered = covered
    if let entry = answer.entries.last?.entry, !covered.contains(entry.index) {
      return failed(
        .end, "beyond_runs", "entry \(entry.index) is beyond the runs, which end at \(covered)")
    }
    let next = key.tag(UInt64(answer.entries.count) + 1)
    for run in published ?? [] {
      do throws(LedgerError) {
        try judgePresent(run)
        guard
          try RunProof(
            size: run.run.recordCount,
            content: .absent(before: run.run.before, after: run.run.after)
          ).verify(tag: next, root: run.root) == nil
        else { return unproven(run) }
      } catch {
        return unproven(run)
      }
    }
    guard covered > .zero else { return failed(.end, "run_gap", "nothing proves the end") }
    return .passed(.end, "complete for the first \(Counted.entries(covered.value))")
  }

  private func judgePresent(_ run: Published) throws(LedgerError) {
    let entries = answer.entries.enumerated().filter { run.range.contains($0.element.entry.index) }
    guard entries.count == run.run.present.count else {
      throw LedgerError(.invalidRun, "not one place for each entry")
    }
    for ((offset, proven), place) in zip(entries, run.run.present) {
      let record = RunRecord(tag: key.tag(UInt64(offset) + 1), index: proven.entry.index)
      let found = RunProof.Neighbour(record: record, position: place.position, path: place.path)
      _ = try RunProof(size: run.run.recordCount, content: .present(found))
        .verify(tag: record.tag, root: run.root)
    }
  }

  private func unproven(_ run: Published) -> Check {
    failed(
      .end, "run_proof",
      "the run \(run.range) does not prove that these are all entries of the thread")
  }

  private func failed(_ name: Check.Name, _ code: String, _ text: String) -> Check {
    .judged(name, reasons: [Check.Reason(code: code, text: text)], passed: "")
  }
}

extension Check.Name {
  /// Entry n of an answer bears the thread's n-th tag.
  public static let thread = Check.Name("thread")
  /// Published runs prove that an answer is complete.
  public static let end = Check.Name("end")
}
