import Cryptography
import Encoding
import Ledger

/// An entry with what its owner needs to prove it: openings, the signer's path, proof, checkpoint.
///
/// Well formed, and no more: nothing in it is believed because it is there. Spec: receipt.md.
public struct Receipt: Sendable, Hashable {
  /// The most bytes that are read.
  public static let byteCountMax = 1 << 20
  /// The most openings: those of the largest kind and some to spare.
  public static let disclosureCountMax = 64

  /// The openings shown, a part of the event's or all.
  public let disclosures: [EventDisclosure]
  /// The entry, byte for byte.
  public let entry: Entry
  /// The identity of the event's signer and what leads from it to the root.
  public let signerPath: SignerPath
  /// The entry's place in the tree, and the signed checkpoint.
  public let proof: TlogProof

  /// Joins an entry and its evidence.
  ///
  /// `disclosures` are those that the receiver may see. Throws `malformedReceipt` for more of them
  /// than are read, and for a proof of another entry's place.
  public init(
    entry: Entry, disclosures: [EventDisclosure], signerPath: SignerPath, proof: TlogProof
  ) throws(RulesError) {
    guard disclosures.count <= Receipt.disclosureCountMax else {
      throw RulesError(
        .malformedReceipt, "a receipt has at most \(Receipt.disclosureCountMax) openings",
        at: "disclosures")
    }
    guard proof.index == entry.index else {
      throw RulesError(.malformedReceipt, "the proof is of another entry", at: "proof")
    }
    guard proof.unverifiedExtra == nil else {
      throw RulesError(
        .malformedReceipt, "the proof has a line that nothing vouches for", at: "proof")
    }
    self.disclosures = disclosures
    self.entry = entry
    self.signerPath = signerPath
    self.proof = proof
  }

  /// The receipt for strangers: it opens the certificate and one copy, by its digest, and nobody.
  ///
  /// Throws `malformedReceipt` where it does not open that copy.
  public func openingCopy(_ digest: Digest) throws(RulesError) -> Receipt {
    let shown = disclosures.filter { disclosure in
      disclosure.name == "certificate"
        || (disclosure.name.hasPrefix("copy_")
          && disclosure.value["digest"] == .string(digest.base64url))
    }
    guard shown.count == 2 else {
      throw RulesError(.malformedReceipt, "the receipt opens another copy", at: "disclosures")
    }
    return try Receipt(entry: entry, disclosures: shown, signerPath: signerPath, proof: proof)
  }

  /// The file: canonical JSON, without a newline.
  public var bytes: [UInt8] {
    var writer = JSONWriter(reservingCapacity: 4096 + entry.bytes.count)
    write(to: &writer)
    return writer.bytes
  }

  /// Appends the canonical JSON; a bulk job writes tens of thousands of these.
  func write(to writer: inout JSONWriter) {
    writer.raw("{\"disclosures\":[")
    for (position, disclosure) in disclosures.enumerated() {
      if position > 0 { writer.raw(",") }
      writer.string(disclosure.text)
    }
    writer.raw("],\"entry\":")
    writer.string(ascii: entry.bytes[...])
    writer.raw(",\"identities\":")
    writer.raw(signerPath.text)
    writer.raw(",\"proof\":")
    writer.string(ascii: proof.bytes[...])
    writer.raw("}")
  }
}
