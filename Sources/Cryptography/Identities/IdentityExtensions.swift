internal import COpenSSL

/// Writes the extensions of a profile.
enum IdentityExtensions {
  static func add(
    _ contents: IdentityContents, issuer: Identity?, to x509: OpaquePointer
  ) throws(CryptographyError) {
    let profile = contents.profile
    if let length = profile.pathLength {
      try unsafe addText(NID_basic_constraints, "critical,CA:TRUE,pathlen:\(length)", to: x509)
    } else {
      try unsafe addText(NID_basic_constraints, "critical,CA:FALSE", to: x509)
    }
    let usages = profile.keyUsages.map(\.rawValue)
    try unsafe addText(
      NID_key_usage, "critical," + usages.joined(separator: ","), to: x509)
    if !profile.extendedKeyUsages.isEmpty {
      // Our own usages are critical: a verifier that does not know them must stay away.
      let critical = profile == .seal ? "" : "critical,"
      try unsafe addText(
        NID_ext_key_usage, critical + profile.extendedKeyUsages.joined(separator: ","), to: x509)
    }
    try unsafe addText(NID_subject_key_identifier, "hash", to: x509)
    if let issuer {
      try unsafe issuer.handle.withPointer { parent throws(CryptographyError) in
        try unsafe addText(NID_authority_key_identifier, "keyid:always", to: x509, parent)
      }
    }
    if case .authority(let host) = profile {
      // The host was checked to be a plain DNS name: it cannot carry configuration syntax. An
      // e-mail constraint too, because `seal` identities are good for S/MIME.
      try unsafe addText(
        NID_name_constraints, "critical,permitted;URI:\(host),permitted;email:\(host)", to: x509)
    }
    if let uri = contents.uri { try unsafe addURI(uri, to: x509) }
  }

  /// An extension from libcrypto's configuration syntax; only texts made here reach it.
  private static func addText(
    _ nid: Int32, _ text: String, to x509: OpaquePointer, _ issuer: OpaquePointer? = nil
  ) throws(CryptographyError) {
    var context = unsafe X509V3_CTX()
    unsafe X509V3_set_ctx(&context, issuer ?? x509, x509, nil, nil, 0)
    let made = try unsafe OpenSSL.make("X509V3_EXT_conf_nid") {
      unsafe X509V3_EXT_conf_nid(nil, &context, nid, text)
    }
    defer { unsafe X509_EXTENSION_free(made) }
    try OpenSSL.check("X509_add_ext") { unsafe X509_add_ext(x509, made, -1) }
  }

  /// The URI goes in as it is, not through configuration syntax: a comma in it must stay a comma.
  private static func addURI(_ uri: String, to x509: OpaquePointer) throws(CryptographyError) {
    let bytes = Array(uri.utf8)
    let names = try unsafe OpenSSL.make("GENERAL_NAMES_new") { unsafe kanhe_GENERAL_NAMES_new() }
    defer { unsafe GENERAL_NAMES_free(names) }
    ERR_clear_error()
    guard let name = unsafe GENERAL_NAME_new() else {
      throw OpenSSL.failure("GENERAL_NAME_new", "out of memory")
    }
    guard let text = unsafe ASN1_STRING_type_new(V_ASN1_IA5STRING) else {
      unsafe GENERAL_NAME_free(name)
      throw OpenSSL.failure("ASN1_STRING_type_new", "out of memory")
    }
    // From here `name` owns `text`, and after the push `names` owns `name`.
    unsafe GENERAL_NAME_set0_value(name, GEN_URI, text)
    guard unsafe ASN1_STRING_set(text, bytes, Int32(bytes.count)) == 1,
      unsafe kanhe_sk_GENERAL_NAME_push(names, name) > 0
    else {
      unsafe GENERAL_NAME_free(name)
      throw OpenSSL.failure("ASN1_STRING_set", "cannot write the URI")
    }
    try OpenSSL.check("X509_add1_ext_i2d") {
      unsafe X509_add1_ext_i2d(
        x509, NID_subject_alt_name, UnsafeMutableRawPointer(names), 0, 0)
    }
  }
}
