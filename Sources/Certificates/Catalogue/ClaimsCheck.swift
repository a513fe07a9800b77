import Encoding

extension CertificateClaims {
  /// Claims whose parts were checked one by one.
  init(
    number: String, holders: [Holder], validFrom: Day, validUntil: Day?, issueDate: Day?,
    own: JSONObject
  ) {
    self.number = number
    self.holders = holders
    self.validFrom = validFrom
    self.validUntil = validUntil
    self.issueDate = issueDate
    self.own = own
  }

  /// The claims in the form of the input file. Spec: csv.md, "The same as JSON".
  public var inputObject: JSONObject {
    var object: JSONObject = [
      "number": .string(number),
      "holders": .array(
        holders.map {
          [
            "name": .string($0.name), "code": .string($0.code),
            "code_type": .string($0.codeType.text),
          ]
        }),
      "valid_from": .string(validFrom.description),
    ]
    if let validUntil { object["valid_until"] = .string(validUntil.description) }
    if let issueDate { object["issue_date"] = .string(issueDate.description) }
    for member in own.members { object[member.name] = member.value }
    return object
  }
}

/// Claims of one certificate, or everything that is wrong with them.
public enum ClaimsReading: Sendable {
  /// They fit the type.
  case claims(CertificateClaims)
  /// What is wrong, each with its path.
  case faults([ClaimFault])
}

extension TypeFile {
  /// The longest number and the longest name of a holder, in characters.
  static let numberLengthMax = 100
  static let nameLengthMax = 200
  /// The largest sum of a certificate's texts, in bytes: a copy has to stay below 1 MiB.
  static let claimBytesMax = 700_000

  /// Reads the input of one certificate against the type; every fault is found.
  ///
  /// Spec: type-file.md, "Claims".
  public func readClaims(_ value: JSONValue) -> ClaimsReading {
    guard case .object(let input) = value else {
      return .faults([ClaimFault(.type, "the claims are an object, not \(value.typeName)")])
    }
    var faults: [ClaimFault] = []
    if input.members.reduce(0, { $0 + Self.textBytes($1.value) }) > Self.claimBytesMax {
      return .faults([Self.tooLargeFault])
    }
    var schemaInput = JSONObject()
    for member in input.members where !CertificateClaims.inputNames.contains(member.name) {
      schemaInput.append(member.name, member.value)
    }
    if layout.numberNode != nil, let number = input["number"] {
      schemaInput.append("number", number)
    }
    faults += schema.faults(in: .object(schemaInput))
    let number = text(input, "number", &faults)
    if let number, layout.numberNode == nil { faults += Self.numberFaults(number) }
    let holders = self.holders(input["holders"], &faults)
    let validFrom = day(input, "valid_from", isMandatory: true, &faults)
    let validUntil = day(input, "valid_until", isMandatory: false, &faults)
    let issueDate = day(input, "issue_date", isMandatory: false, &faults)
    if let fault = Self.periodFault(validFrom, validUntil) { faults.append(fault) }
    guard faults.isEmpty, let number, let validFrom else { return .faults(Self.distinct(faults)) }
    var own = JSONObject()
    for name in ownNames { if let value = input[name] { own.append(name, value) } }
    return .claims(
      CertificateClaims(
        number: number, holders: holders, validFrom: validFrom, validUntil: validUntil,
        issueDate: issueDate, own: own))
  }

  /// What is wrong with claims that a holder has shown; those kept back are no fault.
  public func faults(inDisclosed claims: JSONObject) -> [ClaimFault] {
    var shown = JSONObject()
    for member in claims.members
    where member.name == "number"
      ? layout.numberNode != nil
      : !CertificateProfile.standardNames.contains(member.name)
        && !CertificateProfile.visibleNames.contains(member.name)
    {
      shown.append(member.name, member.value)
    }
    return ownFaults(inDisclosed: shown, madeOn: nil)
  }

  static let tooLargeFault = ClaimFault(
    .tooLarge,
    "the texts of one certificate have at most \(claimBytesMax) bytes; use smaller images")

  static func numberFaults(_ number: String) -> [ClaimFault] {
    let findings = ClaimText.examine(number)
    var faults: [ClaimFault] = []
    if let objection = findings.objection {
      faults.append(ClaimFault(.unpermittedCharacter, objection, at: "number"))
    }
    if !(1...numberLengthMax).contains(findings.length) {
      faults.append(
        ClaimFault(.length, "a number has 1 to \(numberLengthMax) characters", at: "number"))
    }
    return faults
  }

  static func periodFault(_ first: Day?, _ last: Day?) -> ClaimFault? {
    guard let first, let last, last < first else { return nil }
    return ClaimFault(.period, "the certificate ends before it begins", at: "valid_until")
  }

  /// Checks a holder; the faults' paths are `name`, `code` and `code_type`.
  static func holder(
    name: String, code: String, codeType: String, _ faults: inout [ClaimFault]
  ) -> Holder? {
    let findings = ClaimText.examine(name)
    if let objection = findings.objection
      ?? (name.utf8.contains(10) || name.utf8.contains(9)
        ? "a name holds no line feed and no tab; remove it" : nil)
    {
      faults.append(ClaimFault(.unpermittedCharacter, objection, at: "name"))
    } else if !(1...nameLengthMax).contains(findings.length) {
      faults.append(
        ClaimFault(.length, "a name has 1 to \(nameLengthMax) characters", at: "name"))
    }
    let type: HolderCodeType
    do {
      type = try HolderCodeType(codeType)
    } catch {
      faults.append(ClaimFault(.codeType, error.message, at: "code_type"))
      return nil
    }
    do {
      if let fault = ClaimText.fault(in: code) {
        faults.append(ClaimFault(fault.code, fault.message, at: "code"))
        return nil
      }
      return try Holder(name: name, code: code, codeType: type)
    } catch {
      let kind: ClaimFault.Code =
        switch error.code {
        case .checkCharacter: .checkCharacter
        case .birthDate: .day
        default: .format
        }
      faults.append(ClaimFault(kind, error.message, at: "code"))
      return nil
    }
  }

  static func duplicateHolder(_ holders: [Holder]) -> Int? {
    guard holders.count > 1 else { return nil }
    return holders.indices.dropFirst().first { index in
      holders[..<index].contains {
        $0.codeType == holders[index].codeType && $0.code.hasSameBytes(as: holders[index].code)
      }
    }
  }

  private func holders(_ value: JSONValue?, _ faults: inout [ClaimFault]) -> [Holder] {
    guard case .array(let elements)? = value, !elements.isEmpty else {
      faults.append(
        ClaimFault(value == nil ? .missing : .type, "an array of holders is needed", at: "holders"))
      return []
    }
    guard elements.count <= subjectCountMax else {
      faults.append(
        ClaimFault(
          .tooManyHolders, "this type names at most \(subjectCountMax) holders", at: "holders"))
      return []
    }
    var holders: [Holder] = []
    for (index, element) in elements.enumerated() {
      var found: [ClaimFault] = []
      if case .object(let object) = element {
        for name in object.names where !["name", "code", "code_type"].contains(name) {
          found.append(
            ClaimFault(
              .unknown, "a holder has name, code and code_type", at: SchemaNode.shown(name)))
        }
        if let name = text(object, "name", &found), let code = text(object, "code", &found),
          let codeType = text(object, "code_type", &found),
          let holder = Self.holder(name: name, code: code, codeType: codeType, &found)
        {
          holders.append(holder)
        }
      } else {
        found.append(ClaimFault(.type, "a holder is an object with name, code and code_type"))
      }
      for var fault in found {
        fault.prefix("[\(index)]")
        fault.prefix("holders")
        faults.append(fault)
      }
    }
    if let index = Self.duplicateHolder(holders) {
      faults.append(
        ClaimFault(.duplicateHolder, "this holder is there twice", at: "holders[\(index)]"))
    }
    return holders
  }

  private func text(
    _ object: JSONObject, _ name: String, _ faults: inout [ClaimFault]
  ) -> String? {
    guard let value = object[name] else {
      faults.append(ClaimFault(.missing, "the claim is mandatory", at: name))
      return nil
    }
    if case .string(let text) = value { return text }
    faults.append(ClaimFault(.type, "a text was expected, not \(value.typeName)", at: name))
    return nil
  }

  private func day(
    _ object: JSONObject, _ name: String, isMandatory: Bool, _ faults: inout [ClaimFault]
  ) -> Day? {
    guard isMandatory || object[name] != nil else { return nil }
    guard let text = text(object, name, &faults) else { return nil }
    if let day = SchemaFormat.day(text) { return day }
    faults.append(ClaimFault(.day, "write a day of the calendar as YYYY-MM-DD", at: name))
    return nil
  }

  private static func textBytes(_ value: JSONValue) -> Int {
    switch value {
    case .string(let text): text.utf8.count
    case .array(let elements): elements.reduce(8) { $0 + textBytes($1) }
    case .object(let object): object.members.reduce(8) { $0 + textBytes($1.value) }
    default: 8
    }
  }

  /// One number that is absent is found by schema and by rule.
  private static func distinct(_ faults: [ClaimFault]) -> [ClaimFault] {
    var seen: Set<String> = []
    return faults.filter { seen.insert("\($0.code) \($0.path)").inserted }
  }
}
