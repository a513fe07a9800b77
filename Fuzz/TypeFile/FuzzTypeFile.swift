import Certificates
import Encoding

/// A type file that is read is read again from its canonical bytes, with the same digest; one that
/// is refused has at least one problem with a text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTypeFile(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let problems = TypeFile.problems(in: bytes)
  do {
    let file = try TypeFile(parsing: bytes)
    precondition(problems.isEmpty, "a type file with problems was taken")
    let again = try TypeFile(parsing: file.canonicalBytes)
    precondition(again.digest == file.digest, "two digests of one type file")
    precondition(Set(file.csvHeader(nil)).count == file.columns.count, "two columns of one name")
  } catch {
    precondition(!problems.isEmpty && !error.description.isEmpty, "refused without a problem")
  }
  return 0
}
