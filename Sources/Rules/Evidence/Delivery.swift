import Encoding
import Ledger

/// What one subject gets of a certificate: the copy, its receipt, and the keys that find every
/// entry about the certificate and about this subject.
///
/// For that subject alone: whoever has the keys can link the entries. Well formed, and no more.
/// Spec: receipt.md, "Delivery".
public struct Delivery: Sendable, Hashable {
  /// The value of the member `kind`.
  public static let kind = "kanhe-delivery"
  /// The most bytes that are read: the largest copy, the largest receipt, and the keys.
  public static let byteCountMax = 2 << 20 + 4096

  /// The SD-JWT with all disclosures, ASCII.
  public let copy: [UInt8]
  /// The receipt of the entry that issued the copy.
  public let receipt: Receipt
  /// The certificate's thread, and the number of the receipt's entry in it.
  public let certificateThread: Openings.Place
  /// The subject's thread, and the number of the receipt's entry in it.
  public let subjectThread: Openings.Place

  /// Joins what a subject gets; throws `malformedDelivery` for a copy that is no ASCII text of
  /// base64url, `.` and `~`.
  public init(
    copy: [UInt8], receipt: Receipt, certificateThread: Openings.Place,
    subjectThread: Openings.Place
  ) throws(RulesError) {
    try EvidenceText.checkCopy(copy, else: .malformedDelivery)
    self.copy = copy
    self.receipt = receipt
    self.certificateThread = certificateThread
    self.subjectThread = subjectThread
  }

  /// Joins what a subject gets of a copy that this process has just made or opened from the vault:
  /// its text is not looked through again.
  package init(
    ownCopy copy: [UInt8], receipt: Receipt, certificateThread: Openings.Place,
    subjectThread: Openings.Place
  ) {
    self.copy = copy
    self.receipt = receipt
    self.certificateThread = certificateThread
    self.subjectThread = subjectThread
  }

  /// The file without its newline: canonical JSON. With a newline after each it is JSON Lines.
  public var bytes: [UInt8] {
    var writer = JSONWriter(reservingCapacity: 5120 + copy.count + receipt.entry.bytes.count)
    writer.raw("{\"copy\":")
    writer.string(plain: copy)
    writer.raw(",\"kind\":\"kanhe-delivery\",\"receipt\":")
    receipt.write(to: &writer)
    writer.raw(",\"threads\":{\"certificate\":")
    Delivery.write(certificateThread, to: &writer)
    writer.raw(",\"subject\":")
    Delivery.write(subjectThread, to: &writer)
    writer.raw("}}")
    return writer.bytes
  }

  private static func write(_ place: Openings.Place, to writer: inout JSONWriter) {
    writer.raw("{\"key\":")
    writer.string(plain: Array(place.key.secretText.utf8))
    writer.raw(",\"number\":")
    writer.integer(Int64(clamping: place.number))
    writer.raw("}")
  }

  /// Reads a delivery in its only form, canonical JSON; one newline may follow it.
  ///
  /// Throws `malformedDelivery`, and `malformedReceipt` for what is wrong in the receipt.
  public init(parsing bytes: [UInt8]) throws(RulesError) {
    let value = try EvidenceText.value(
      bytes, maximumBytes: Delivery.byteCountMax, else: .malformedDelivery)
    do {
      var reader = try ObjectReader(value, at: "delivery")
      let copy = Array(try reader.requireString("copy").utf8)
      _ = try reader.requireString("kind", oneOf: [Delivery.kind])
      let receipt = try Receipt.read(try reader.require("receipt"), at: "delivery.receipt")
      var threads = try reader.requireReader("threads")
      let certificate = try Delivery.place(try threads.requireReader("certificate"))
      let subject = try Delivery.place(try threads.requireReader("subject"))
      try threads.finish()
      try reader.finish()
      try self.init(
        copy: copy, receipt: receipt, certificateThread: certificate, subjectThread: subject)
    } catch let error as RulesError {
      throw error
    } catch {
      throw RulesError(
        .malformedDelivery, "this is no delivery: \(EvidenceText.reason(error))", cause: error)
    }
    try EvidenceText.requireCanonical(self.bytes, bytes, else: .malformedDelivery)
  }

  private static func place(_ reader: ObjectReader) throws -> Openings.Place {
    var reader = reader
    let key = try ThreadKey(text: try reader.requireString("key"))
    let number = try reader.requireInteger("number", in: 1...JSONValue.integerMax)
    try reader.finish()
    return Openings.Place(key: key, number: UInt64(number))
  }
}

extension EvidenceText {
  /// A copy is base64url with `.` and `~`: nothing that JSON would have to escape.
  static func checkCopy(_ copy: [UInt8], else code: RulesError.Code) throws(RulesError) {
    let isPlain = copy.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."), UInt8(ascii: "~"):
        true
      default: false
      }
    }
    guard isPlain, !copy.isEmpty else {
      throw RulesError(code, "the copy is no SD-JWT: base64url with . and ~", at: "copy")
    }
  }
}
