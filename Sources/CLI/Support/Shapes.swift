import Encoding
import Foundation
import Ledger
import Registry
import Rules

/// JSON that occurs on several pages of `spec/cli`: README.md, "Shapes used on several pages".
enum Shape {
  static func checkpoint(_ checkpoint: Checkpoint) -> JSONValue {
    [
      "origin": .string(checkpoint.origin), "root": .string(checkpoint.root.base64url),
      "size": .integer(Int64(clamping: checkpoint.size.value)),
    ]
  }

  static func checkpoint(_ checkpoint: VerifiedCheckpoint) -> JSONValue {
    self.checkpoint(checkpoint.checkpoint)
  }

  static func index(_ index: LeafIndex) -> JSONValue { .integer(Int64(clamping: index.value)) }

  static func size(_ size: TreeSize) -> JSONValue { .integer(Int64(clamping: size.value)) }

  /// What changed about a department: the entry and the checkpoint over it.
  static func change(_ change: LedgerChange, code: String, kind: EventKind) -> JSONObject {
    [
      "checkpoint": checkpoint(change.checkpoint), "code": .string(code),
      "index": index(change.entry.index), "kind": .string(kind.rawValue),
    ]
  }

  /// How many of the rows refused are in no list of faults; a row may have several there.
  static func untold(_ rowCount: Int, listed lines: [Int?]) -> Int {
    let named = lines.compactMap { $0 }
    return max(0, rowCount - Set(named).count - (lines.count - named.count))
  }

  /// The end of an object whose rows were written one by one.
  static func end(hasMore: Bool, hint: String) -> [UInt8] {
    var object = JSONObject()
    object.tellMore(hasMore, hint)
    return Array("],".utf8) + JSONValue.object(object).canonicalBytes().dropFirst() + [0x0A]
  }

  /// Seconds since 1970 as a time of RFC 3339.
  static func time(seconds: Int64) -> String { Timestamp(seconds: seconds).description }

  /// `{"event": {"id": …, "issuer": …}, "index": 12, "received": …}`.
  static func entry(_ entry: Entry) throws -> JSONValue {
    let id = try Event(parsing: entry.event).id
    return [
      "event": ["id": .string(id.number.base64url), "issuer": .string(id.issuer)],
      "index": index(entry.index), "received": .string(entry.received.description),
    ]
  }
}

extension JSONObject {
  /// Says whether a list in the object is shorter than what there is, and where it is how to go on.
  mutating func tellMore(_ hasMore: Bool, _ hint: String) {
    self["more"] = .boolean(hasMore)
    if hasMore { self["hint"] = .string(hint) }
  }
}

/// Paths as a user writes them.
enum UserPath {
  /// The path from the root, without `.` and `..`.
  static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

  /// A path below a directory, relative to it; any other stays what it is.
  static func relative(_ path: String, to directory: String) -> String {
    path.hasPrefix(directory + "/") ? String(path.dropFirst(directory.utf8.count + 1)) : path
  }
}
