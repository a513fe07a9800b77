import Certificates
import Encoding

/// How a request for a presentation is shown.
enum UseShape {
  /// What it asks, by whom, for what.
  static func request(_ request: PresentationRequest) -> JSONObject {
    let terms = request.terms
    var object: JSONObject = [
      "claims": .array(
        terms.query.claims.map { claim in
          var object: JSONObject = ["path": .string(claim.path.description)]
          if let values = claim.values { object["values"] = .array(values.map(\.json)) }
          return .object(object)
        }),
      "client_id": .string(request.clientID),
      "expires_at": .string(Shape.time(seconds: terms.expiresAt)),
      "asker": .string(terms.issuer),
      "issued_at": .string(Shape.time(seconds: terms.issuedAt)), "nonce": .string(terms.nonce),
      "purpose": .string(terms.purpose.code), "text": .string(terms.purpose.text),
      "types": .array(terms.query.types.map { .string($0) }),
    ]
    if let sets = terms.query.sets {
      object["sets"] = .array(
        sets.map { set in
          .array(set.map { .string(terms.query.claims[$0].path.description) })
        })
    }
    return object
  }

  /// The same for people: everything that the asker wrote, whole.
  static func rows(_ request: PresentationRequest) -> [[String]] {
    let terms = request.terms
    var rows = [
      ["asked by", line(terms.issuer)],
      ["purpose", line("\(terms.purpose.code): \(terms.purpose.text)")],
      ["of", line(terms.query.types.joined(separator: " or "))],
    ]
    let claims = terms.query.claims.map(text)
    if let sets = terms.query.sets {
      // Which of them is shown tells something of the others, too.
      for (number, set) in sets.enumerated() {
        rows.append([
          number == 0 ? "asked for" : "or else",
          line(set.map { claims[$0] }.joined(separator: ", ")),
        ])
      }
    } else {
      rows += claims.map { ["asked for", line($0)] }
      if claims.isEmpty { rows.append(["asked for", "no claim"]) }
    }
    rows.append(["open until", Shape.time(seconds: terms.expiresAt)])
    return rows
  }

  private static func text(_ claim: ClaimQuery.Claim) -> String {
    let values = (claim.values ?? []).map { value in
      value.json.stringValue ?? String(decoding: value.json.canonicalBytes(), as: UTF8.self)
    }
    return "\(claim.path)" + (values.isEmpty ? "" : " = " + values.joined(separator: " or "))
  }

  private static func line(_ text: String) -> String {
    TerminalText.line(text, maximumLength: 40_000)
  }
}
