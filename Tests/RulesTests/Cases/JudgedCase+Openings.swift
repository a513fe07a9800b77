import Cryptography
import Encoding
import Ledger
import Rules

extension JudgedCase {
  static let openings: [JudgedCase] = [
    issued("digest-unopened", "one private member is not opened", [.disclosureDigest]) {
      $1.digests = $1.disclosures.map(\.digest)
      $1.disclosures.removeAll { $0.name == "pad_1" }
      _ = $0
    },
    issued("digest-foreign", "an opening of something else", [.disclosureDigest]) {
      $1.digests = $1.disclosures.map(\.digest)
      $1.disclosures.removeAll { $0.name == "pad_1" }
      try $1.disclose("pad_1", .boolean(true))
      _ = $0
    },
    issued("name-unknown", "a private member of no kind", [.disclosureName]) {
      $1.disclosures.removeAll { $0.name == "pad_1" }
      try $1.disclose("colour", "red")
      _ = $0
    },
    issued("name-beyond", "a subject more than the type allows", [.disclosureName, .threadTag]) {
      $1.disclosures.removeAll { $0.name == "pad_1" }
      try $1.disclose("subject_3", World.subject(2, try World.Thread()))
      _ = $0
    },
    issued("name-missing", "no subject", [.disclosureName, .threadCommitment, .threadTag]) {
      try $1.drop("subject_1")
      _ = $0
    },
    issued(
      "name-gap", "the second subject without the first",
      [.disclosureName, .threadCommitment], subjects: 2
    ) {
      try $1.drop("subject_1")
      $1.openings = opened($1, state: nil, subjects: Array(($1.openings?.subjects ?? []).suffix(1)))
      $1.privateTags = [$1.privateTags[1], try World.filling(), $1.privateTags[2]]
      _ = $0
    },
    issued("name-twice", "one name twice", [.disclosureName]) {
      $1.disclosures.removeAll { $0.name == "pad_1" }
      try $1.disclose("pad_2", .boolean(true))
      _ = $0
    },
    issued("name-no-copy", "no copy", [.disclosureName]) {
      try $1.drop("copy_1")
      _ = $0
    },
    issued("name-copy-of-nobody", "a copy without its subject", [.disclosureName]) {
      $1.disclosures.removeAll { $0.name == "pad_1" }
      try $1.disclose("copy_2", World.copy(2))
      _ = $0
    },
    JudgedCase("name-nothing-copied", "neither a copy nor an end of one", [.disclosureName]) {
      var act = try $0.copied()
      try act.drop("copy_2")
      return act
    },
    step(
      "name-annotation", "a note without text", [.disclosureName],
      .certificateAnnotated, .inForce, .inForce),
    issued("form-padding", "padding with a value", [.disclosureForm]) {
      try $1.replace("pad_1", "x")
      _ = $0
    },
    changed("form-code", "a citizen number with a wrong check character", "subject_1") {
      $0.with("code", "440305198902012957")
    },
    changed("form-code-type", "a holder-code type that does not exist", "subject_1") {
      $0.with("code_type", "000")
    },
    changed("form-subject", "a subject with its name", "subject_1") { $0.with("name", "李") },
    changed("form-copy", "a copy without a place in a status list", "copy_1") {
      $0.with("status", nil)
    },
    changed("form-copy-index", "a place beyond the list", "copy_1") {
      $0.with("status", ["idx": 1_048_576, "uri": $0["status"]?["uri"] ?? .null])
    },
    issued("form-copy-department", "a place in another department's list", [.disclosureForm]) {
      try $1.replace("copy_1", World.copy(1, issuer: World.water))
      _ = $0
    },
    issued("form-copy-type", "a place in another type's list", [.disclosureForm]) {
      try $1.replace("copy_1", World.copy(1, type: World.fileType))
      _ = $0
    },
    issued("form-copy-host", "a place in another registry's list", [.disclosureForm]) {
      try $1.replace("copy_1", World.copy(1, host: "other.example"))
      _ = $0
    },
    issued("form-copy-twice", "two copies in one place", [.disclosureForm], subjects: 2) {
      try $1.replace("copy_2", World.copy(1))
      _ = $0
    },
    step(
      "form-state", "a state that does not exist", [.disclosureForm, .exactState],
      .certificateRevoked, .inForce, .revoked
    ) {
      try $1.replace("state", "gone")
      _ = $0
    },
    step(
      "form-reason", "an empty reason", [.disclosureForm],
      .certificateRevoked, .inForce, .revoked, reason: ""
    ) { _, _ in },
    step(
      "form-successor", "a successor that is a plain text",
      [.disclosureForm], .certificateReplaced, .inForce, .replaced
    ) {
      try $1.replace("successor", "x")
      _ = $0
    },
    step(
      "form-previous", "a predecessor where none belongs", [.disclosureForm],
      .certificateRevoked, .inForce, .revoked
    ) {
      let old = $1.disclosures[0].value.objectValue ?? JSONObject()
      try $1.replace(
        "certificate", .object(old.with("previous", .string(try World.identifier(serial: "B")))))
      _ = $0
    },
    issued("commitment-certificate", "another key of the certificate", [.threadCommitment]) {
      let other = try World.Thread()
      $1.openings = opened($1, state: nil, certificate: other.place)
      $1.privateTags[2] = other.tag
      _ = $0
    },
    issued("commitment-subject", "another key of the subject", [.threadCommitment]) {
      let other = try World.Thread()
      $1.openings = opened($1, state: nil, subjects: [other.place])
      $1.privateTags[0] = other.tag
      _ = $0
    },
    issued(
      "commitment-shared", "two subjects with one thread",
      [.threadCommitment], subjects: 2
    ) {
      let thread = try World.Thread(number: 1)
      try $1.replace("subject_1", World.subject(1, thread))
      try $1.replace("subject_2", World.subject(2, thread))
      let second = Openings.Place(key: thread.key, number: 2)
      $1.openings = opened($1, state: nil, subjects: [thread.place, second])
      $1.privateTags[0] = thread.tag
      $1.privateTags[1] = thread.key.tag(2)
      _ = $0
    },
    issued("tag-swapped", "the tags of two subjects, swapped", [.threadTag], subjects: 2) {
      $1.privateTags.swapAt(0, 1)
      _ = $0
    },
    issued("tag-skipped", "a number of the subject's thread is left out", [.threadTag]) {
      $1.privateTags[0] = ($1.openings?.subjects[0].key.tag(2)) ?? $1.privateTags[1]
      _ = $0
    },
    issued("tag-certificate", "a random tag for the certificate", [.threadTag]) {
      $1.privateTags[2] = try World.filling()
      _ = $0
    },
    issued(
      "tag-subject-short", "the second subject has no tag of its own",
      [.threadTag], subjects: 2
    ) {
      $1.openings = opened($1, state: nil, subjects: Array(($1.openings?.subjects ?? []).prefix(1)))
      $1.privateTags[1] = try World.filling()
      _ = $0
    },
    step(
      "tag-nobody", "a step in nobody's thread", [.threadTag],
      .certificateSuspended, .inForce, .suspended
    ) {
      $1.openings = opened($1, state: .inForce, subjects: [])
      _ = $0
    },
  ]

  /// An issue with one member of one private member changed.
  private static func changed(
    _ name: String, _ description: String, _ member: String,
    _ change: @escaping @Sendable (JSONObject) -> JSONObject
  ) -> JudgedCase {
    issued(name, description, [.disclosureForm]) {
      let old = $1.disclosures.first { $0.name == member }?.value.objectValue ?? JSONObject()
      try $1.replace(member, .object(change(old)))
      _ = $0
    }
  }
}
