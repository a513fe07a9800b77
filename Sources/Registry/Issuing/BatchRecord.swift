import Cryptography
import Encoding

/// How far a job has come: an item of the vault, written with the batch that it counts.
///
/// Spec: issuing.md, "A batch job".
public struct BatchRecord: Sendable, Equatable {
  /// A row that a rule refused.
  public struct Refusal: Sendable, Equatable {
    /// The line of the file.
    public let line: Int
    /// The column at fault, if one is.
    public let column: String?
    /// The rule's code.
    public let code: String
    /// The certificate in the way, if it is one of the same department.
    public var certificate: String?
  }

  /// The space of the vault's items.
  public static let space = "batch"
  /// At most so many refusals are kept; all are counted.
  public static let refusalCountMax = 1_000

  /// Who issues.
  public let department: String
  /// What is issued.
  public let type: TypeReference
  /// The key of the order in which rows are taken, 32 bytes.
  let orderKey: [UInt8]
  /// The rows of the file.
  public let rowCount: Int
  /// Positions of the order that have been decided.
  public internal(set) var doneCount = 0
  /// Certificates issued.
  public internal(set) var issuedCount = 0
  /// Copies issued.
  public internal(set) var copyCount = 0
  /// Rows refused by a rule.
  public internal(set) var refusedCount = 0
  /// The first of them.
  public internal(set) var refusals: [Refusal] = []
  /// The first and last entry of the job; nil while there is none.
  public internal(set) var entries: ClosedRange<Int64>?
  /// The ids of the first and last certificate of the job; others may lie between.
  public internal(set) var certificates: ClosedRange<Int64>?

  init(department: String, type: TypeReference, orderKey: [UInt8], rowCount: Int) {
    self.department = department
    self.type = type
    self.orderKey = orderKey
    self.rowCount = rowCount
  }

  /// Whether every row has been decided.
  public var isComplete: Bool { doneCount >= rowCount }

  mutating func refuse(_ refusal: Refusal) {
    refusedCount += 1
    if refusals.count < BatchRecord.refusalCountMax { refusals.append(refusal) }
  }

  /// Takes refusals back: their rows are judged again.
  mutating func forget(refusedLines lines: [Int]) {
    refusedCount -= lines.count
    let lines = Set(lines)
    refusals.removeAll { lines.contains($0.line) }
  }

  mutating func note(entry: Int64, certificate: Int64, copies: Int) {
    issuedCount += 1
    copyCount += copies
    entries = (entries?.lowerBound ?? entry)...entry
    certificates = (certificates?.lowerBound ?? certificate)...certificate
  }
}

extension BatchRecord {
  /// The plain form, before it is sealed.
  var bytes: [UInt8] {
    var object: JSONObject = [
      "copies": .integer(Int64(copyCount)), "department": .string(department),
      "done": .integer(Int64(doneCount)), "issued": .integer(Int64(issuedCount)),
      "order": .string(Base64URL.encode(orderKey)), "refused": .integer(Int64(refusedCount)),
      "rows": .integer(Int64(rowCount)), "type": .string(type.code),
      "version": .integer(Int64(type.version)),
    ]
    object["refusals"] = .array(
      refusals.map { refusal in
        var value: JSONObject = [
          "code": .string(refusal.code), "line": .integer(Int64(refusal.line)),
        ]
        if let column = refusal.column { value["column"] = .string(column) }
        if let certificate = refusal.certificate { value["certificate"] = .string(certificate) }
        return .object(value)
      })
    if let entries, let certificates {
      object["entries"] = [.integer(entries.lowerBound), .integer(entries.upperBound)]
      object["certificates"] = [
        .integer(certificates.lowerBound), .integer(certificates.upperBound),
      ]
    }
    return JSONValue.object(object).canonicalBytes()
  }

  /// Opens and reads an item; throws `damagedVault`.
  init(_ item: ItemRow, _ cipher: VaultCipher) throws(RegistryError) {
    try self.init(
      parsing: try cipher.open(item.value, for: .item(BatchRecord.space, key: item.key)))
  }

  /// Reads the plain form; throws `damagedVault`.
  init(parsing bytes: [UInt8]) throws(RegistryError) {
    do throws(EncodingError) {
      var reader = try ObjectReader(try JSONValue(parsing: bytes), at: "batch")
      department = try reader.requireString("department")
      type = TypeReference(
        code: try reader.requireString("type"),
        version: Int(try reader.requireInteger("version")))
      orderKey = try reader.requireBytes("order")
      rowCount = Int(try reader.requireInteger("rows"))
      doneCount = Int(try reader.requireInteger("done"))
      issuedCount = Int(try reader.requireInteger("issued"))
      copyCount = Int(try reader.requireInteger("copies"))
      refusedCount = Int(try reader.requireInteger("refused"))
      for var refusal in try reader.requireReaders("refusals") {
        refusals.append(
          Refusal(
            line: Int(try refusal.requireInteger("line")),
            column: try refusal.optionalString("column"),
            code: try refusal.requireString("code"),
            certificate: try refusal.optionalString("certificate")))
        try refusal.finish()
      }
      entries = try BatchRecord.range(&reader, "entries")
      certificates = try BatchRecord.range(&reader, "certificates")
      try reader.finish()
    } catch {
      throw RegistryError(
        .damagedVault, "the record of a batch cannot be read", cause: error, at: "item")
    }
  }

  private static func range(
    _ reader: inout ObjectReader, _ name: String
  ) throws(EncodingError) -> ClosedRange<Int64>? {
    guard let values = try reader.optionalArray(name) else { return nil }
    guard values.count == 2, case .integer(let first) = values[0],
      case .integer(let last) = values[1], first <= last
    else {
      throw EncodingError(.wrongType, "a range is two integers", at: .path("batch.\(name)"))
    }
    return first...last
  }
}

/// Which certificates one append of a job brought: an item under the id of the last.
///
/// Found for a certificate as the first item at or after its id. Spec: issuing.md.
public struct BatchRange: Sendable, Equatable {
  /// The space of the vault's items.
  public static let space = "batch-range"

  /// The first certificate.
  public let first: Int64
  /// The last certificate.
  public let last: Int64
  /// The job.
  public let batch: BatchID

  init(first: Int64, last: Int64, batch: BatchID) {
    self.first = first
    self.last = last
    self.batch = batch
  }

  /// Reads an item; throws `damagedVault`.
  public init(_ item: ItemRow) throws(RegistryError) {
    guard item.key.count == 8, item.value.count == 8 + BatchID.byteCount,
      let last = RecordText.integers(item.key)?.first,
      let first = RecordText.integers(Array(item.value[..<8]))?.first,
      first >= 0, first <= last, last < .max,
      let batch = BatchID(bytes: item.value[8...])
    else {
      throw RegistryError(.damagedVault, "the range of a batch cannot be read", at: "item")
    }
    self.init(first: first, last: last, batch: batch)
  }

  var change: VaultChange {
    .putItem(
      space: BatchRange.space, key: RecordText.bytes([last]),
      value: RecordText.bytes([first]) + batch.bytes)
  }

  /// The ranges of a vault that end at or after a certificate, at most `limit`.
  public static func ranges(
    _ vault: any Vault, from certificate: Int64, limit: Int
  ) throws(RegistryError) -> [BatchRange] {
    var ranges: [BatchRange] = []
    for item in try vault.items(
      space, after: RecordText.bytes([certificate - 1]), limit: limit)
    {
      ranges.append(try BatchRange(item))
    }
    return ranges
  }
}
