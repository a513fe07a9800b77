import Cryptography
import Encoding

extension GrantFact {
  var value: JSONValue {
    var object = terms.members
    object.append("uses", .integer(uses))
    object.append("window", .integer(window))
    if let withdrawnAt { object.append("withdrawn_at", .integer(withdrawnAt)) }
    return .object(object)
  }

  init(from reader: inout ObjectReader) throws {
    var members: JSONObject = [
      "claims": try reader.require("claims"), "period": try reader.require("period"),
      "purpose": try reader.require("purpose"), "requester": try reader.require("requester"),
      "types": try reader.require("types"),
    ]
    if let frequency = reader.optional("frequency") { members.append("frequency", frequency) }
    // A window of no days would divide by zero.
    guard GrantTerms.form.matches(.object(members)), let terms = GrantTerms(members) else {
      throw FactFault()
    }
    self.terms = terms
    uses = try reader.requireInteger("uses")
    window = try reader.requireInteger("window")
    withdrawnAt = try reader.optionalInteger("withdrawn_at")
  }
}

extension RequestFact {
  var value: JSONValue {
    var object: JSONObject = [
      "answer_by": .integer(answerBy), "claims": .array(claims.map { .string($0) }),
      "material": .string(material), "mode": .string(mode.rawValue),
      "provider": .string(provider), "state": .string(state.rawValue), "type": .string(type),
    ]
    if let grant { object.append("grant", .string(grant.text)) }
    return .object(object)
  }

  init(from reader: inout ObjectReader) throws {
    provider = try reader.requireString("provider")
    type = try reader.requireString("type")
    material = try reader.requireString("material")
    claims = try reader.requireStrings("claims")
    mode = try factWord(try reader.requireString("mode"))
    grant = try reader.optionalString("grant").map { try EventName(text: $0) }
    answerBy = try reader.requireInteger("answer_by")
    state = try factWord(try reader.requireString("state"))
  }
}

extension ReleaseFact {
  var value: JSONValue {
    [
      "acknowledged": .boolean(isAcknowledged), "dispute": .string(dispute.rawValue),
      "enclosed": .string(enclosed.base64url), "requester": .string(requester),
      "type": .string(type),
    ]
  }

  init(from reader: inout ObjectReader) throws {
    requester = try reader.requireString("requester")
    type = try reader.requireString("type")
    enclosed = try factDigest(try reader.requireString("enclosed"))
    isAcknowledged = try reader.requireBoolean("acknowledged")
    dispute = try factWord(try reader.requireString("dispute"))
  }
}

extension DisputeFact {
  var value: JSONValue {
    [
      "issuer": .string(issuer), "release": .string(release.text),
      "settled": .boolean(isSettled),
    ]
  }

  init(from reader: inout ObjectReader) throws {
    issuer = try reader.requireString("issuer")
    release = try EventName(text: try reader.requireString("release"))
    isSettled = try reader.requireBoolean("settled")
  }
}

extension EventName {
  /// Reads ``text``.
  fileprivate init(text: String) throws {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw FactFault() }
    self.init(number: try factDigest(String(parts[0])), department: String(parts[1]))
  }
}
