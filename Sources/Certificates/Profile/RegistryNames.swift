/// The names under a registry's host: `https://<host>/departments/…` and `https://<host>/types/…`.
///
/// They are names; nothing is fetched from them. Spec: certificate.md, "Names".
public enum RegistryNames {
  /// What the `vct` of a type's version says.
  public struct TypeName: Sendable, Hashable {
    /// The registry's host.
    public let host: String
    /// The type's code.
    public let code: TypeCode
    /// The version, from 1.
    public let version: Int
  }

  /// The URI of a department: `iss` of all it signs and a URI of its identities.
  public static func department(_ code: USCC, host: String) -> String {
    "https://\(host)/departments/\(code.text)"
  }

  /// Whether a ledger's origin is a host's to use: the host itself, or what begins with it and a
  /// slash (C2SP tlog-checkpoint: a URL without scheme). Spec: decisions/0013.
  package static func isOrigin(_ origin: String, of host: String) -> Bool {
    origin.utf8.elementsEqual(host.utf8) || origin.utf8.starts(with: "\(host)/".utf8)
  }

  /// The host that a ledger's origin is of: what stands before its first slash.
  package static func host(ofOrigin origin: String) -> String {
    String(origin.prefix { $0 != "/" })
  }

  /// The `vct` of a type's version.
  public static func type(_ code: TypeCode, version: Int, host: String) -> String {
    "https://\(host)/types/\(code.text)/\(version)"
  }

  /// Host and code of a department's URI. Throws `name_form`.
  public static func parse(department uri: String) throws(CertificatesError) -> (
    host: String, code: USCC
  ) {
    let (host, parts) = try parts(Array(uri.utf8), "departments", count: 1)
    return (host, try USCC(ascii: parts[0]))
  }

  /// Host, code and version of a `vct`. Throws `name_form`.
  public static func parse(type uri: String) throws(CertificatesError) -> TypeName {
    let (host, parts) = try parts(Array(uri.utf8), "types", count: 2)
    let code = try TypeCode(ascii: parts[0])
    let text = String(decoding: parts[1], as: UTF8.self)
    guard let version = Int(text), version > 0, String(version) == text else {
      throw CertificatesError(.nameForm, "a vct ends with the type's code and version", at: "vct")
    }
    return TypeName(host: host, code: code, version: version)
  }

  /// The host of any name of a registry; nil if it has none.
  package static func host(of uri: String) -> String? {
    let prefix = "https://".utf8
    guard uri.utf8.starts(with: prefix) else { return nil }
    let rest = uri.utf8.dropFirst(prefix.count)
    guard let end = rest.firstIndex(of: UInt8(ascii: "/")), end > rest.startIndex else {
      return nil
    }
    return String(Substring(rest[..<end]))
  }

  /// The host, and the parts after the folder. By bytes: a trust list has many names, and each
  /// verification reads some.
  private static func parts(
    _ uri: [UInt8], _ folder: String, count: Int
  ) throws(CertificatesError) -> (host: String, parts: [ArraySlice<UInt8>]) {
    let parts = uri.parts(between: UInt8(ascii: "/"), atMost: 5 + count)
    guard parts.count == 4 + count, parts[0].elementsEqual("https:".utf8), parts[1].isEmpty,
      !parts[2].isEmpty, parts[3].elementsEqual(folder.utf8)
    else {
      throw CertificatesError(
        .nameForm, "a name of this kind is https://<host>/\(folder)/ and what follows")
    }
    return (String(decoding: parts[2], as: UTF8.self), Array(parts[4...]))
  }
}
