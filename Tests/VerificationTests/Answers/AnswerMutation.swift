import Cryptography
import Encoding
import Ledger
import Rules

/// The changes of a good answer that `spec/vectors/answer/cases.json` names.
struct AnswerMutation {
  let answer: Answer

  private var entries: [Answer.Proven] { answer.entries }
  private var runs: [Answer.MappedRun] { answer.runs }

  /// The changed answer; nil for a name that is none.
  func changed(_ name: String) throws -> Answer? {
    switch name {
    case "none": answer
    case "first_missing": try with(entries: dropping(0), runs: [places(0, dropping: 0), runs[1]])
    case "middle_missing": try with(entries: dropping(1), runs: [places(0, dropping: 1), runs[1]])
    case "last_missing": try with(entries: dropping(2), runs: [runs[0], places(1, dropping: 0)])
    case "all_missing":
      try with(entries: [], runs: [places(0, dropping: 0, 1), places(1, dropping: 0)])
    case "foreign_entry": try with(entries: [entries[0], runs[0].published, entries[2]])
    case "foreign_last": try with(entries: entries + [runs[1].published])
    case "swapped": try with(entries: [entries[1], entries[0], entries[2]])
    case "doubled": try with(entries: [entries[0], entries[0], entries[1], entries[2]])
    case "entry_changed": try with(entries: [try later(entries[0]), entries[1], entries[2]])
    case "path_changed":
      try with(entries: [
        Answer.Proven(entry: entries[0].entry, path: entries[1].path.reversed()), entries[1],
        entries[2],
      ])
    case "thread_other":
      try Answer(
        thread: .department(BookMaker.code), entries: entries, runs: runs,
        signers: answer.signers, checkpoint: answer.checkpoint)
    case "signer_missing":
      try Answer(
        thread: answer.thread, entries: entries, runs: runs, signers: [],
        checkpoint: answer.checkpoint)
    default: try changedRuns(name)
    }
  }

  private func changedRuns(_ name: String) throws -> Answer? {
    switch name {
    case "runs_missing": try with(runs: [])
    case "run_first_missing": try with(runs: [runs[1]])
    case "run_last_missing": try with(runs: [runs[0]])
    case "run_swapped": try with(runs: [runs[1], runs[0]])
    case "run_entry": try with(runs: [run(0, published: entries[0]), runs[1]])
    case "run_records": try with(runs: [run(0, records: runs[0].recordCount + 1), runs[1]])
    case "run_place_missing": try with(runs: [places(0, dropping: 1), runs[1]])
    case "run_place_moved":
      try with(runs: [
        run(0, present: runs[0].present.map { .init(position: $0.position + 1, path: $0.path) }),
        runs[1],
      ])
    case "gap_begin": try with(runs: [run(0, gap: (nil, runs[0].after)), runs[1]])
    case "gap_end": try with(runs: [run(0, gap: (runs[0].before, nil)), runs[1]])
    case "gap_missing": try with(runs: [run(0, gap: (nil, nil)), runs[1]])
    case "gap_other": try with(runs: [run(0, gap: (runs[1].before, runs[1].after)), runs[1]])
    default: nil
    }
  }

  private func with(
    entries: [Answer.Proven]? = nil, runs: [Answer.MappedRun]? = nil
  ) throws -> Answer {
    try Answer(
      thread: answer.thread, entries: entries ?? self.entries, runs: runs ?? self.runs,
      signers: answer.signers, checkpoint: answer.checkpoint)
  }

  private func dropping(_ position: Int) -> [Answer.Proven] {
    var entries = entries
    entries.remove(at: position)
    return entries
  }

  private func places(_ number: Int, dropping positions: Int...) -> Answer.MappedRun {
    let kept = runs[number].present.enumerated().filter { !positions.contains($0.offset) }
    return run(number, present: kept.map(\.element))
  }

  private func run(
    _ number: Int, published: Answer.Proven? = nil, records: UInt64? = nil,
    present: [Answer.Place]? = nil, gap: (RunProof.Neighbour?, RunProof.Neighbour?)? = nil
  ) -> Answer.MappedRun {
    let run = runs[number]
    return Answer.MappedRun(
      published: published ?? run.published, recordCount: records ?? run.recordCount,
      present: present ?? run.present, absent: gap ?? (run.before, run.after))
  }

  /// The same event, received a millisecond later.
  private func later(_ proven: Answer.Proven) throws -> Answer.Proven {
    let entry = proven.entry
    return Answer.Proven(
      entry: try Entry(
        event: entry.event, index: entry.index, previous: entry.previous,
        received: entry.received.adding(milliseconds: 1), tags: entry.tags), path: proven.path)
  }
}
