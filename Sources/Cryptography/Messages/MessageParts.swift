/// A signed message in two parts: without the identities that it brings, and these.
///
/// libcrypto reads identities anew with every message, which takes longer than everything else
/// about it; so they are read apart, once. Their place is outside of what is signed (RFC 5652
/// §5.1).
struct MessageParts {
  /// The message without its identities.
  let message: [UInt8]
  private let encodings: [ArraySlice<UInt8>]
  /// The object identifier as DER (RFC 5652 §5.1).
  private static let signedData: [UInt8] = [
    0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02,
  ]

  /// Takes a message apart; what is no SignedData is left whole, without identities, for the reader
  /// to refuse. Throws `invalidMessage`, and `unsupportedAlgorithm` for another form than ours.
  init(_ bytes: [UInt8]) throws(CryptographyError) {
    // Bounds first: a text of nothing but small elements would fill the memory with them.
    guard bytes.count <= SignedMessage.byteCountMax,
      let whole = DERElement(first: bytes[...]), whole.bytes.count == bytes.count,
      let info = whole.parts(atMost: 2), info.count == 2,
      info[0].bytes.elementsEqual(MessageParts.signedData)
    else {
      (message, encodings) = (bytes, [])
      return
    }
    // libcrypto takes more, and spends time or stack on it: a digest algorithm is a layer of
    // reading for it, however many there are.
    guard let data = info[1].parts(atMost: 1), data.count == 1,
      let fields = data[0].parts(atMost: 5),
      fields.map(\.tag) == [0x02, 0x31, 0x30, 0xA0, 0x31], fields[0].content.elementsEqual([1]),
      fields[1].parts(atMost: 1)?.count == 1, fields[4].parts(atMost: 1)?.count == 1
    else {
      throw CryptographyError(
        .unsupportedAlgorithm,
        "the message is not signed as ours are: version 1, one digest, the identities, one signer, "
          + "and nothing else")
    }
    let countMax = SignedMessage.identityCountMax
    guard let encodings = fields[3].parts(atMost: countMax) else {
      throw CryptographyError(
        .invalidMessage, "a message brings well-formed identities, at most \(countMax)")
    }
    // DER has the elements of a set in order (X.690 §11.6).
    let pairs = zip(encodings, encodings.dropFirst())
    guard encodings.allSatisfy({ $0.tag == 0x30 }),
      pairs.allSatisfy({ !$1.bytes.lexicographicallyPrecedes($0.bytes) })
    else {
      throw CryptographyError(.invalidMessage, "the identities in the message are no set in DER")
    }
    self.encodings = encodings.map(\.bytes)
    let kept = [0, 1, 2, 4].map { fields[$0].bytes }
    let count = kept.reduce(0) { $0 + $1.count }
    let inner = DERElement.header(data[0].tag, count)
    let outer = info[0].bytes + DERElement.header(0xA0, inner.count + count)
    var message = DERElement.header(whole.tag, outer.count + inner.count + count)
    message.reserveCapacity(message.count + outer.count + inner.count + count)
    message += outer
    message += inner
    for field in kept { message += field }
    self.message = message
  }

  /// The identities, in the order of the message; throws `invalidMessage`.
  func identities(_ known: (Digest) -> Identity?) throws(CryptographyError) -> [Identity] {
    var identities: [Identity] = []
    for encoding in encodings {
      let der = Array(encoding)
      let id = SHA256.hash(der)
      if let identity = known(id), identity.sha256 == id {
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
