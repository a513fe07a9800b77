import Encoding
import Ledger

extension Receipt {
  /// Reads a receipt in its only form, canonical JSON; one newline may follow it.
  ///
  /// Throws `malformedReceipt` with the place.
  public init(parsing bytes: [UInt8]) throws(RulesError) {
    let value = try EvidenceText.value(
      bytes, maximumBytes: Receipt.byteCountMax, else: .malformedReceipt)
    self = try Receipt.read(value, at: "receipt")
    try EvidenceText.requireCanonical(self.bytes, bytes, else: .malformedReceipt)
  }

  /// Reads the members; whether the text is canonical is the caller's question.
  static func read(_ value: JSONValue, at path: String) throws(RulesError) -> Receipt {
    do {
      var reader = try ObjectReader(value, at: path)
      let texts = try reader.requireStrings("disclosures")
      let entry = try Entry(parsing: Array(try reader.requireString("entry").utf8))
      let identities = try reader.requireStrings("identities")
      let proof = try TlogProof(parsing: Array(try reader.requireString("proof").utf8))
      try reader.finish()
      guard identities.count <= SignerPath.countMax, texts.count <= disclosureCountMax else {
        throw RulesError(.malformedReceipt, "more identities or openings than are read", at: path)
      }
      return try Receipt(
        entry: entry, disclosures: try texts.map { try EventDisclosure(parsing: $0) },
        signerPath: try SignerPath(try identities.map { try Base64.decode($0) }), proof: proof)
    } catch let error as RulesError where error.code == .malformedReceipt {
      throw error
    } catch {
      throw RulesError(
        .malformedReceipt, "this is no receipt: \(EvidenceText.reason(error))", at: path,
        cause: error)
    }
  }
}

/// What the readers of receipts, deliveries and bundles share.
enum EvidenceText {
  /// Strict JSON of a bounded size; one newline at the end is left out.
  static func value(
    _ bytes: [UInt8], maximumBytes: Int, else code: RulesError.Code
  ) throws(RulesError) -> JSONValue {
    do {
      return try JSONValue(parsing: line(bytes), maximumBytes: maximumBytes)
    } catch {
      throw RulesError(
        code, "the file is no strict JSON: \(error.message)",
        at: error.location?.description, cause: error)
    }
  }

  /// One statement, one text: what was written again must be what was read.
  static func requireCanonical(
    _ written: [UInt8], _ read: [UInt8], else code: RulesError.Code
  ) throws(RulesError) {
    guard written.elementsEqual(line(read)) else {
      throw RulesError(
        code, "the file is not canonical JSON (RFC 8785); take it as it was handed out")
    }
  }

  /// The message of an error of any of our modules; none holds what was read.
  static func reason(_ error: any Error) -> String {
    switch error {
    case let error as EncodingError: error.description
    case let error as LedgerError: error.description
    case let error as RulesError: error.message
    default: "it cannot be read"
    }
  }

  private static func line(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
  }
}
