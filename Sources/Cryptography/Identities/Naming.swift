internal import COpenSSL

/// Writes X.509 names: UTF-8 attributes in the order organization identifier, common name.
enum Naming {
  /// A new name that the caller frees.
  static func makeName(_ subject: IdentitySubject) throws(CryptographyError) -> OpaquePointer {
    let name = try unsafe OpenSSL.make("X509_NAME_new") { unsafe X509_NAME_new() }
    do throws(CryptographyError) {
      if let identifier = subject.organizationIdentifier {
        try unsafe add(identifier, NID_organizationIdentifier, to: name)
      }
      try unsafe add(subject.commonName, NID_commonName, to: name)
    } catch {
      unsafe X509_NAME_free(name)
      throw error
    }
    return unsafe name
  }

  private static func add(
    _ value: String, _ attribute: Int32, to name: OpaquePointer
  ) throws(CryptographyError) {
    let bytes = Array(value.utf8)
    try OpenSSL.check(
      "X509_NAME_add_entry_by_NID", code: .invalidProfile, "a name cannot be written; shorten it"
    ) {
      unsafe X509_NAME_add_entry_by_NID(
        name, attribute, MBSTRING_UTF8, bytes, Int32(bytes.count), -1, 0)
    }
  }
}
