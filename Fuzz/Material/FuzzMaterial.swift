import Rules

/// Whatever is read as a material is written as the same bytes, and its file has a plain name.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMaterial(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let material = try Material(parsing: bytes)
    precondition(material.bytes == bytes, "two forms")
    if case .file(let file) = material.content {
      precondition(!file.name.utf8.contains(UInt8(ascii: "/")), "a folder in a name")
    }
  } catch {
    precondition(error.code == .malformedMaterial && !error.description.isEmpty)
  }
  return 0
}
