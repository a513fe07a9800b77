import Cryptography
import Dispatch

/// Work on many values at once, over all cores.
enum Parallel {
  /// The results of `body` for each value, in order; the first error in that order is thrown.
  ///
  /// Values are handed out in small runs, so that a slow one does not hold up the rest.
  static func map<Value: Sendable, Result: Sendable>(
    _ values: [Value], _ body: @Sendable (Value) throws(RegistryError) -> Result
  ) throws(RegistryError) -> [Result] {
    let runLength = 16
    let runs = (values.count + runLength - 1) / runLength
    guard runs > 1 else {
      var results: [Result] = []
      for value in values { results.append(try body(value)) }
      return results
    }
    let parts = Guarded([Swift.Result<[Result], RegistryError>?](repeating: nil, count: runs))
    DispatchQueue.concurrentPerform(iterations: runs) { run in
      let end = min(values.count, (run + 1) * runLength)
      let part: Swift.Result<[Result], RegistryError>
      do throws(RegistryError) {
        var results: [Result] = []
        results.reserveCapacity(runLength)
        for index in (run * runLength)..<end { results.append(try body(values[index])) }
        part = .success(results)
      } catch {
        part = .failure(error)
      }
      parts.withLock { $0[run] = part }
    }
    var results: [Result] = []
    results.reserveCapacity(values.count)
    for part in parts.withLock({ $0 }) {
      if let part { results += try part.get() }
    }
    return results
  }

  /// Calls `body` for each value on up to `threadCount` threads, more than there are cores: for
  /// work that waits. The first failure that comes is thrown, and what was not begun is left.
  static func forEach<Value: Sendable>(
    _ values: [Value], threadCount: Int,
    _ body: @escaping @Sendable (Value) throws(RegistryError) -> Void
  ) throws(RegistryError) {
    let state = Guarded<(next: Int, failure: RegistryError?)>((0, nil))
    let threads = WorkerThreads(count: min(threadCount, values.count)) {
      while true {
        let place = state.withLock { state in
          state.next += 1
          return state.failure == nil ? state.next - 1 : values.count
        }
        guard place < values.count else { return }
        do throws(RegistryError) { try body(values[place]) } catch {
          state.withLock { $0.failure = $0.failure ?? error }
        }
      }
    }
    threads.join()
    if let failure = state.withLock(\.failure) { throw failure }
  }
}
