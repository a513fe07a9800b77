import Rules

/// The table of kinds as spec/event.md writes it, made from the code's own table.
enum EventTable {
  static func row(_ kind: EventKind) -> String {
    let shape = kind.shape
    let later = shape.isBuilt ? "" : " (later)"
    return "| `\(kind.rawValue)`\(later) | \(signer(shape.signer)) | \(members(shape.members)) | "
      + "\(disclosures(shape.disclosures)) | \(tags(shape.tags)) |"
  }

  private static func signer(_ signer: EventShape.Signer) -> String {
    switch signer {
    case .registrar: "registrar"
    case .department: "a department"
    case .issuer: "issuer"
    case .definer: "definer"
    }
  }

  private static func members(_ members: [EventShape.Member]) -> String {
    if members.isEmpty { return "–" }
    return members.map {
      "`\($0.name)\($0.isOptional ? "?" : "")`\($0.namesDepartment ? "†" : "") \(form($0.form))"
    }.joined(separator: " · ")
  }

  private static func disclosures(_ disclosures: EventShape.Disclosures) -> String {
    var parts = disclosures.members.map {
      "`\($0.name)\($0.isOptional ? "?" : "")` \(form($0.form))"
    }
    if disclosures.hasSubjects { parts.append("`subject_1`… ×S") }
    if disclosures.hasCopies { parts.append("`copy_1`… ×C") }
    return parts.isEmpty ? "–" : parts.joined(separator: " · ")
  }

  private static func tags(_ tags: EventShape.PrivateTags) -> String {
    switch tags {
    case .none: "–"
    case .subjectsAndCertificate: "subject ×S, certificate"
    case .subject: "subject"
    case .share: "subject, certificate, case"
    case .use: "use"
    }
  }

  /// The names of forms that the page explains.
  private static let named: [(form: MemberForm, name: String)] = [
    (.subject, "*subject*"), (.copy, "*copy*"), (.event, "*event*"), (.claimNames, "*claims*"),
    (.identities, "*identities*"), (.list(.duty, min: 0, max: 256), "*duties*"),
    (.certificate, "*new certificate*"), (.knownCertificate, "*certificate*"),
    (.reference, "*case*"), (.seconds, "seconds"), (.size, "size"), (.der, "DER"),
    (.word(EventKind.allCases.map(\.rawValue)), "a kind"),
    (.word(CertificateState.allCases.map(\.rawValue)), "exact state"),
    (.word(CoarseState.allCases.map(\.rawValue)), "coarse state"),
  ]

  static func form(_ form: MemberForm) -> String {
    if let known = named.first(where: { $0.form == form }) { return known.name }
    switch form {
    case .text(let max): return "text \(max)"
    case .prose(let max): return "prose \(max)"
    case .integer(let range):
      return range.upperBound == 9_007_199_254_740_991
        ? "integer from \(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound)"
    case .word(let words): return words.joined(separator: "/")
    case .digest: return "digest"
    case .base64(let max): return "base64 \(max)"
    case .department: return "USCC"
    case .typeCode: return "type code"
    case .jws(let max): return "JWS \(max)"
    case .list(let element, let min, let max):
      return "\(min)–\(max) × \(self.form(element))"
    case .object(let members):
      let parts = members.sorted { $0.key < $1.key }.map { "`\($0.key)` \(self.form($0.value))" }
      return "{\(parts.joined(separator: ", "))}"
    }
  }
}
