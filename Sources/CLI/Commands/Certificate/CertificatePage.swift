import Certificates
import Encoding
import Registry
import Rules

/// One certificate as `certificate show` gives it.
struct CertificatePage {
  /// Claims that stand beside `claims`, or say again what stands there.
  private static let apart: Set<String> = [
    "identifier", "name", "type_code", "issuing_authority", "valid_from", "valid_until",
    "previous_identifier",
  ]
  /// Labels of claims that a type need not label itself; metadata.md.
  private static let labels: [String: (chinese: String, english: String)] = [
    "number": ("证照编号", "Number"), "holders": ("持证主体", "Holder"),
    "issue_date": ("颁发日期", "Date of issue"),
    "valid_from": ("有效期起始日期", "Valid from"), "valid_until": ("有效期截止日期", "Valid until"),
    "identifier": ("证照标识", "Identifier"), "state": ("证照状态", "State"),
    "issuer": ("颁发机构", "Issuer"), "previous": ("关联证照标识", "Previous certificate"),
    "successor": ("后续证照标识", "Successor"), "history": ("记录", "History"),
    "copies": ("副本", "Copies"), "erased": ("内容已删除", "Content erased"),
  ]

  let view: CertificateView
  let type: TypeFile
  let batch: BatchID?
  /// The issuer's name, if the registry knows it.
  let issuerName: String?

  private var certificate: StoredCertificate { view.certificate }

  /// The claims of the type and of every certificate that are shown as such.
  private var claims: [JSONObject.Member] {
    (view.claims?.members ?? []).filter {
      !CertificateProfile.visibleNames.contains($0.name) && !Self.apart.contains($0.name)
        && !isPredicate($0.name)
    }
  }

  /// What the issuer computed: it stands apart, as `claims` is what issuing takes.
  private var predicates: [JSONObject.Member] {
    (view.claims?.members ?? []).filter { isPredicate($0.name) }
  }

  private func isPredicate(_ name: String) -> Bool {
    type.predicates.contains { $0.name == name }
  }

  // MARK: JSON

  var json: JSONValue {
    var object: JSONObject = [
      "identifier": .string(certificate.identifier.text), "type": .string(certificate.typeCode),
      "version": .integer(Int64(certificate.typeVersion)),
      "name": .string(type.name(in: .chinese)), "state": .string(certificate.state.rawValue),
      "coarse_state": .string(certificate.state.coarse.rawValue),
      "issuer": .string(certificate.issuerCode),
      "issued_at": .string(certificate.issuedAt.description),
      "index": .integer(Int64(certificate.index.value)),
      "copies": .array(
        view.copies.enumerated().map { Self.json($0.element, number: $0.offset + 1) }),
      "history": .array(view.history.map(Self.json)),
    ]
    for name in ["valid_from", "valid_until"] {
      if let value = view.claims?[name] { object[name] = value }
    }
    if let issuerName { object["issuer_name"] = .string(issuerName) }
    if let batch { object["batch"] = .string(batch.description) }
    if let previous = view.previous { object["previous_identifier"] = .string(previous) }
    if let successor = view.successor { object["successor"] = .string(successor) }
    if view.claims == nil {
      object["erased"] = true
    } else {
      object["claims"] = .object(JSONObject(claims.map { ($0.name, $0.value) }))
      if !predicates.isEmpty {
        object["predicates"] = .object(JSONObject(predicates.map { ($0.name, $0.value) }))
      }
    }
    return .object(object)
  }

  private static func json(_ copy: CertificateView.Copy, number: Int) -> JSONValue {
    var object: JSONObject = [
      "copy": .integer(Int64(number)), "subject": .integer(Int64(copy.subject)),
      "stopped": .boolean(copy.isStopped), "digest": .string(copy.digest.base64url),
      "status": [
        "uri": .string(copy.status.uri), "idx": .integer(Int64(copy.status.index)),
      ],
    ]
    if let holder = copy.holder { object["holder"] = .string(holder.base64url) }
    return .object(object)
  }

  private static func json(_ event: CertificateEvent) -> JSONValue {
    var object: JSONObject = [
      "index": .integer(Int64(event.index.value)), "kind": .string(event.kind.rawValue),
      "received": .string(event.received.description),
      "coarse_state": .string(event.coarse.rawValue),
    ]
    if let state = event.state { object["state"] = .string(state.rawValue) }
    if let reason = event.reason { object["reason"] = .string(reason) }
    if let successor = event.successor { object["successor"] = .string(successor) }
    return .object(object)
  }

  // MARK: Text

  var text: String {
    let english = type.name(in: .english)
    var rows: [[String]] = []
    func line(_ name: String, _ value: String) { rows.append([label(name), value]) }
    line("identifier", certificate.identifier.text)
    line("state", "\(certificate.state.chinese)  \(certificate.state.rawValue)")
    line(
      "issuer",
      ([certificate.issuerCode] + [issuerName].compactMap { $0.map { TerminalText.line($0) } })
        .joined(separator: "  "))
    for name in ["valid_from", "valid_until"] {
      if let value = view.claims?[name] { line(name, Self.plain(value)) }
    }
    if let previous = view.previous { line("previous", previous) }
    if let successor = view.successor { line("successor", successor) }
    if view.claims == nil { line("erased", "是  yes") }
    for claim in claims {
      for value in claim.name == "holders" ? claim.value.arrayValue ?? [] : [claim.value] {
        line(claim.name, claim.name == "holders" ? Self.holder(value) : Self.plain(value))
      }
    }
    for predicate in predicates { line(predicate.name, Self.plain(predicate.value)) }
    for copy in view.copies {
      let state = copy.isStopped ? "stopped" : copy.holder == nil ? "for no key" : "in use"
      line("copies", "\(copy.digest.base64url)  \(state)")
    }
    for event in view.history {
      let state = event.state.map { "\($0.chinese) \($0.rawValue)" } ?? event.coarse.rawValue
      let reason = event.reason.map { "  \(TerminalText.line($0))" } ?? ""
      line(
        "history",
        "\(event.received)  entry \(event.index.value)  \(event.kind.rawValue)  "
          + state + reason)
    }
    return "\(type.name(in: .chinese))  \(english)\n" + Table(rows: rows).aligned
  }

  private func label(_ name: String) -> String {
    let path = [TypeMetadata.PathStep.member(name)]
    let fallback = Self.labels[name]
    let chinese = type.metadata.label(of: path, in: .chinese) ?? fallback?.chinese ?? name
    let english = type.metadata.label(of: path, in: .english) ?? fallback?.english ?? name
    return "\(chinese)  \(english)"
  }

  private static func holder(_ value: JSONValue) -> String {
    ["name", "code", "code_type"].compactMap { value[$0].map(plain) }.joined(separator: "  ")
  }

  /// A value for people: texts without quotes, lists and objects in one line.
  private static func plain(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): return TerminalText.line(text)
    case .array(let values): return values.map(plain).joined(separator: "、")
    case .object(let object):
      return object.members.map { plain($0.value) }.joined(separator: "  ")
    default: return TerminalText.line(String(decoding: value.canonicalBytes(), as: UTF8.self))
    }
  }
}

extension CertificateState {
  /// The state as the e-licence platforms call it; metadata.md, "States".
  fileprivate var chinese: String {
    switch self {
    case .inForce: "有效"
    case .suspended: "暂扣"
    case .withdrawn: "撤销"
    case .cancelled: "注销"
    case .lapsed: "失效"
    case .transferred: "办理转出"
    case .revoked: "吊销"
    case .replaced: "变更"
    case .other: "其他"
    }
  }
}
