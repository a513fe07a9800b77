import Cryptography
import Encoding
import Ledger

extension Answer {
  /// The file: canonical JSON, without a newline.
  public var bytes: [UInt8] {
    JSONValue.object([
      "checkpoint": .string(String(decoding: checkpoint, as: UTF8.self)),
      "entries": .array(entries.map { .object($0.members) }),
      "identities": .array(
        signers.map { .array($0.identities.map { .string(Base64.encode($0)) }) }),
      "kind": .string(Answer.kind), "runs": .array(runs.map(\.value)),
      "thread": thread.value,
    ]).canonicalBytes()
  }

  /// Reads an answer in its only form, canonical JSON; one newline may follow it.
  ///
  /// Throws `malformedAnswer` with the place.
  public init(parsing bytes: [UInt8]) throws(RulesError) {
    let value = try EvidenceText.value(
      bytes, maximumBytes: Answer.byteCountMax, else: .malformedAnswer)
    do {
      var reader = try ObjectReader(value, at: "answer")
      _ = try reader.requireString("kind", oneOf: [Answer.kind])
      let note = Array(try reader.requireString("checkpoint").utf8)
      let entries = try reader.requireReaders("entries").map(Proven.init(reading:))
      let runs = try reader.requireReaders("runs").map(MappedRun.init(reading:))
      let signers = try Answer.signers(try reader.require("identities"))
      let thread = try Thread(reading: try reader.requireReader("thread"))
      try reader.finish()
      try self.init(
        thread: thread, entries: entries, runs: runs, signers: signers, checkpoint: note)
    } catch let error as RulesError where error.code == .malformedAnswer {
      throw error
    } catch {
      throw RulesError(
        .malformedAnswer, "this is no answer: \(EvidenceText.reason(error))", cause: error)
    }
    try EvidenceText.requireCanonical(self.bytes, bytes, else: .malformedAnswer)
  }

  private static func signers(_ value: JSONValue) throws -> [SignerPath] {
    guard let paths = value.arrayValue, paths.count <= signerCountMax else { throw malformed }
    return try paths.map { path in
      guard let texts = path.arrayValue, texts.count <= SignerPath.countMax else {
        throw malformed
      }
      return try SignerPath(
        try texts.map { text in
          guard let text = text.stringValue else { throw malformed }
          return try Base64.decode(text)
        })
    }
  }

  fileprivate static var malformed: RulesError {
    RulesError(.malformedAnswer, "a part of the answer is of another form or too long")
  }

  fileprivate static func hashes(_ texts: [String]) throws -> [Digest] {
    guard texts.count <= TlogProof.pathCountMaximum else { throw malformed }
    return try texts.map { text in
      guard let digest = Digest(canonicalText: text) else { throw malformed }
      return digest
    }
  }

  fileprivate static func value(_ path: [Digest]) -> JSONValue {
    .array(path.map { .string($0.base64url) })
  }
}

extension Answer.Thread {
  fileprivate var value: JSONValue {
    switch self {
    case .department(let code): ["department": .string(code)]
    case .key(let key): ["key": .string(key.secretText)]
    }
  }

  fileprivate init(reading reader: ObjectReader) throws {
    var reader = reader
    if let code = try reader.optionalString("department") {
      guard CodeCheck.isDepartment(code) else { throw Answer.malformed }
      self = .department(code)
    } else {
      self = .key(try ThreadKey(text: try reader.requireString("key")))
    }
    try reader.finish()
  }
}

extension Answer.Proven {
  fileprivate var members: JSONObject {
    [
      "entry": .string(String(decoding: entry.bytes, as: UTF8.self)),
      "path": Answer.value(path),
    ]
  }

  fileprivate init(reading reader: ObjectReader) throws {
    var reader = reader
    try self.init(from: &reader)
    try reader.finish()
  }

  fileprivate init(from reader: inout ObjectReader) throws {
    entry = try Entry(parsing: Array(try reader.requireString("entry").utf8))
    path = try Answer.hashes(try reader.requireStrings("path"))
  }
}

extension Answer.MappedRun {
  fileprivate var value: JSONValue {
    var gap = JSONObject()
    if let after { gap.append("after", after.value) }
    if let before { gap.append("before", before.value) }
    var members = published.members
    members.append("absent", .object(gap))
    members.append(
      "present",
      .array(
        present.map {
          ["path": Answer.value($0.path), "position": .integer(Int64(clamping: $0.position))]
        }))
    members.append("records", .integer(Int64(clamping: recordCount)))
    return .object(members)
  }

  fileprivate init(reading reader: ObjectReader) throws {
    var reader = reader
    published = try Answer.Proven(from: &reader)
    recordCount = try reader.requireNumber("records")
    present = try reader.requireReaders("present").map { row in
      var row = row
      let place = Answer.Place(
        position: try row.requireNumber("position"),
        path: try Answer.hashes(try row.requireStrings("path")))
      try row.finish()
      return place
    }
    var gap = try reader.requireReader("absent")
    after = try gap.optionalReader("after").map(RunProof.Neighbour.init(reading:))
    before = try gap.optionalReader("before").map(RunProof.Neighbour.init(reading:))
    try gap.finish()
    try reader.finish()
  }
}

extension RunProof.Neighbour {
  fileprivate var value: JSONValue {
    [
      "index": .integer(Int64(clamping: record.index.value)), "path": Answer.value(path),
      "position": .integer(Int64(clamping: position)), "tag": .string(record.tag.text),
    ]
  }

  fileprivate init(reading reader: ObjectReader) throws {
    var reader = reader
    self.init(
      record: RunRecord(
        tag: try Tag(text: try reader.requireString("tag")),
        index: LeafIndex(try reader.requireNumber("index"))),
      position: try reader.requireNumber("position"),
      path: try Answer.hashes(try reader.requireStrings("path")))
    try reader.finish()
  }
}

extension ObjectReader {
  fileprivate mutating func requireNumber(_ name: String) throws(EncodingError) -> UInt64 {
    UInt64(try requireInteger(name, in: 0...JSONValue.integerMax))
  }
}
