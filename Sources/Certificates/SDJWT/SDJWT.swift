/// Selective disclosure for JWTs (RFC 9901).
public enum SDJWT {
  /// Names that only the mechanism itself may use.
  static let reservedNames: Set<String> = ["_sd", "_sd_alg", "..."]

  /// The issuer's JWT of a combined form: what stands before the first tilde (RFC 9901 §4).
  public static func issuerToken(of combined: [UInt8]) -> [UInt8] {
    Array(combined.prefix { $0 != UInt8(ascii: "~") })
  }

  /// `<JWT>~<disclosure>~…~`: the issuer's JWT and its disclosures, in the order given.
  public static func join(
    token: [UInt8], disclosures: some Collection<Disclosure>
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(disclosures.reduce(token.count + 1) { $0 + $1.bytes.count + 1 })
    bytes.append(contentsOf: token)
    bytes.append(UInt8(ascii: "~"))
    for disclosure in disclosures {
      bytes.append(contentsOf: disclosure.bytes)
      bytes.append(UInt8(ascii: "~"))
    }
    return bytes
  }
}
