import Encoding
import Rules

/// `spec/vectors/sharing/cases.json`: what goes wrong in sharing, by the names that people use,
/// with the act in `vectors/event/judged.json` that shows it.
enum SharingVectors {
  struct Row {
    let name: String
    let description: String
    let codes: [RuleCode]
    /// The name of the judged act.
    let act: String

    init(_ name: String, _ description: String, _ codes: [RuleCode], _ act: String) {
      self.name = name
      self.description = description
      self.codes = codes.sorted()
      self.act = act
    }

    var value: JSONValue {
      [
        "act": .string(act), "codes": .array(codes.map { .string($0.rawValue) }),
        "description": .string(description), "name": .string(name),
      ]
    }
  }

  static let path = "\(EventVectors.repository)/spec/vectors/sharing/cases.json"

  static func read() throws -> JSONValue {
    try JSONValue(parsing: try BoundedFile.read(path: path, maximumBytes: 1 << 20))
  }

  static let rows: [Row] = [
    Row("no-purpose", "a request without a purpose", [.member], "purpose-missing"),
    Row("unknown-purpose", "a purpose that no duty has", [.dutyUnknown], "duty-unknown"),
    Row(
      "purpose-no-code", "a sentence as the purpose", [.purpose, .dutyUnknown], "purpose"),
    Row(
      "citation-of-another-duty", "the law of another row", [.dutyUnknown], "duty-citation"),
    Row("claim-outside-the-duty", "a claim more than the row has", [.dutyClaims], "duty-claims"),
    Row(
      "grant-of-another-holder", "a request about another person than the holder",
      [.grantHolder], "grant-holder-request"),
    Row("grant-expired", "the period is over", [.grantPeriod], "grant-period"),
    Row("grant-withdrawn", "the holder withdrew it", [.grantWithdrawn], "grant-withdrawn"),
    Row(
      "grant-used-more-often-than-allowed", "a second time within a window",
      [.grantFrequency], "grant-frequency"),
    Row("grant-for-another-purpose", "another purpose", [.grantPurpose], "grant-purpose"),
    Row("grant-for-another-requester", "another department", [.grantRequester], "grant-requester"),
    Row("grant-of-another-copy", "signed by another copy's key", [.grantHolder], "grant-holder"),
    Row(
      "request-for-another-subject-than-released", "released about somebody else",
      [.shareSubject], "share-subject"),
    Row("release-twice", "released before", [.requestAnswered], "request-answered"),
    Row(
      "release-after-refusal", "refused before", [.requestAnswered], "request-answered-refused"),
    Row("more-claims-than-asked", "a claim nobody asked for", [.shareClaims], "share-claims"),
    Row("revoked-certificate", "a revoked certificate", [.shareState], "share-state-revoked"),
    Row(
      "suspended-certificate", "a suspended certificate", [.shareState], "share-state-suspended"),
    Row(
      "identity-that-may-not-receive", "enclosed for an identity that signs", [.receiver],
      "receiver-act"),
    Row(
      "bytes-swapped-after-recording", "what came is not what was recorded", [.enclosed],
      "enclosed"),
    Row(
      "acknowledgement-by-another-department", "a stranger says it has it", [.signerRole],
      "acknowledged-other"),
    Row("acknowledgement-of-other-bytes", "other bytes", [.enclosed], "enclosed"),
    Row(
      "two-requests-of-one-batch", "the second under a once-a-day grant", [.grantFrequency],
      "grant-frequency"),
    Row("event-replayed", "the same event once more", [.replayed], "replayed"),
    Row("event-stale", "signed 601 seconds ago", [.stale], "stale"),
    Row("event-from-another-ledger", "another origin", [.audience], "audience"),
    Row("tag-skipped", "a number of the thread is left out", [.threadTag], "request-tag-subject"),
    Row("tag-doubled", "a number of the thread twice", [.threadTag], "request-tag-doubled"),
    Row(
      "tag-swapped-between-two-persons", "another person's tag", [.threadCommitment],
      "request-tag-swapped"),
    Row(
      "department-merged", "the department that was asked was retired since, and answers itself",
      [.departmentRetired, .signerState], "released-retired"),
    Row("department-merged-successor", "its successor answers", [], "released-successor"),
    Row(
      "officer-number-in-the-clear", "as a member", [.memberUnknown], "member-officer"),
    Row("officer-number-as-role", "as the role", [.purpose], "purpose-role"),
  ]
}
