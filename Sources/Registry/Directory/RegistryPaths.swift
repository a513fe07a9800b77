import Encoding

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where the files of a registry lie. Spec: registry-on-disk.md.
public struct RegistryPaths: Sendable, Hashable {
  /// The registry's directory, without a slash at the end.
  public let directory: String

  /// The paths below a directory.
  public init(directory: String) {
    var text = directory
    while text.count > 1, text.hasSuffix("/") { text.removeLast() }
    self.directory = text
  }

  /// `registry.json`.
  public var settings: String { directory + "/registry.json" }
  /// `ledger.sqlite`.
  public var ledger: String { directory + "/ledger.sqlite" }
  /// `vault.sqlite`.
  public var vault: String { directory + "/vault.sqlite" }
  /// The file whose lock orders batches.
  public var lock: String { directory + "/lock" }
  /// The file that open processes share.
  public var users: String { directory + "/users" }
  /// The file whose lock one publisher of status tokens holds.
  public var publishing: String { directory + "/publishing" }
  /// The file whose lock one publisher of runs holds.
  public var mapping: String { directory + "/mapping" }
  /// The registry's keys, and below it those of departments made here.
  public var keys: String { directory + "/keys" }
  /// The root's key, until it is moved away.
  public var rootKey: String { directory + "/offline/root.key" }
  /// What anyone may have.
  public var published: String { directory + "/public" }
  /// The newest trust list.
  public var trustList: String { published + "/trust.jwt" }
  /// The root identity.
  public var root: String { published + "/root.pem" }

  /// The files of the published runs.
  public var runs: String { published + "/runs" }

  /// The published type files.
  public var types: String { published + "/types" }

  /// A published type file.
  public func type(_ code: String, version: Int) -> String {
    "\(types)/\(code)/\(version).json"
  }

  /// Resolves a path that `registry.json` gives relative to the directory.
  public func resolve(_ path: String) -> String {
    path.hasPrefix("/") ? path : directory + "/" + path
  }

  /// Makes a directory and those above it; one that is there already is fine.
  static func makeDirectory(_ path: String, mode: UInt32 = 0o755) throws(RegistryError) {
    if unsafe mkdir(path, mode_t(mode)) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      throw RegistryError(systemCall: "make the directory", path)
    }
    try makeDirectory(String(path[..<slash]), mode: 0o755)
    guard unsafe mkdir(path, mode_t(mode)) == 0 || errno == EEXIST else {
      throw RegistryError(systemCall: "make the directory", path)
    }
  }

  /// Makes a directory below another and makes its name durable.
  static func makeDurableDirectory(_ path: String, in parent: String) throws(RegistryError) {
    guard !exists(path) else { return }
    try makeDirectory(path)
    do throws(EncodingError) {
      try BoundedFile.syncDirectory(parent)
    } catch {
      throw RegistryError(file: error)
    }
  }

  /// Makes a directory and those above it; their names are durable on return, also those that a
  /// killed run had just made.
  static func makeDurableDirectories(_ path: String, mode: UInt32) throws(RegistryError) {
    var path = path
    while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
    if !exists(path), let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try makeDurableDirectories(String(path[..<slash]), mode: 0o755)
    }
    try makeDirectory(path, mode: mode)
    do throws(EncodingError) {
      try BoundedFile.syncDirectory(path + "/..")
    } catch {
      // In a directory that cannot be read nobody has just made one.
      guard error.code == .permissionDenied else { throw RegistryError(file: error) }
    }
  }

  /// Renames a file within one file system; the new name is not durable yet.
  static func rename(_ old: String, to new: String) throws(RegistryError) {
    guard systemRename(old, new) == 0 else {
      throw RegistryError(systemCall: "rename", old)
    }
  }

  /// Removes a file; one that is not there is fine.
  static func remove(_ path: String) { _ = unsafe unlink(path) }

  /// Whether a path exists.
  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Whether files in a directory can be written.
  static func isWritable(_ path: String) -> Bool { unsafe access(path, W_OK) == 0 }

  /// The size and inode of a file; nil if it is not there.
  static func status(_ path: String) -> (size: Int64, inode: UInt64)? {
    var info = stat()
    guard unsafe stat(path, &info) == 0 else { return nil }
    return (Int64(info.st_size), UInt64(info.st_ino))
  }

  /// Whether a path is a directory.
  static func isDirectory(_ path: String) -> Bool {
    var info = stat()
    return unsafe stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  /// The names in a directory; empty if it is not there.
  static func names(in path: String) -> [String] {
    do throws(EncodingError) { return try Folder.names(in: path) } catch { return [] }
  }
}

extension RegistryError {
  /// What the last system call refused, by `errno`.
  init(systemCall what: String, _ path: String) {
    let number = errno
    let code: Code =
      switch number {
      case ENOSPC, EDQUOT, EFBIG: .diskFull
      case EACCES, EPERM, EROFS: .notWritable
      case ENOENT: .notFound
      default: .inputOutput
      }
    let reason = unsafe String(cString: strerror(number))
    let remedy =
      switch code {
      case .diskFull: "; the disk is full: free some space and give the same command again"
      case .notWritable: "; check owner and mode"
      default: ""
      }
    self.init(code, "cannot \(what): \(reason)\(remedy)", at: path)
  }
}

/// The system's `rename`, under a name that does not hide it from `RegistryPaths.rename`.
private func systemRename(_ old: String, _ new: String) -> Int32 { unsafe rename(old, new) }
