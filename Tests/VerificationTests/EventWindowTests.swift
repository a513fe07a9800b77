import Cryptography
import Encoding
import Ledger
import Rules
import Testing
import Verification

@Suite("The events that can still be replayed")
struct EventWindowTests {
  private func id(_ number: UInt64) -> EventID {
    EventID(issuer: "https://a.example/departments/x", number: Digest(number, 0, 0, 0))
  }

  private func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_790_000_000 + seconds) }

  @Test("an event of the last eleven minutes is found, one of another issuer is not")
  func found() {
    var window = EventWindow()
    #expect(window.place(of: id(1)) == nil)
    for number in 0..<1320 as Range<UInt64> {
      window.insert(id(number), received: time(Int64(number)), at: LeafIndex(number))
      for age in [0, 1, 300, 659] as [UInt64] where age <= number {
        let place = window.place(of: id(number - age))
        #expect(place.map { $0.value <= number - age } == true)
      }
    }
    let other = EventID(issuer: "https://b.example/departments/x", number: id(7).number)
    #expect(window.place(of: other) == nil)
    #expect(!window.hasForgotten)
  }

  @Test("what is too old to be replayed is given back")
  func forgets() {
    var window = EventWindow(countMax: 10)
    for number in 0..<2000 as Range<UInt64> {
      window.insert(id(number), received: time(Int64(number) * 100), at: LeafIndex(number))
    }
    // Ten events in a thousand seconds: never more than the window may hold.
    #expect(!window.hasForgotten)
    #expect(window.place(of: id(1900)) == nil)
    #expect(window.place(of: id(1999)) != nil)
  }

  @Test("more than can be kept within eleven minutes is said, not passed over")
  func bounded() {
    var window = EventWindow(countMax: 10)
    for number in 0..<20 as Range<UInt64> {
      window.insert(id(number), received: time(0), at: LeafIndex(number))
    }
    #expect(!window.hasForgotten)
    #expect(window.place(of: id(0)) != nil)
    window.insert(id(20), received: time(1), at: LeafIndex(20))
    #expect(window.hasForgotten)
    #expect(window.place(of: id(0)) == nil)
    #expect(window.place(of: id(11)) == LeafIndex(10))
  }
}
