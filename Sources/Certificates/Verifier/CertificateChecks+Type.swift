import Cryptography
import Encoding

extension CertificateChecks {
  /// The type file is the one meant, and what is shown of identifier and issuer fits.
  func type() -> Check {
    var faults = identityFaults()
    guard let known else {
      if !faults.isEmpty { return .judged(.type, faults, passed: "") }
      return .notShown(
        .type, .typeFileNotGiven, "no type file given for \(certificate.type); add it")
    }
    let kind = known.kind
    if let entry = session.list?.type(kind.code, version: kind.version),
      entry.digest != known.file.digest
    {
      faults.append(
        CertificatesError(
          .typeDigest, "the type file given is not the one the trust list names"))
    }
    if certificate.integrity != known.integrity {
      faults.append(
        CertificatesError(
          .typeIntegrity, "the certificate was made for another type file", at: "vct#integrity"))
    }
    if let name = certificate.claims["name"], name != .string(kind.name) {
      faults.append(
        CertificatesError(.typeMismatch, "the name shown is not the type's", at: "name"))
    }
    return .judged(
      .type, faults, passed: "\(kind.name), version \(kind.version)")
  }

  /// What contradicts `vct` and `iss` among the claims shown; needs no type file.
  private func identityFaults() -> [CertificatesError] {
    do throws(CertificatesError) {
      let type = try typeName.get()
      let issuer = try RegistryNames.parse(department: certificate.issuer)
      var faults: [CertificatesError] = []
      if type.host != issuer.host {
        faults.append(
          CertificatesError(.nameForm, "type and issuer are of two registries", at: "vct"))
      }
      faults += identifierFaults(type.code, issuer.code)
      if let code = certificate.claims["type_code"], code != .string(type.code.text) {
        faults.append(
          CertificatesError(.typeMismatch, "type_code is not the type's", at: "type_code"))
      }
      if let authority = certificate.claims["issuing_authority"] {
        faults += authorityFaults(authority, issuer.code)
      }
      return faults
    } catch {
      return [error]
    }
  }

  /// The authority is the issuer, by code and a name, and nothing else stands there. Whether the
  /// name is the department's, the trust list of another day may say otherwise.
  private func authorityFaults(_ value: JSONValue, _ issuer: USCC) -> [CertificatesError] {
    let place = "issuing_authority"
    guard value["code"] == .string(issuer.text) else {
      return [
        CertificatesError(.identifierIssuer, "issuing_authority is not the issuer", at: place)
      ]
    }
    guard case .object(let object) = value, object.count == 2,
      let name = object["name"]?.stringValue, !name.isEmpty, ClaimText.isPermitted(name)
    else {
      return [
        CertificatesError(.wrongMember, "issuing_authority has a code and a name", at: place)
      ]
    }
    return []
  }

  private func identifierFaults(_ type: TypeCode, _ issuer: USCC) -> [CertificatesError] {
    guard let value = certificate.claims["identifier"] else { return [] }
    guard case .string(let text) = value else {
      return [CertificatesError(.wrongMember, "identifier is a text", at: "identifier")]
    }
    do throws(CertificatesError) {
      let identifier = try CertificateIdentifier(text)
      var faults: [CertificatesError] = []
      if identifier.typeCode != type.text {
        faults.append(
          CertificatesError(
            .typeMismatch, "the identifier is of another type", at: "identifier"))
      }
      if identifier.issuerCode != issuer.text {
        faults.append(
          CertificatesError(
            .identifierIssuer, "the identifier is of another issuer", at: "identifier"))
      }
      return faults
    } catch {
      return [CertificatesError(error.code, error.message, cause: error, at: "identifier")]
    }
  }

  /// The own claims that were shown fit the schema; those that stayed hidden are not judged.
  func schema() -> Check {
    guard let known else {
      return .notShown(.schema, .typeFileNotGiven, "no type file given; add it")
    }
    var shown = certificate.ownClaims
    if known.hasNumber, let number = certificate.claims["number"] {
      shown.append("number", number)
    }
    let faults =
      known.file.ownFaults(inDisclosed: shown, madeOn: dayOfMaking).map { fault in
        CertificatesError(.init(fault.code.description), fault.message, at: fault.path)
      } + standardFaults(known.kind)
    return .judged(
      .schema, faults, passed: "shown: \(Counted.text(shown.count, "claim")) of the type")
  }

  private var dayOfMaking: Day { Day(number: Int(certificate.issuedAt / 86_400)) }

  /// The form of the claims that every certificate has.
  private func standardFaults(_ kind: CertificateKind) -> [CertificatesError] {
    var faults: [CertificatesError] = []
    for name in ["number", "name", "valid_from", "valid_until"] {
      if let value = certificate.claims[name],
        !(value.stringValue.map(ClaimText.isPermitted) ?? false)
      {
        faults.append(CertificatesError(.wrongMember, "the claim is a text", at: name))
      }
    }
    if let value = certificate.claims["issue_date"],
      value.stringValue.flatMap(SchemaFormat.day) == nil
    {
      faults.append(CertificatesError(.wrongMember, "the claim is a day", at: "issue_date"))
    }
    if let value = certificate.claims["previous_identifier"] {
      do throws(CertificatesError) {
        _ = try CertificateIdentifier(value.stringValue ?? "")
      } catch {
        faults.append(
          CertificatesError(error.code, error.message, cause: error, at: "previous_identifier"))
      }
    }
    return faults + holderFaults(kind)
  }

  /// The holders shown are no more than the type has subjects, each whole and there once.
  private func holderFaults(_ kind: CertificateKind) -> [CertificatesError] {
    guard let value = certificate.claims["holders"] else { return [] }
    guard case .array(let elements) = value, elements.count <= kind.subjectCountMax else {
      return [
        CertificatesError(
          .wrongMember, "holders is a list of at most \(kind.subjectCountMax)", at: "holders")
      ]
    }
    var faults: [CertificatesError] = []
    var holders: [Holder] = []
    for (index, element) in elements.enumerated() {
      do throws(CertificatesError) {
        guard case .object(let object) = element, object.count == 3,
          case .string(let name)? = object["name"], case .string(let code)? = object["code"],
          case .string(let type)? = object["code_type"]
        else {
          throw CertificatesError(.wrongMember, "a holder has name, code and code_type")
        }
        guard ClaimText.isPermitted(name) else {
          throw CertificatesError(.wrongMember, "the name has characters that can be misread")
        }
        holders.append(try Holder(name: name, code: code, codeType: try HolderCodeType(type)))
      } catch {
        faults.append(
          CertificatesError(error.code, error.message, cause: error, at: "holders[\(index)]"))
      }
    }
    if TypeFile.duplicateHolder(holders) != nil {
      faults.append(CertificatesError(.wrongMember, "a holder is there twice", at: "holders"))
    }
    return faults
  }
}

extension CertificateVerifier.Session {
  /// The type file of a certificate's type and version, if it was given.
  public func typeFile(of certificate: UnverifiedCertificate) -> TypeFile? {
    do throws(CertificatesError) {
      return known(try RegistryNames.parse(type: certificate.type))?.file
    } catch {
      return nil
    }
  }

  /// The type that a `vct` names, if its file was given.
  func known(_ name: RegistryNames.TypeName) -> KnownType? {
    types.first { $0.kind.code == name.code && $0.kind.version == name.version }
  }
}
