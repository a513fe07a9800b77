import Encoding
import Foundation
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A path in a new temporary directory, which goes with the process.
func temporaryPath(_ name: String) throws -> String {
  var template = Array("/tmp/kanhe-encoding-XXXXXX".utf8CString)
  guard let directory = mkdtemp(&template) else {
    throw EncodingError(.inputOutput, "no temporary directory")
  }
  let path = String(cString: directory)
  TemporaryFolders.add(path)
  return path + "/" + name
}

/// The folders of this process; removed when it ends.
private enum TemporaryFolders {
  private static let paths: Mutex<[String]> = {
    atexit { TemporaryFolders.removeAll() }
    return Mutex([])
  }()

  static func add(_ path: String) { paths.withLock { $0.append(path) } }

  private static func removeAll() {
    paths.withLock { paths in
      for path in paths { _ = Result { try FileManager.default.removeItem(atPath: path) } }
    }
  }
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

  @Test("a missing file and a directory have their own codes")
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
  }

  @Test(
    "a forbidden file has its own code",
    .enabled(if: geteuid() != 0, "root may read every file; run it as another user"))
  func forbidden() throws {
    let path = try temporaryPath("forbidden")
    try BoundedFile.writeAtomically(path: path, bytes: [1], mode: 0o000)
    #expect(throws: EncodingError(.permissionDenied, "")) {
      try BoundedFile.read(path: path, maximumBytes: 1)
    }
  }

  @Test("devices and sockets are no files", arguments: ["/dev/zero", "/dev/null", "socket"])
  func devices(_ name: String) throws {
    var path = name
    var socket: Int32?
    if name == "socket" {
      path = try temporaryPath("s")
      socket = try listeningSocket(path)
    }
    defer { if let socket { close(socket) } }
    let refusal = EncodingError(.notRegular, "")
    #expect(throws: refusal) { try BoundedFile.read(path: path, maximumBytes: 1 << 20) }
    #expect(throws: refusal) { try BoundedFile.readRegular(path: path, maximumBytes: 1 << 20) }
    #expect(throws: refusal) { try FileByteSource(path: path) }
    #expect(throws: refusal) { try RandomAccessFile(path: path) }
  }

  @Test("a folder's names lead to regular files and nowhere else")
  func folder() throws {
    let file = try temporaryPath("file")
    let folder = String(file.dropLast("/file".count))
    try BoundedFile.writeAtomically(path: file, bytes: [1, 2])
    #expect(try BoundedFile.readRegular(path: file, maximumBytes: 2) == [1, 2])
    #expect(symlink(file, folder + "/link") == 0)
    #expect(mkfifo(folder + "/fifo", 0o600) == 0)
    #expect(try BoundedFile.read(path: folder + "/link", maximumBytes: 2) == [1, 2])
    for name in ["link", "fifo"] {
      #expect(throws: EncodingError(.notRegular, "")) {
        try BoundedFile.readRegular(path: folder + "/" + name, maximumBytes: 2)
      }
    }
    #expect(throws: EncodingError(.isDirectory, "")) {
      try BoundedFile.readRegular(path: folder, maximumBytes: 2)
    }
    #expect(throws: EncodingError(.fileNotFound, "")) {
      try BoundedFile.readRegular(path: file + "/below", maximumBytes: 2)
    }
  }

  @Test("a named pipe that nobody writes into is refused, one with a writer is read")
  func namedPipe() throws {
    let path = try temporaryPath("fifo")
    #expect(mkfifo(path, 0o600) == 0)
    #expect(throws: EncodingError(.inputOutput, "")) {
      try BoundedFile.read(path: path, maximumBytes: 2)
    }
    // Open at both ends first, so that writing waits for nobody.
    let writer = open(path, O_RDWR)
    #expect(write(writer, [7, 8, 9] as [UInt8], 3) == 3)
    var source = try FileByteSource(path: path)
    close(writer)
    var bytes: [UInt8] = []
    while try source.read(into: &bytes, maximumCount: 2) > 0 {}
    #expect(bytes == [7, 8, 9])
  }

  @Test("signals while a silent pipe is waited for do not make it an empty file")
  func interrupted() throws {
    let path = try temporaryPath("fifo")
    #expect(mkfifo(path, 0o600) == 0)
    // Ignored unless somebody handles it.
    signal(SIGURG) { _ in }
    let reader = pthread_self()
    Thread.detachNewThread {
      for _ in 0..<20 {
        usleep(50_000)
        pthread_kill(reader, SIGURG)
      }
    }
    #expect(throws: EncodingError(.inputOutput, "")) {
      try BoundedFile.read(path: path, maximumBytes: 2)
    }
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

  @Test("what a pipe held is kept without a name, also while it is read, and within its bound")
  func kept() throws {
    let directory = String(try temporaryPath("x").dropLast("/x".count))
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
    let source = WatchingSource(BytesSource(bytes)) {
      #expect(Vectors.names(in: directory).isEmpty)
    }
    let file = try RandomAccessFile(
      keeping: source, named: "a pipe", in: directory, maximumBytes: bytes.count)
    #expect(file.size == bytes.count)
    #expect(try file.read(offset: 70_000, count: 9) == Array(bytes[70_000..<70_009]))
    let error = #expect(throws: EncodingError.self) {
      try RandomAccessFile(
        keeping: source, named: "a pipe", in: directory, maximumBytes: bytes.count - 1)
    }
    #expect(error?.code == .tooLarge)
    #expect(error?.description.hasPrefix("a pipe: ") == true)
    #expect(Vectors.names(in: directory).isEmpty)
    #expect(throws: EncodingError(.fileNotFound, "")) {
      try RandomAccessFile(
        keeping: source, named: "a pipe", in: directory + "/none", maximumBytes: 1)
    }
  }

  @Test("an error names the file and the remedy in one line")
  func message() {
    let error = #expect(throws: EncodingError.self) {
      try BoundedFile.read(path: "/nowhere/at/all", maximumBytes: 1)
    }
    #expect(error?.description == "/nowhere/at/all: there is no such file or directory")
  }
}

/// A source that looks about whenever it is read.
private struct WatchingSource: ByteSource {
  private var source: BytesSource
  private let look: @Sendable () -> Void

  init(_ source: BytesSource, _ look: @escaping @Sendable () -> Void) {
    self.source = source
    self.look = look
  }

  mutating func read(
    into buffer: inout [UInt8], maximumCount: Int
  ) throws(EncodingError) -> Int {
    look()
    return try source.read(into: &buffer, maximumCount: maximumCount)
  }
}

/// A socket in the file system.
private func listeningSocket(_ path: String) throws -> Int32 {
  let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  let capacity = MemoryLayout.size(ofValue: address.sun_path)
  try #require(path.utf8.count < capacity)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
  let result = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
  try #require(result == 0)
  return descriptor
}
