/// A signed message in two parts: without the identities that it brings, and these.
///
/// libcrypto reads identities anew with every message, which takes longer than everything else
/// about it; so they are read apart, once. Their place is outside of what is signed (RFC 5652
/// §5.1).
struct MessageParts {
  /// The message without its identities.
  let message: [UInt8]
  private let encodings: [ArraySlice<UInt8>]

  /// Takes a message apart; one of another form is left whole, without identities, for the reader
  /// to refuse. Throws `invalidMessage`.
  init(_ bytes: [UInt8]) throws(CryptographyError) {
    guard let whole = DERElement(first: bytes[...]), whole.bytes.count == bytes.count,
      let info = whole.parts, info.count == 2, info[1].tag == 0xA0,
      let data = info[1].parts, data.count == 1, let fields = data[0].parts,
      let place = fields.firstIndex(where: { $0.tag == 0xA0 }),
      place == fields.lastIndex(where: { $0.tag == 0xA0 }),
      let encodings = fields[place].parts
    else {
      (message, encodings) = (bytes, [])
      return
    }
    guard encodings.count <= SignedMessage.identityCountMax else {
      throw CryptographyError(
        .invalidMessage, "a message brings at most \(SignedMessage.identityCountMax) identities")
    }
    // DER has the elements of a set in order (X.690 §11.6).
    let pairs = zip(encodings, encodings.dropFirst())
    guard encodings.allSatisfy({ $0.tag == 0x30 }),
      pairs.allSatisfy({ !$1.bytes.lexicographicallyPrecedes($0.bytes) })
    else {
      throw CryptographyError(.invalidMessage, "the identities in the message are no set in DER")
    }
    self.encodings = encodings.map(\.bytes)
    let kept = fields.indices.filter { $0 != place }.map { fields[$0].bytes }
    let signed = DERElement.encode(data[0].tag, Array(kept.joined()))
    message = DERElement.encode(whole.tag, info[0].bytes + DERElement.encode(0xA0, signed))
  }

  /// The identities, in the order of the message; throws `invalidMessage`.
  func identities(_ known: (Digest) -> Identity?) throws(CryptographyError) -> [Identity] {
    var identities: [Identity] = []
    for encoding in encodings {
      let der = Array(encoding)
      if let identity = known(SHA256.hash(der)) {
        identities.append(identity)
        continue
      }
      do throws(CryptographyError) { identities.append(try Identity(der: der)) } catch {
        throw CryptographyError(
          .invalidMessage, "an identity in the message cannot be read: \(error.message)")
      }
    }
    return identities
  }
}
