import Encoding
import Foundation

/// Time and memory of this process.
package enum Meter {
  /// Processor seconds of all threads so far.
  package static func processorSeconds() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

  /// Seconds of a clock that only goes forward.
  package static func wallSeconds() -> Double { seconds(CLOCK_MONOTONIC) }

  /// The most memory that the process ever held.
  package static func peakKilobytes() -> JSONValue {
    var usage = rusage()
    // RUSAGE_SELF, which Glibc declares as another type.
    _ = unsafe getrusage(0, &usage)
    return .integer(Int64(usage.ru_maxrss))
  }

  /// A figure with three decimals.
  package static func rounded(_ value: Double) -> JSONValue {
    .number((value * 1000).rounded() / 1000)
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    _ = unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// Adds up what parts of a run take.
package struct Watch {
  /// Seconds by the wall.
  package private(set) var wall = 0.0
  /// Seconds of all cores.
  package private(set) var processor = 0.0

  /// Nothing was measured yet.
  package init() {}

  /// Does it, and adds its time.
  package mutating func time<T, E: Error>(_ body: () throws(E) -> T) throws(E) -> T {
    let (wallBefore, before) = (Meter.wallSeconds(), Meter.processorSeconds())
    defer {
      wall += Meter.wallSeconds() - wallBefore
      processor += Meter.processorSeconds() - before
    }
    return try body()
  }
}
