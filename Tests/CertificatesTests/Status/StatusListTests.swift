import Certificates
import Encoding
import Testing

@Suite("A status list")
struct StatusListTests {
  @Test(
    "of the draft is read entry by entry and packed to the same bytes",
    arguments: [
      "1-bit-long", "1-bit-short", "2-bit-long", "2-bit-short", "4-bit-long", "8-bit-long",
    ])
  func draft(name: String) throws {
    guard let vector = try Vectors.json("status-list/\(name).json") else { return }
    let width = try #require(StatusList.Width(rawValue: Int(vector["bits"]?.integerValue ?? 0)))
    let text = try #require(vector["lst"]?.stringValue)
    let list = try StatusList(width: width, compressed: try Base64URL.decode(text))
    let entryCount = Int(try #require(vector["entries"]?.integerValue))
    #expect(list.count == entryCount)
    var own = try StatusList(width: width, count: entryCount)
    let entries = try #require(vector["nonzero"]?.objectValue)
    for entry in entries {
      let index = try #require(Int(entry.name))
      let state = UInt8(try #require(entry.value.integerValue))
      #expect(list[index] == state)
      try own.set(state, at: index)
    }
    #expect(own == list)
    #expect(list.counts()[0] == entryCount - entries.count)
    #expect(list.counts().reduce(0, +) == entryCount)
    #expect(Base64URL.encode(try own.compressed()) == text)
  }

  @Test("is read whatever its level and window, and refused by name where it is broken")
  func cases() throws {
    let cases = try Vectors.own("status/lists.json")["cases"]?.arrayValue ?? []
    #expect(cases.count > 30)
    for vector in cases {
      let description = vector["description"]?.stringValue ?? ""
      let width = try #require(StatusList.Width(rawValue: Int(vector["bits"]?.integerValue ?? 0)))
      let bytes = try Base64URL.decode(vector["lst"]?.stringValue ?? "")
      do throws(CertificatesError) {
        let list = try StatusList(width: width, compressed: bytes)
        let states = (0..<list.count).map { JSONValue.integer(Int64(list[$0] ?? 255)) }
        #expect(vector["states"] == .array(states), "\(description)")
      } catch {
        #expect(vector["code"] == .string(error.code.description), "\(description): \(error)")
      }
    }
  }

  @Test("survives every change of one byte without a wrong answer")
  func mutations() throws {
    var list = try StatusList(count: 64)
    try list.set(StatusList.suspended, at: 5)
    let packed = try list.compressed()
    for position in packed.indices {
      for bit in 0..<8 {
        var changed = packed
        changed[position] ^= 1 << UInt8(bit)
        do throws(CertificatesError) {
          // Only the level in the header is idle; the Adler-32 guards all the rest.
          #expect(try StatusList(width: .two, compressed: changed) == list)
        } catch {
          #expect(error.code.description.hasPrefix("status_"))
        }
      }
    }
  }

  @Test("that would unpack to more than 8 MiB is refused")
  func bomb() throws {
    let error = #expect(throws: CertificatesError.self) {
      try StatusList(width: .two, compressed: Self.bomb(matchCount: 4_000_000))
    }
    #expect(error?.code == .statusTooLarge)
    let largest = try StatusList(width: .one, count: StatusList.byteCountMax * 8)
    #expect(try StatusList(width: .one, compressed: try largest.compressed()) == largest)
    #expect(throws: CertificatesError.self) {
      try StatusList(width: .eight, count: StatusList.byteCountMax + 1)
    }
  }

  @Test("has no entry outside, and takes no state beyond its bits")
  func bounds() throws {
    var list = try StatusList(count: 12)
    #expect(list[-1] == nil && list[12] == nil && list[Int.max] == nil && list[11] == 0)
    let index = #expect(throws: CertificatesError.self) { try list.set(1, at: 12) }
    #expect(index?.code == .statusIndex)
    let state = #expect(throws: CertificatesError.self) { try list.set(4, at: 0) }
    #expect(state?.code == .statusValueRange)
    try list.set(3, at: 7)
    try list.set(1, at: 7)
    #expect(list.bytes == [0, 0b0100_0000, 0])
  }

  /// A zlib stream of one zero and so many copies of the 258 bytes before: 13 bits each.
  private static func bomb(matchCount: Int) -> [UInt8] {
    var bytes: [UInt8] = [0x78, 0xDA]
    var held: UInt64 = 0
    var heldCount: UInt64 = 0
    func put(_ value: UInt64, _ count: UInt64) {
      held |= value << heldCount
      heldCount += count
      while heldCount >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: held))
        held >>= 8
        heldCount -= 8
      }
    }
    put(0b011, 3)  // Last block, fixed codes.
    put(0b00001100, 8)  // The byte 0: code 00110000, most significant bit first.
    for _ in 0..<matchCount { put(0b00000_10100011, 13) }  // Length 258, distance 1.
    put(0, 7)
    put(0, 7)
    return bytes + [0, 0, 0, 0]
  }
}
