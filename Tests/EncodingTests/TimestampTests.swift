import Encoding
import Testing

@Suite("Time")
struct TimestampTests {
  @Test(
    "RFC 3339 texts give the moment they name",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-01-31T08:00:00Z", 1_769_846_400_000),
      ("2026-01-31T16:00:00+08:00", 1_769_846_400_000),
      ("2026-01-31T07:30:00.25-00:30", 1_769_846_400_250),
      ("1985-04-12T23:20:50.52Z", 482_196_050_520), ("1969-12-31T23:59:59.999Z", -1),
      ("2000-02-29T00:00:00.123456789Z", 951_782_400_123),
      ("0000-01-01T00:00:00Z", -62_167_219_200_000),
      ("9999-12-31T23:59:59Z", 253_402_300_799_000),
    ] as [(String, Int64)])
  func parses(text: String, milliseconds: Int64) throws {
    #expect(try Timestamp(parsing: text).milliseconds == milliseconds)
    let moment = Timestamp(milliseconds: milliseconds)
    #expect(try Timestamp(parsing: moment.description) == moment)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "2026-01-31", "2026-01-31T08:00:00", "2026-01-31 08:00:00Z", "2026-01-31t08:00:00z",
      "2026-01-31T24:00:00Z", "2026-01-31T08:60:00Z", "2026-06-30T23:59:60Z",
      "2026-01-31T08:00:00.Z", "2026-01-31T08:00:00.1234567890Z", "2026-01-31T08:00:00+0800",
      "2026-01-31T08:00:00+24:00", "2026-02-29T08:00:00Z", "2026-01-31T08:00:00ZZ",
      "+026-01-31T08:00:00Z", "2026-01-31T08:00:00Z\n", "2026-1-31T08:00:00.00Z",
      "２026-01-31T08:00:00Z",
    ])
  func refuses(text: String) {
    let code = code { () throws(EncodingError) in try Timestamp(parsing: text) }
    #expect(code == .invalidTimestamp || code == .invalidDay)
  }

  @Test("days before and after 1970 start at midnight UTC")
  func startOfDay() throws {
    #expect(Timestamp(milliseconds: -1).startOfDay.description == "1969-12-31T00:00:00Z")
    #expect(Timestamp(milliseconds: -1).seconds == -1)
    let noon = try Timestamp(parsing: "2026-03-01T12:00:00.001Z")
    #expect(noon.startOfDay.adding(days: -1).description == "2026-02-28T00:00:00Z")
    #expect(noon.description == "2026-03-01T12:00:00.001Z")
    #expect(noon.day.quarter == 1)
  }

  @Test("every day of years 0 to 9999 has one number, one text and the next day's neighbour")
  func calendar() throws {
    var number = try Day(year: 0, month: 1, day: 1).number
    for year in 0...9999 {
      for month in 1...12 {
        let leap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
        let count = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        let day = try Day(year: year, month: month, day: count)
        #expect(day.number == number + count - 1)
        let parts = Day(number: number).parts
        guard parts == (year, month, 1), day.parts == (year, month, count) else {
          Issue.record("wrong parts for \(year)-\(month)")
          return
        }
        number += count
      }
    }
    #expect(Day(number: number - 1).description == "9999-12-31")
    #expect(try Day(parsing: "2024-02-29").adding(years: 1).description == "2025-02-28")
    #expect(try Day(parsing: "1970-01-02") - Day(number: 0) == 1)
  }

  @Test(
    "days that are none are refused",
    arguments: [
      "2026-02-29", "1900-02-29", "2026-00-01", "2026-13-01", "2026-01-00", "2026-01-32",
      "2026-1-1", "20260101", "2026-01-01 ", "２０２６-01-01", "-001-01-01",
    ])
  func noSuchDay(text: String) {
    #expect(code { () throws(EncodingError) in try Day(parsing: text) } == .invalidDay)
  }
}
