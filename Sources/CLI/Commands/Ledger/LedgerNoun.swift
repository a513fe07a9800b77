import ArgumentParser
import Cryptography
import Encoding
import Ledger
import Rules
import Verification

/// `kanhe ledger`: the book itself.
struct LedgerNoun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger",
    abstract: "Read, prove and publish the ledger.",
    subcommands: [
      LedgerCheckpoint.self, LedgerList.self, LedgerShow.self, LedgerProve.self,
      LedgerExport.self, LedgerMap.self,
    ])
}

extension LedgerBrowser {
  /// Where an entry named on the command line stands; a failure with exit code 1 if there is none.
  func index(of argument: EntryArgument) throws -> LeafIndex {
    if let number = UInt64(argument.text) {
      guard size.contains(LeafIndex(number)) else {
        throw Failure(
          .no, code: "no_such_entry",
          "the ledger has \(Counted.entries(size.value)), none with index \(number)")
      }
      return LeafIndex(number)
    }
    guard let number = Digest(canonicalText: argument.text) else {
      throw Failure(
        .usage, code: "bad_event", "an event is named by the 43 characters of its jti")
    }
    guard let index = try index(ofEvent: number) else {
      throw Failure(.no, code: "no_such_entry", "no event with this number entered the ledger")
    }
    return index
  }
}

/// What the pages of `spec/cli` show of an entry.
enum EntryJSON {
  /// Index, time, kind, issuer and number of the event, and its clear members.
  static func reference(_ entry: Entry, _ event: Event) -> JSONObject {
    [
      "index": .integer(Int64(entry.index.value)),
      "received": .string("\(entry.received)"), "kind": .string(event.kind.rawValue),
      "issuer": .string(event.issuerCode ?? event.issuer),
      "event": .string(event.id.number.base64url),
    ]
  }

  /// Everything that the entry holds.
  static func whole(_ entry: Entry, _ event: Event) -> JSONValue {
    [
      "index": .integer(Int64(entry.index.value)),
      "received": .string("\(entry.received)"),
      "previous": .string(entry.previous.base64url),
      "leaf_hash": .string(entry.leafHash.base64url),
      "tags": .array(entry.tags.map { .string($0.text) }),
      "event": [
        "kind": .string(event.kind.rawValue), "issuer": .string(event.issuer),
        "id": .string(event.id.number.base64url), "identity": .string(event.keyID.base64url),
        "audience": .string(event.audience),
        "issued_at": .string("\(Timestamp(seconds: event.issuedAt))"),
        "seen": [
          "size": .integer(Int64(event.seen.size.value)),
          "root": .string(event.seen.root.base64url),
        ],
        "members": .object(event.clear),
        "digests": .array(event.digests.map { .string($0.base64url) }),
      ],
      "size_bytes": .integer(Int64(entry.bytes.count)),
    ]
  }
}
