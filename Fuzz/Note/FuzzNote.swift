import Ledger

/// Whatever is read as a note, checkpoint or verifier key is written as the same bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNote(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let note = try SignedNote(parsing: bytes)
    precondition(note.bytes == bytes, "two forms of one note")
    let checkpoint = try Checkpoint(parsing: note.text)
    precondition(checkpoint.text == note.text, "two forms of one checkpoint")
  } catch {
    precondition(!error.description.isEmpty)
  }
  do {
    let key = try VerifierKey(parsing: String(decoding: bytes, as: UTF8.self))
    precondition(Array(key.text.utf8) == bytes, "two forms of one verifier key")
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}
