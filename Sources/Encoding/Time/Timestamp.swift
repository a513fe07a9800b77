#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A moment, in milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Milliseconds since the epoch.
  public let milliseconds: Int64

  /// The moment so many milliseconds after the epoch.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// The moment so many seconds after the epoch; beyond ±9·10^15 it stays at that bound.
  public init(seconds: Int64) {
    let bound = Int64.max / 1000
    milliseconds = min(max(seconds, -bound), bound) * 1000
  }

  /// The first moment of a day, UTC.
  public init(_ day: Day) { milliseconds = Int64(day.number) * Self.dayMilliseconds }

  /// The system's clock. For the edge of a program only: inside, time is a parameter.
  public static func now() -> Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Whole seconds since the epoch, rounded down; `iat` and its kind.
  public var seconds: Int64 { milliseconds.floored(by: 1000) }

  /// The day in UTC.
  public var day: Day { Day(number: Int(milliseconds.floored(by: Self.dayMilliseconds))) }

  /// 00:00Z of the day.
  public var startOfDay: Timestamp { Timestamp(day) }

  /// The moment so many milliseconds later, or earlier if negative.
  public func adding(milliseconds count: Int64) -> Timestamp {
    Timestamp(milliseconds: milliseconds + count)
  }

  /// The moment so many seconds later, or earlier if negative.
  public func adding(seconds count: Int64) -> Timestamp {
    Timestamp(milliseconds: milliseconds + count * 1000)
  }

  /// The moment so many days later, or earlier if negative.
  public func adding(days: Int) -> Timestamp {
    Timestamp(milliseconds: milliseconds + Int64(days) * Self.dayMilliseconds)
  }

  /// Orders by time.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }

  static let dayMilliseconds: Int64 = 86_400_000
}

extension Timestamp {
  /// Reads an RFC 3339 time such as `2026-01-31T08:00:00Z` or `2026-01-31T16:00:00.5+08:00`.
  ///
  /// `T` and `Z` are capitals; up to nine decimals are read, those past the third are dropped; a
  /// leap second is refused, because it has no place in the count. Throws `invalidTimestamp`, or
  /// `invalidDay` for a day that the calendar lacks.
  public init(parsing text: some StringProtocol) throws(EncodingError) {
    guard let value = try Self.parse(Array(text.utf8)) else {
      throw EncodingError(
        .invalidTimestamp, "a time is written as 2026-01-31T08:00:00Z or with +08:00 for Z")
    }
    milliseconds = value
  }

  private static func parse(_ bytes: [UInt8]) throws(EncodingError) -> Int64? {
    guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"),
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
      let hour = bytes[11..<13].decimal, hour < 24,
      let minute = bytes[14..<16].decimal, minute < 60,
      let second = bytes[17..<19].decimal, second < 60
    else { return nil }
    let day = try Day(parsing: String(decoding: bytes[..<10], as: UTF8.self))
    var position = 19
    var fraction = 0
    if bytes[position] == UInt8(ascii: ".") {
      let start = position + 1
      position = start
      while position < bytes.count, bytes[position...position].decimal != nil { position += 1 }
      guard position - start <= 9, let digits = bytes[start..<position].decimal else { return nil }
      fraction = digits
      for _ in 0..<max(0, 3 - (position - start)) { fraction *= 10 }
      for _ in 0..<max(0, position - start - 3) { fraction /= 10 }
    }
    guard let offset = offsetMinutes(bytes[position...]) else { return nil }
    let minutes = Int64(day.number) * 1440 + Int64(hour * 60 + minute - offset)
    return (minutes * 60 + Int64(second)) * 1000 + Int64(fraction)
  }

  /// Minutes east of Greenwich.
  private static func offsetMinutes(_ bytes: ArraySlice<UInt8>) -> Int? {
    if bytes.elementsEqual("Z".utf8) { return 0 }
    let start = bytes.startIndex
    guard bytes.count == 6, bytes[start + 3] == UInt8(ascii: ":"),
      let hours = bytes[(start + 1)..<(start + 3)].decimal, hours < 24,
      let minutes = bytes[(start + 4)..<(start + 6)].decimal, minutes < 60
    else { return nil }
    switch bytes[start] {
    case UInt8(ascii: "+"): return hours * 60 + minutes
    case UInt8(ascii: "-"): return -(hours * 60 + minutes)
    default: return nil
    }
  }
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC, `2026-01-31T08:00:00Z`; three decimals if the milliseconds are not zero.
  /// Outside the years 0–9999 it is for reading only: RFC 3339 has no such year.
  public var description: String {
    let rest = milliseconds - Int64(day.number) * Self.dayMilliseconds
    let hour = (rest / 3_600_000).padded(2)
    let minute = (rest / 60_000 % 60).padded(2)
    let second = (rest / 1000 % 60).padded(2)
    let fraction = rest % 1000
    return "\(day)T\(hour):\(minute):\(second)"
      + (fraction == 0 ? "" : ".\(fraction.padded(3))") + "Z"
  }
}
