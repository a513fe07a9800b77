internal import COpenSSL

/// Reads the fields of a parsed `X509`; every malformed or repeated extension is refused.
enum IdentityReader {
  static func read(_ handle: X509Handle) throws(CryptographyError) -> Identity.Fields {
    var fields = Identity.Fields()
    try unsafe handle.withPointer { x509 throws(CryptographyError) in
      guard unsafe X509_get_version(x509) == 2 else { throw malformed("its version is not 3") }
      let flags = unsafe X509_get_extension_flags(x509)
      // EXFLAG_INVALID: an extension does not parse or occurs twice.
      guard flags & UInt32(EXFLAG_INVALID) == 0 else { throw malformed("an extension is broken") }
      fields.isCA = unsafe X509_check_ca(x509) == 1
      fields.hasUnknownCriticalExtension = flags & UInt32(EXFLAG_CRITICAL) != 0
      let length = unsafe X509_get_pathlen(x509)
      fields.pathLength = length < 0 ? nil : Int(length)
      fields.permittedURIHosts = try unsafe permittedURIHosts(x509)
      fields.usesECDSAWithSHA256 = unsafe X509_get_signature_nid(x509) == NID_ecdsa_with_SHA256
      if flags & UInt32(EXFLAG_KUSAGE) != 0 {
        let bits = unsafe X509_get_key_usage(x509)
        fields.keyUsages = KeyUsage.allCases.filter { bits & $0.bit != 0 }
      }
      fields.extendedKeyUsages = try unsafe extendedKeyUsages(x509)
      fields.names = try unsafe alternativeNames(x509)
      fields.notBefore = try unsafe seconds(X509_get0_notBefore(x509))
      fields.notAfter = try unsafe seconds(X509_get0_notAfter(x509))
      fields.serial = unsafe bytes(X509_get0_serialNumber(x509))
      unsafe fields.subjectKeyIdentifier = X509_get0_subject_key_id(x509).map {
        unsafe bytes($0)
      }
      unsafe fields.authorityKeyIdentifier = X509_get0_authority_key_id(x509).map {
        unsafe bytes($0)
      }
      unsafe try readNames(x509, into: &fields)
      unsafe try readKey(x509, into: &fields)
    }
    return fields
  }

  private static func malformed(_ what: String) -> CryptographyError {
    CryptographyError(.invalidIdentity, "the identity is malformed: \(what); have it issued anew")
  }

  private static func readKey(
    _ x509: OpaquePointer, into fields: inout Identity.Fields
  ) throws(CryptographyError) {
    let structure = unsafe X509_get_X509_PUBKEY(x509)
    let spki = try unsafe X509Handle.encode("i2d_X509_PUBKEY") {
      unsafe i2d_X509_PUBKEY(structure, $0)
    }
    if spki.count == 91, spki.starts(with: P256PublicKey.spkiPrefix) {
      fields.publicKey = try P256PublicKey(spkiDER: spki)
      fields.keyDescription = "P-256"
      return
    }
    guard let key = unsafe X509_get0_pubkey(x509) else {
      ERR_clear_error()
      fields.keyDescription = "unknown"
      return
    }
    let name = unsafe EVP_PKEY_get0_type_name(key).map { unsafe String(cString: $0) }
    fields.keyDescription = unsafe "\(name ?? "unknown") \(EVP_PKEY_get_bits(key))"
  }

  private static func readNames(
    _ x509: OpaquePointer, into fields: inout Identity.Fields
  ) throws(CryptographyError) {
    guard let subject = unsafe X509_get_subject_name(x509),
      let issuer = unsafe X509_get_issuer_name(x509)
    else { throw malformed("it has no names") }
    fields.subject = try unsafe text(subject)
    fields.issuer = try unsafe text(issuer)
    fields.commonName = unsafe single(subject, NID_commonName)
    fields.organizationIdentifier = unsafe single(subject, NID_organizationIdentifier)
  }

  static func text(_ name: OpaquePointer) throws(CryptographyError) -> String {
    let bio = try unsafe OpenSSL.make("BIO_new") { unsafe BIO_new(BIO_s_mem()) }
    defer { unsafe BIO_free_all(bio) }
    guard unsafe X509_NAME_print_ex(bio, name, 0, kanhe_XN_FLAG_TEXT()) >= 0 else {
      throw OpenSSL.failure("X509_NAME_print_ex", code: .invalidIdentity, "a name is malformed")
    }
    return unsafe String(decoding: PEM.contents(bio), as: UTF8.self)
  }

  /// The value of an attribute that occurs exactly once.
  static func single(_ name: OpaquePointer, _ attribute: Int32) -> String? {
    let index = unsafe X509_NAME_get_index_by_NID(name, attribute, -1)
    guard index >= 0, unsafe X509_NAME_get_index_by_NID(name, attribute, index) < 0,
      let value = unsafe X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index))
    else { return nil }
    var utf8: UnsafeMutablePointer<UInt8>?
    let length = unsafe ASN1_STRING_to_UTF8(&utf8, value)
    defer { unsafe kanhe_OPENSSL_free(utf8) }
    guard length >= 0, let start = unsafe utf8 else { return nil }
    let buffer = unsafe UnsafeBufferPointer(start: start, count: Int(length))
    return unsafe String(validating: buffer, as: UTF8.self)
  }

  private static func extendedKeyUsages(
    _ x509: OpaquePointer
  ) throws(CryptographyError) -> [String] {
    guard let raw = try unsafe decode(x509, NID_ext_key_usage) else { return [] }
    let stack = OpaquePointer(raw)
    defer { unsafe EXTENDED_KEY_USAGE_free(stack) }
    var result: [String] = []
    for index in 0..<(unsafe kanhe_sk_ASN1_OBJECT_num(stack)) {
      var buffer = [CChar](repeating: 0, count: 128)
      let object = unsafe kanhe_sk_ASN1_OBJECT_value(stack, index)
      let length = unsafe OBJ_obj2txt(&buffer, Int32(buffer.count), object, 1)
      guard length > 0, length < buffer.count else { throw malformed("an OID is too long") }
      result.append(
        String(
          decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    return result
  }

  private static func alternativeNames(
    _ x509: OpaquePointer
  ) throws(CryptographyError) -> Identity.AlternativeNames {
    var names = Identity.AlternativeNames()
    guard let raw = try unsafe decode(x509, NID_subject_alt_name) else { return names }
    let stack = OpaquePointer(raw)
    defer { unsafe GENERAL_NAMES_free(stack) }
    for index in 0..<(unsafe kanhe_sk_GENERAL_NAME_num(stack)) {
      var kind: Int32 = 0
      let value = unsafe GENERAL_NAME_get0_value(
        kanhe_sk_GENERAL_NAME_value(stack, index), &kind)
      guard [GEN_URI, GEN_DNS, GEN_EMAIL].contains(kind), let value = unsafe value else {
        names.otherCount += 1
        continue
      }
      let bytes = unsafe bytes(value.assumingMemoryBound(to: ASN1_STRING.self))
      // A NUL or a byte above ASCII would read differently in another verifier.
      guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { throw malformed("a bad name") }
      let text = String(decoding: bytes, as: UTF8.self)
      switch kind {
      case GEN_URI: names.uris.append(text)
      case GEN_DNS: names.dns.append(text)
      default: names.emails.append(text)
      }
    }
    return names
  }

  /// Permitted subtrees of kind URI; libcrypto judges the other kinds and the excluded ones.
  private static func permittedURIHosts(
    _ x509: OpaquePointer
  ) throws(CryptographyError) -> [String] {
    guard let raw = try unsafe decode(x509, NID_name_constraints) else { return [] }
    let constraints = unsafe raw.assumingMemoryBound(to: NAME_CONSTRAINTS.self)
    defer { unsafe NAME_CONSTRAINTS_free(constraints) }
    let subtrees = unsafe constraints.pointee.permittedSubtrees
    var hosts: [String] = []
    for index in 0..<(unsafe kanhe_sk_GENERAL_SUBTREE_num(subtrees)) {
      var kind: Int32 = 0
      let value = unsafe GENERAL_NAME_get0_value(
        kanhe_sk_GENERAL_SUBTREE_base(subtrees, index), &kind)
      guard kind == GEN_URI, let value = unsafe value else { continue }
      let bytes = unsafe bytes(value.assumingMemoryBound(to: ASN1_STRING.self))
      guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { throw malformed("a bad name") }
      hosts.append(String(decoding: bytes, as: UTF8.self))
    }
    return hosts
  }

  /// A decoded extension that the caller frees; nil when it is absent.
  private static func decode(
    _ x509: OpaquePointer, _ nid: Int32
  ) throws(CryptographyError) -> UnsafeMutableRawPointer? {
    var critical: Int32 = 0
    ERR_clear_error()
    let value = unsafe X509_get_ext_d2i(x509, nid, &critical, nil)
    // −1: absent; −2: occurs more than once; else present but not decodable.
    guard unsafe value != nil || critical == -1 else { throw malformed("an extension is broken") }
    return unsafe value
  }

  private static func bytes(_ string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
    guard let string = unsafe string, let start = unsafe ASN1_STRING_get0_data(string) else {
      return []
    }
    return unsafe Array(
      UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string))))
  }

  private static func seconds(
    _ time: UnsafePointer<ASN1_TIME>?
  ) throws(CryptographyError) -> Int64 {
    var parts = unsafe tm()
    guard let time = unsafe time, unsafe ASN1_TIME_to_tm(time, &parts) == 1 else {
      throw malformed("a time does not parse")
    }
    // Days since 1970 by the civil-from-days rule, March as the first month.
    let year = unsafe Int64(parts.tm_year) + 1900 - (parts.tm_mon < 2 ? 1 : 0)
    let month = unsafe Int64((parts.tm_mon + 10) % 12)
    let dayOfYear = unsafe (153 * month + 2) / 5 + Int64(parts.tm_mday) - 1
    let days = 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    return unsafe days * 86_400 + Int64(parts.tm_hour) * 3_600 + Int64(parts.tm_min) * 60
      + Int64(parts.tm_sec)
  }
}
