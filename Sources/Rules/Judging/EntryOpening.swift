import Encoding
import Ledger

/// What an auditor is given to see of an entry: the openings of its private members, and the keys
/// of its private threads. Numbers in threads are not given: the auditor counts himself.
///
/// Spec: cli/audit.md, "Disclosures".
public struct EntryOpening: Sendable {
  /// The entry's index.
  public let index: LeafIndex
  /// All disclosures of the event, padding included.
  public let disclosures: [EventDisclosure]
  /// The key of the certificate's thread; nil where the entry has no tag of one.
  public let certificate: ThreadKey?
  /// The keys of the subjects' threads, in the order of their tags.
  public let subjects: [ThreadKey]
  /// The key of the case's thread; nil where the entry has no tag of one.
  public let caseThread: ThreadKey?

  /// The most bytes of a line that are read: an entry has at most 65,535 bytes, and what it opens
  /// is of that order.
  public static let byteCountMax = 1 << 20

  /// Joins what is shown of an entry.
  public init(
    index: LeafIndex, disclosures: [EventDisclosure], certificate: ThreadKey? = nil,
    subjects: [ThreadKey] = [], caseThread: ThreadKey? = nil
  ) {
    self.index = index
    self.disclosures = disclosures
    self.certificate = certificate
    self.subjects = subjects
    self.caseThread = caseThread
  }
}

/// What there is to see of an entry's private members.
public enum OpeningState: Sendable {
  /// Everything.
  case opened(EntryOpening)
  /// Nothing was given.
  case notShown
  /// The keys were erased by law.
  case erased
}

/// One line of a file of disclosures: JSON, without its newline.
public enum OpeningLine {
  /// Writes a line; nil for what is not shown.
  public static func write(_ state: OpeningState, at index: LeafIndex) -> [UInt8]? {
    var object: JSONObject = ["index": .integer(Int64(clamping: index.value))]
    switch state {
    case .notShown: return nil
    case .erased: object.append("erased", true)
    case .opened(let opening):
      object.append("disclosures", .array(opening.disclosures.map { .string($0.text) }))
      var threads = JSONObject()
      if let key = opening.caseThread { threads.append("case", .string(key.secretText)) }
      if let key = opening.certificate { threads.append("certificate", .string(key.secretText)) }
      if !opening.subjects.isEmpty {
        threads.append("subjects", .array(opening.subjects.map { .string($0.secretText) }))
      }
      if !threads.isEmpty { object.append("threads", .object(threads)) }
    }
    return JSONValue.object(object).canonicalBytes()
  }

  /// Reads a line.
  /// - Throws: `malformedOpening`; the message says nothing of the values.
  public static func read(
    _ bytes: [UInt8]
  ) throws(RulesError) -> (index: LeafIndex, state: OpeningState) {
    do {
      let value = try JSONValue(parsing: bytes, maximumBytes: EntryOpening.byteCountMax)
      var reader = try ObjectReader(value, at: "opening")
      let place = try reader.requireInteger("index", in: 0...JSONValue.integerMax)
      let index = LeafIndex(UInt64(place))
      if try reader.optionalBoolean("erased") == true {
        try reader.finish()
        return (index, .erased)
      }
      let disclosures = try reader.requireStrings("disclosures")
        .map { try EventDisclosure(parsing: $0) }
      var certificate: ThreadKey?
      var subjects: [ThreadKey] = []
      var caseThread: ThreadKey?
      if var threads = try reader.optionalReader("threads") {
        certificate = try threads.optionalString("certificate").map { try ThreadKey(text: $0) }
        subjects = try (try threads.optionalStrings("subjects") ?? [])
          .map { try ThreadKey(text: $0) }
        caseThread = try threads.optionalString("case").map { try ThreadKey(text: $0) }
        try threads.finish()
      }
      try reader.finish()
      return (
        index,
        .opened(
          EntryOpening(
            index: index, disclosures: disclosures, certificate: certificate,
            subjects: subjects, caseThread: caseThread))
      )
    } catch {
      throw RulesError(
        .malformedOpening, "a line is no opening of an entry; have the file written again",
        cause: error)
    }
  }
}
