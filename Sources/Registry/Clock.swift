import Encoding

/// The time of day: a port, so that tests can set it.
///
/// It may go back or jump; the writer never lets `received` go back.
public protocol Clock: Sendable {
  /// The time now, UTC.
  func now() -> Timestamp
}

/// The machine's clock.
public struct SystemClock: Clock {
  /// The clock.
  public init() {}

  /// The time now, UTC.
  public func now() -> Timestamp { Timestamp.now() }
}
