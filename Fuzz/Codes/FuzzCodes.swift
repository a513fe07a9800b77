import Certificates
import Encoding

/// Texts of codes as scanned, and any bytes as one whole code: what is joined splits again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCodes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  join(bytes)
  // The name of a series would stop nearly every input: a series of it is made, then read. Only
  // the making may refuse.
  let series: CodeSeries
  do { series = try CodeSeries(of: bytes, characterCountMax: 200) } catch {
    precondition([.codeTooLarge, .codeInvalid].contains(error.code), error.description)
    return 0
  }
  let text = series.texts.reversed().joined(separator: "\r\n")
  do {
    let joined = try CodeSeries.join(Array(text.utf8))
    precondition(joined == bytes || joined + [0x0A] == bytes, "another file")
  } catch {
    preconditionFailure(error.description)
  }
  return 0
}

private func join(_ bytes: [UInt8]) {
  do {
    let file = try CodeSeries.join(bytes)
    precondition(file.count <= CodeSeries.byteCountMax, "too large a file")
    precondition(!CodeSeries.isSeries(file), "a series in a series")
  } catch {
    precondition(!error.description.isEmpty)
  }
}
