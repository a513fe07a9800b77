// The kinds by which a registry orders itself. Spec: event.md, "Kinds".
extension EventKind {
  var ledgerDefinition: EventShape {
    switch self {
    case .ledgerOpened:
      EventShape(
        .registrar,
        [
          .clear("name", .name), .clear("host", .text(max: 253)),
          .clear("ledger_key", .text(max: 512)), .clear("root", .der), .clear("authority", .der),
          .clear("list_signer", .der), .clear("registrar", .der),
          .clear("rules", .integer(1...1_000_000)),
          .optional(
            "predecessor",
            .object(["origin": .text(max: 256), "size": .size, "root": .digest])),
        ])
    case .ledgerRuled: EventShape(.registrar, [.clear("rules", .integer(1...1_000_000))])
    case .ledgerRekeyed:
      EventShape(
        .registrar,
        [
          .optional("ledger_key", .text(max: 512)), .optional("authority", .der),
          .optional("list_signer", .der),
        ])
    case .ledgerMapped:
      EventShape(
        .registrar, [.clear("from", .size), .clear("to", .size), .clear("root", .digest)])
    default:
      EventShape(
        .registrar,
        [.clear("size", .size), .clear("root", .digest), .clear("token", .base64(max: 32_768))],
        later: true)
    }
  }

  var departmentDefinition: EventShape {
    switch self {
    case .departmentEnrolled:
      EventShape(
        .registrar,
        [
          .department("department"), .clear("name", .name), .optional("name_en", .name),
          .clear("uri", .text(max: 512)),
          .clear("level", .word(DepartmentLevel.allCases.map(\.rawValue))),
          .clear("identities", .identities),
        ])
    case .departmentRetired:
      EventShape(
        .registrar, [.department("department"), .department("successor", isOptional: true)])
    case .identityAdded:
      EventShape(
        .registrar,
        [
          .department("department"), .clear("identities", .identities),
          .clear("retires", .list(.digest, min: 0, max: 16)),
          .optional("request", .jws(max: 16_384)), .optional("name", .name),
          .optional("name_en", .name),
        ])
    default:
      EventShape(
        .registrar,
        [
          .department("department"), .clear("identity", .digest), .optional("since", .seconds),
        ])
    }
  }

  var publicationDefinition: EventShape {
    switch self {
    case .typePublished:
      EventShape(
        .definer,
        EventKind.typeMembers + [
          .clear("digest", .digest), .clear("material", .word(["certificate", "file"])),
          .clear("issuers", .list(.text(max: 18), min: 1, max: 256)),
          .clear("subjects", .integer(1...16)), .clear("copies", .integer(1...16)),
          .clear("duties", .list(.duty, min: 0, max: 256)),
        ])
    case .typeWithdrawn: EventShape(.definer, EventKind.typeMembers)
    case .trustPublished:
      EventShape(
        .registrar,
        [.clear("sequence", .sequence), .clear("size", .size), .clear("digest", .digest)])
    case .statusPublished:
      EventShape(
        .department,
        [
          .clear("sequence", .sequence), .clear("lists", .integer(0...1_000_000_000)),
          .clear("root", .digest),
        ])
    default:
      EventShape(
        .registrar,
        [
          .clear(
            "registry", .object(["origin": .text(max: 256), "name": .name, "root": .der])),
          .clear("types", .list(.typeCode, min: 0, max: 1024)),
        ])
    }
  }

  /// A type and its version, as in type files.
  static let typeMembers: [EventShape.Member] = [
    .clear("type", .typeCode), .clear("version", .integer(1...1_000_000)),
  ]
}
