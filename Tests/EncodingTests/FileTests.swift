import Encoding
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A path in a new temporary directory.
func temporaryPath(_ name: String) throws -> String {
  var template = Array("/tmp/kanhe-encoding-XXXXXX".utf8CString)
  guard let directory = mkdtemp(&template) else {
    throw EncodingError(.inputOutput, "no temporary directory")
  }
  return String(cString: directory) + "/" + name
}

@Suite("Bounded files")
struct FileTests {
  @Test("a file is written, replaced and read up to its exact bound")
  func roundTrip() throws {
    let path = try temporaryPath("file")
    try BoundedFile.writeAtomically(path: path, bytes: [1, 2, 3])
    try BoundedFile.writeAtomically(path: path, bytes: [4, 5, 6, 7], mode: 0o600)
    #expect(try BoundedFile.read(path: path, maximumBytes: 4) == [4, 5, 6, 7])
    #expect(throws: EncodingError(.tooLarge, "")) {
      try BoundedFile.read(path: path, maximumBytes: 3)
    }
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    let directory = String(path.dropLast("/file".count))
    #expect(Vectors.names(in: directory) == ["file"])
  }

  @Test("a missing file, a directory and a forbidden place have their own codes")
  func faults() throws {
    let path = try temporaryPath("none")
    let directory = String(path.dropLast("/none".count))
    #expect(throws: EncodingError(.fileNotFound, "")) {
      try BoundedFile.read(path: path, maximumBytes: 1)
    }
    #expect(throws: EncodingError(.isDirectory, "")) {
      try BoundedFile.read(path: directory, maximumBytes: 1)
    }
    #expect(throws: EncodingError(.isDirectory, "")) { try FileByteSource(path: directory) }
    #expect(throws: EncodingError(.fileNotFound, "")) {
      try BoundedFile.writeAtomically(path: path + "/x/y", bytes: [])
    }
    #expect(throws: EncodingError(.isDirectory, "")) {
      try BoundedFile.writeAtomically(path: directory, bytes: [1])
    }
    if geteuid() != 0 {
      try BoundedFile.writeAtomically(path: path, bytes: [1], mode: 0o000)
      #expect(throws: EncodingError(.permissionDenied, "")) {
        try BoundedFile.read(path: path, maximumBytes: 1)
      }
    }
  }

  @Test("a device without end is bounded, and none is read at random")
  func devices() throws {
    guard access("/dev/zero", R_OK) == 0 else { return }
    #expect(throws: EncodingError(.tooLarge, "")) {
      try BoundedFile.read(path: "/dev/zero", maximumBytes: 1 << 20)
    }
    #expect(throws: EncodingError(.inputOutput, "")) { try RandomAccessFile(path: "/dev/null") }
    #expect(try BoundedFile.read(path: "/dev/null", maximumBytes: 0) == [])
  }

  @Test("a pipe is read to its end")
  func pipes() throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    #expect(write(ends[1], [7, 8, 9] as [UInt8], 3) == 3)
    close(ends[1])
    defer { close(ends[0]) }
    let bytes = try BoundedFile.read(
      descriptor: ends[0], named: "standard input", maximumBytes: 3)
    #expect(bytes == [7, 8, 9])
  }

  @Test("an error names the file and the remedy in one line")
  func message() {
    let error = #expect(throws: EncodingError.self) {
      try BoundedFile.read(path: "/nowhere/at/all", maximumBytes: 1)
    }
    #expect(error?.description == "/nowhere/at/all: there is no such file or directory")
  }
}
