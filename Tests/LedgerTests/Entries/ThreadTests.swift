import Cryptography
import Encoding
import Ledger
import Testing

@Suite("Threads and tags")
struct ThreadTests {
  @Test("the specification's keys, commitments and tags are recomputed")
  func vectors() throws {
    let threads = try TestFiles.vector("ledger/threads.json").list("threads")
    for thread in threads {
      let key: ThreadKey
      if let department = thread["department"]?.stringValue {
        key = ThreadKey(publicDepartment: department)
      } else {
        key = try ExampleLedger.privateThread()
      }
      #expect(try key.secretText == thread.text("key"))
      #expect(try ThreadKey(text: thread.text("key")) == key)
      #expect(try key.commitment.base64url == thread.text("commitment"))
      for tag in try thread.list("tags") {
        #expect(try key.tag(try tag.number("n")).text == tag.text("tag"))
      }
    }
    #expect(threads.count == 2)
  }

  @Test("tags and keys are read from 32 bytes or 43 canonical characters and nothing else")
  func forms() throws {
    let tag = ExampleLedger.department.tag(7)
    #expect(try Tag(text: tag.text) == tag)
    #expect(try Tag(bytes: tag.digest.bytes) == tag)
    let zero = String(repeating: "A", count: 43)
    #expect(try Tag(text: zero).digest == .zero)
    for text in [
      "", zero + "A", zero.dropLast() + "B", zero.dropLast() + "=", "+" + zero.dropFirst(),
    ] {
      #expect(code { _ = try Tag(text: text) } == "invalidTag")
      #expect(code { _ = try ThreadKey(text: text) } == "invalidThreadKey")
    }
    #expect(code { _ = try Tag(bytes: [UInt8](repeating: 0, count: 31)) } == "invalidTag")
    #expect(
      code { _ = try ThreadKey(bytes: [UInt8](repeating: 0, count: 33)) } == "invalidThreadKey")
  }

  @Test("a description shows no byte of a key")
  func description() throws {
    let key = try ExampleLedger.privateThread()
    #expect("\(key)" == "ThreadKey")
    #expect(key.secretBytes == ExampleLedger.seed)
  }

  @Test("a new key comes from the random source")
  func random() throws {
    struct Fixed: RandomSource {
      func bytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
        [UInt8](repeating: 9, count: count)
      }
    }
    #expect(try ThreadKey.random(from: Fixed()).secretBytes == [UInt8](repeating: 9, count: 32))
  }
}
