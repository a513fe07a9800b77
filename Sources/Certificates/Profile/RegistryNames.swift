/// The names under a registry's host: `https://<host>/departments/…` and `https://<host>/types/…`.
///
/// They are names; nothing is fetched from them. Spec: certificate.md, "Names".
public enum RegistryNames {
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
    let parts = try parts(uri, "departments", count: 1)
    let code = try USCC(parts[1])
    return (parts[0], code)
  }

  /// Host, code and version of a `vct`. Throws `name_form`.
  public static func parse(type uri: String) throws(CertificatesError) -> (
    host: String, code: TypeCode, version: Int
  ) {
    let parts = try parts(uri, "types", count: 2)
    let code = try TypeCode(parts[1])
    guard let version = Int(parts[2]), version > 0, String(version) == parts[2] else {
      throw CertificatesError(.nameForm, "a vct ends with the type's code and version", at: "vct")
    }
    return (parts[0], code, version)
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

  private static func parts(
    _ uri: String, _ folder: String, count: Int
  ) throws(CertificatesError) -> [String] {
    // By bytes: by characters it takes ten times as long, and a trust list has many names.
    let parts = uri.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    guard parts.count == 4 + count, parts[0] == "https:", parts[1].isEmpty, !parts[2].isEmpty,
      parts[3] == folder
    else {
      throw CertificatesError(
        .nameForm, "a name of this kind is https://<host>/\(folder)/ and what follows")
    }
    return [parts[2]] + parts[4...]
  }
}
