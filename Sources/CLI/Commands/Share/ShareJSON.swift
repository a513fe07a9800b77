import Encoding
import Registry
import Rules

/// Shares as JSON: `spec/cli/share.md`, "list".
enum ShareJSON {
  /// The members of a share that stand in the clear.
  static func object(_ share: Share) -> JSONObject {
    var object: JSONObject = [
      "answer_by": .string(Shape.time(seconds: share.answerBy)),
      "claims": .array(share.claims.map { .string($0) }), "index": Shape.index(share.index),
      "mode": .string(share.mode?.rawValue ?? ""), "provider": .string(share.provider),
      "purpose": .string(share.purpose), "received": .string(share.entry.received.description),
      "request": .string(share.name.name), "requester": .string(share.requester),
      "state": .string(share.state.rawValue), "type": .string(share.type),
    ]
    if let citation = share.request.text("citation") { object["citation"] = .string(citation) }
    if let grant = share.grant { object["grant"] = .string(grant.name) }
    return object
  }

  /// A share with its history and what was opened.
  static func object(_ view: ShareView) -> JSONObject {
    var object = object(view.share)
    if let role = view.share.request.text("officer_role") { object["officer_role"] = .string(role) }
    if let request = view.last(.shareRequested) {
      for (member, name, part) in ShareJSON.opened {
        if let value = part.isEmpty ? request.value(name) : request.value(name)?[part] {
          object[member] = value
        }
      }
    }
    object["decisions"] = .array(view.decisions.map { .object(history($0)) })
    object.tellMore(
      view.hasMoreDecisions, "there are older decisions: audit subject tells of all")
    object["history"] = .array(view.acts.map { .object(history($0)) })
    object["refused_acts"] = .array(
      view.refused.map { act in
        [
          "codes": .array(act.codes.map { .string($0) }), "kind": .string(act.kind),
          "texts": .array(
            act.codes.map { .string(RuleCode(rawValue: $0)?.explanation ?? $0) }),
          "time": .string(act.time.description),
        ]
      })
    return object
  }

  /// What a request opens: the member, the private member, a part of it.
  private static let opened = [
    ("case", "case", "reference"), ("officer", "officer", "number"),
    ("holder_code", "subject_1", "code"), ("holder_code_type", "subject_1", "code_type"),
    ("certificate", "certificate", "identifier"), ("text", "text", ""),
  ]

  private static func history(_ act: ShareAct) -> JSONObject {
    var object: JSONObject = [
      "event": .string(act.name), "index": Shape.index(act.index),
      "kind": .string(act.event.kind.rawValue),
      "received": .string(act.entry.received.description),
    ]
    if act.event.kind == .caseDecided {
      object["department"] = act.event.issuerCode.map { .string($0) }
      object["purpose"] = act.event.clear["purpose"]
    }
    for name in ["reason", "outcome", "enclosed", "issuer"] {
      if let text = act.event.text(name) { object[name] = .string(text) }
    }
    if act.event.kind == .shareReleased { object["claims"] = act.event.clear["claims"] }
    if act.event.kind != .shareRequested {
      for name in ["text", "claim"] {
        if let value = act.value(name) { object[name] = value }
      }
      if let reason = act.value("reason") { object["reason"] = reason }
      for name in ["certificate", "successor"] {
        if let value = act.value(name)?["identifier"] { object[name] = value }
      }
    }
    return object
  }
}
