import Encoding
import Ledger
import Rules

/// What a department decides in a case.
public struct DecideOrder: Sendable {
  /// A request of the case: it names person and case.
  public let request: ActName
  /// `granted`, `refused`, `withdrawn` or `closed`.
  public let outcome: String
  /// More in words; a disclosure. It must not name persons.
  public let text: String?

  /// Closes a case.
  public init(_ request: ActName, outcome: String, text: String? = nil) {
    self.request = request
    self.outcome = outcome
    self.text = text
  }
}

extension Writer {
  /// Closes cases; what was decided before is passed over. Throws what `append` throws.
  public func decide(
    _ orders: [DecideOrder], by signer: Signer
  ) throws(RegistryError) -> ShareStep {
    let reader = try matters()
    let department = try vault.makeNumber(of: signer.code)
    return try act(orders, by: signer) { order throws(RegistryError) in
      try refusing { try decide(order, department, reader, by: signer) }
    }
  }

  private func decide(
    _ order: DecideOrder, _ department: Int64, _ reader: MatterReader, by signer: Signer
  ) throws -> Prepared<ShareDraft> {
    let (share, request) = try requested(order.request, reader)
    // Of a requester's work its cases alone pass to who answers for it: see decisions/0019.
    guard try answers(signer, for: share.requester) else {
      throw ShareRefusal(
        "signer_role",
        "\(share.requester) asked in its case: only it, or who answers for it, decides",
        act: share.name.name)
    }
    let members: JSONObject = [
      "outcome": .string(order.outcome), "purpose": .string(share.purpose),
    ]
    if let known = try decision(members, order, of: share, department, reader) {
      return .already(known)
    }
    let handle = try newMatter()
    var matter = MatterRow(
      id: handle.id, kind: .decision, department: department, secret: handle.secret)
    matter.subject = share.row.subject
    matter.caseThread = share.row.caseThread
    var draft = draft(.caseDecided, by: signer, members)
    for name in ["subject_1", "case"] {
      if let value = request.value(name) { draft.disclose(name, value) }
    }
    if let text = order.text { draft.disclose("text", .string(text)) }
    return .work(
      ShareDraft(
        draft: draft, matter: handle, threads: try threads(of: matter, nil),
        changes: [.insertMatter(matter)], share: share),
      ActKey(
        [matter.subject, matter.caseThread], [share.purpose, order.outcome, order.text ?? ""]))
  }

  /// The department's last decision about the person, case and purpose, if it says the same and
  /// came after what was released: an earlier one may have been overturned since, and one before a
  /// new release decides nothing about that.
  private func decision(
    _ members: JSONObject, _ order: DecideOrder, of share: Share, _ department: Int64,
    _ reader: MatterReader
  ) throws(RegistryError) -> SharedAct? {
    var last: ShareAct?
    try reader.forEachDecision(of: share) { row, act throws(RegistryError) in
      guard row.department == department, act.event.text("purpose") == share.purpose else {
        return true
      }
      last = act
      return false
    }
    let used = try reader.release(of: share)?.index ?? share.index
    guard let last, last.index > used, last.event.clear == members,
      order.text.map({ last.says("text", $0) }) ?? (last.value("text") == nil)
    else { return nil }
    return SharedAct(last, of: share)
  }
}
