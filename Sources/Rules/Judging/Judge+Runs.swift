import Cryptography
import Ledger

/// Whether the root is that of the entries only whoever reads them again can tell: the audit does.
/// Spec: threads.md, "Runs".
extension Judge {
  /// The run must be the one that the runs in force and its end leave no choice about.
  mutating func judgeMapped(facts: inout FactOverlay) throws(RulesError) {
    guard let from = size("from"), let to = size("to") else { return }
    require(to.value <= context.index.value, .publishedSize)
    let inForce = try facts.runs().map(\.range)
    do throws(LedgerError) {
      let fresh = try RunRange(from: inForce.last?.to ?? .zero, to: to)
      require(try RunRange.appending(fresh, to: inForce).last?.from == from, .runRange)
    } catch {
      // Nothing is covered that was not covered before.
      broken.insert(.runRange)
    }
  }

  /// The new run takes the place of those that it covers.
  func applyMapped(to facts: inout FactOverlay) throws(RulesError) {
    guard let from = size("from"), let to = size("to"), let root = event.digest("root") else {
      return
    }
    let kept = try facts.runs().filter { $0.range.to <= from }
    do throws(LedgerError) {
      let run = RunFact(
        range: try RunRange(from: from, to: to), root: root, entry: context.index.value)
      facts.set(.runs, .runs(kept + [run]))
    } catch {
      // The range was judged: it is one.
      return
    }
  }

  private func size(_ name: String) -> TreeSize? {
    event.integer(name).map { TreeSize(UInt64($0)) }
  }
}
