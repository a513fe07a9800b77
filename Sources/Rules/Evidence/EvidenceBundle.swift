import Encoding

/// A certificate with all the evidence that a verifier without a network needs, and no thread key.
///
/// Looked at, never believed. `Bundle` alone would be Foundation's name. Spec: bundle.md.
public struct EvidenceBundle: Sendable, Hashable {
  /// The value of the member `kind`.
  public static let kind = "kanhe-bundle"
  /// The most bytes that are read.
  public static let byteCountMax = 8 << 20
  /// The most type files.
  public static let typeCountMax = 16

  /// The SD-JWT, ASCII.
  public let copy: [UInt8]
  /// The receipt of the entry that issued the copy; opens `certificate` and `copy_i` only.
  public let receipt: Receipt
  /// The status token, ASCII; nil if there is none.
  public let status: [UInt8]?
  /// The signed trust list, ASCII.
  public let trust: [UInt8]
  /// The type files, each canonical JSON.
  public let types: [[UInt8]]

  /// Joins a certificate and its evidence.
  ///
  /// `types` must be canonical JSON, as `TypeFile` writes it. Throws `malformedBundle` for tokens
  /// that are no base64url with `.` and `~`, and for more type files than are read.
  public init(
    copy: [UInt8], receipt: Receipt, status: [UInt8]?, trust: [UInt8], types: [[UInt8]]
  ) throws(RulesError) {
    for token in [copy, trust] + (status.map { [$0] } ?? []) {
      try EvidenceText.checkCopy(token, else: .malformedBundle)
    }
    guard types.count <= EvidenceBundle.typeCountMax else {
      throw RulesError(.malformedBundle, "a bundle has at most 16 type files", at: "types")
    }
    self.copy = copy
    self.receipt = receipt
    self.status = status
    self.trust = trust
    self.types = types
  }

  /// The file without its newline: canonical JSON.
  public var bytes: [UInt8] {
    let typeBytes = types.reduce(0) { $0 + $1.count }
    var writer = JSONWriter(
      reservingCapacity: 8192 + copy.count + trust.count + (status?.count ?? 0) + typeBytes)
    writer.raw("{\"certificate\":")
    writer.string(plain: copy)
    writer.raw(",\"kind\":\"kanhe-bundle\",\"receipt\":")
    receipt.write(to: &writer)
    if let status {
      writer.raw(",\"status\":")
      writer.string(plain: status)
    }
    writer.raw(",\"trust\":")
    writer.string(plain: trust)
    writer.raw(",\"types\":[")
    for (position, type) in types.enumerated() {
      if position > 0 { writer.raw(",") }
      writer.raw(type)
    }
    writer.raw("]}")
    return writer.bytes
  }

  /// Reads a bundle in its only form, canonical JSON; one newline may follow it.
  ///
  /// Throws `malformedBundle`, and `malformedReceipt` for what is wrong in the receipt.
  public init(parsing bytes: [UInt8]) throws(RulesError) {
    let value = try EvidenceText.value(
      bytes, maximumBytes: EvidenceBundle.byteCountMax, else: .malformedBundle)
    do {
      var reader = try ObjectReader(value, at: "bundle")
      let copy = Array(try reader.requireString("certificate").utf8)
      _ = try reader.requireString("kind", oneOf: [EvidenceBundle.kind])
      let receipt = try Receipt.read(try reader.require("receipt"), at: "bundle.receipt")
      let status = try reader.optionalString("status").map { Array($0.utf8) }
      let trust = Array(try reader.requireString("trust").utf8)
      let types = try reader.requireArray("types").map { $0.canonicalBytes() }
      try reader.finish()
      try self.init(copy: copy, receipt: receipt, status: status, trust: trust, types: types)
    } catch let error as RulesError {
      throw error
    } catch {
      throw RulesError(
        .malformedBundle, "this is no bundle: \(EvidenceText.reason(error))", cause: error)
    }
    try EvidenceText.requireCanonical(self.bytes, bytes, else: .malformedBundle)
  }
}
