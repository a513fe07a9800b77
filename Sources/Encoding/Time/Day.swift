/// A day of the proleptic Gregorian calendar, in UTC.
public struct Day: Sendable, Hashable, Comparable {
  /// Days since 1970-01-01; may be negative.
  public let number: Int

  /// The day so many days after 1970-01-01.
  public init(number: Int) { self.number = number }

  /// A day by its parts. Throws `invalidDay`; the year lies between 0 and 9999.
  public init(year: Int, month: Int, day: Int) throws(EncodingError) {
    guard (0...9999).contains(year), (1...12).contains(month),
      (1...Day.dayCount(year: year, month: month)).contains(day)
    else {
      throw EncodingError(.invalidDay, "there is no such day in the calendar")
    }
    // Count years from March, so that the leap day is a year's last. H. Hinnant, "chrono-compatible
    // low-level date algorithms", days_from_civil.
    let shifted = month > 2 ? year : year - 1
    let era = shifted.floored(by: 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    number = era * 146_097 + dayOfEra - 719_468
  }

  /// Reads `2026-01-31`. Throws `invalidDay`.
  public init(parsing text: some StringProtocol) throws(EncodingError) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = bytes[0..<4].decimal, let month = bytes[5..<7].decimal,
      let day = bytes[8..<10].decimal
    else {
      throw EncodingError(.invalidDay, "a day is written as 2026-01-31")
    }
    try self.init(year: year, month: month, day: day)
  }

  /// Year, month (1–12) and day of the month (1–31).
  public var parts: (year: Int, month: Int, day: Int) {
    let shifted = number + 719_468
    let era = shifted.floored(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// The year.
  public var year: Int { parts.year }
  /// The month, 1–12.
  public var month: Int { parts.month }
  /// The day of the month, 1–31.
  public var day: Int { parts.day }
  /// The quarter of the year, 1–4.
  public var quarter: Int { (parts.month + 2) / 3 }

  /// The day so many days later, or earlier if negative.
  public func adding(days: Int) -> Day { Day(number: number + days) }

  /// The same day of a later year; 29 February becomes 28 February where there is none.
  public func adding(years: Int) throws(EncodingError) -> Day {
    let (year, month, day) = parts
    let last = Day.dayCount(year: year + years, month: month)
    return try Day(year: year + years, month: month, day: min(day, last))
  }

  /// Days from another day to this one.
  public static func - (left: Day, right: Day) -> Int { left.number - right.number }

  /// Orders by time.
  public static func < (left: Day, right: Day) -> Bool { left.number < right.number }

  private static func dayCount(year: Int, month: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension Day: CustomStringConvertible {
  /// `2026-01-31`.
  public var description: String {
    let (year, month, day) = parts
    guard (0...9999).contains(year) else {
      return "\(year.padded(4))-\(month.padded(2))-\(day.padded(2))"
    }
    // Every certificate has several: ten characters, and no text in between.
    var digits = InlineArray<10, UInt8>(repeating: UInt8(ascii: "-"))
    func write(_ value: Int, _ range: Range<Int>) {
      var rest = value
      for position in range.reversed() {
        digits[position] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      }
    }
    write(year, 0..<4)
    write(month, 5..<7)
    write(day, 8..<10)
    return unsafe digits.span.withUnsafeBufferPointer {
      unsafe String(decoding: $0, as: UTF8.self)
    }
  }
}

extension FixedWidthInteger {
  /// The quotient rounded down; the divisor is positive.
  func floored(by divisor: Self) -> Self {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// Decimal with leading zeros.
  func padded(_ width: Int) -> String {
    let digits = String(magnitude)
    return (self < 0 ? "-" : "") + String(repeating: "0", count: Swift.max(0, width - digits.count))
      + digits
  }
}

extension ArraySlice<UInt8> {
  /// The value of ASCII digits, at most nine of them, or nil.
  var decimal: Int? {
    guard !isEmpty, count <= 9 else { return nil }
    var value = 0
    for byte in self {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return value
  }
}
