import Cryptography
import Encoding
import Ledger
import Rules

extension JudgedCase {
  /// `ledger.ruled` with something changed.
  static func ruled(
    _ name: String, _ description: String, _ codes: [RuleCode],
    _ change: @escaping @Sendable (World, inout Act) throws -> Void
  ) -> JudgedCase {
    JudgedCase(name, description, codes) { world in
      var act = try world.ruled()
      try change(world, &act)
      return act
    }
  }

  static let form: [JudgedCase] = [
    ruled("plain", "an act with nothing wrong", []) { _, _ in },
    ruled("order", "received one millisecond before the entry before it", [.entryOrder]) {
      $1.received = $0.now.adding(milliseconds: -1)
    },
    ruled("order-equal", "received in the same millisecond as the entry before it", []) {
      $1.received = $0.now
    },
    JudgedCase("kind-later", "a kind whose rules do not exist yet", [.kindUnknown]) { world in
      let act = try Act(
        world, .ledgerStamped, by: world.keys.registrar,
        [
          "size": 1, "root": .string(Digest.zero.base64url), "token": .string(Base64.encode([0])),
        ])
      return act
    },
    ruled("member-missing", "a member of the kind is missing", [.member]) {
      $1.clear = JSONObject()
    },
    ruled("member-form", "a member has another form", [.member]) { $1.clear = ["rules": "1"] },
    JudgedCase("member-text", "a name that turns the direction of writing", [.member]) { world in
      var act = try world.enrolled(World.stranger, [("act", world.keys.stranger)])
      act.clear = act.clear.with("name", "a\u{202E}b")
      return act
    },
    JudgedCase("member-none", "a new key of the ledger, without any key", [.member]) { world in
      try Act(world, .ledgerRekeyed, by: world.keys.registrar, [:])
    },
    ruled("member-unknown", "a member that the kind does not have", [.memberUnknown]) {
      $1.clear = ["rules": 1, "note": "x"]
    },
    JudgedCase("digest-more", "a digest more than kind and type fix", [.digestCount]) { world in
      var act = try world.issued()
      try act.pad(to: 6)
      return act
    },
    JudgedCase("digest-fewer", "a digest fewer than kind and type fix", [.digestCount]) { world in
      var act = try world.issued()
      act.disclosures.removeAll { $0.name == "pad_2" }
      return act
    },
    ruled("tag-more", "a tag more than kind and type fix", [.tagCount]) {
      $1.privateTags = [try World.filling()]
      _ = $0
    },
    JudgedCase(
      "tag-fewer", "the tag of a possible second subject is missing", [.tagCount]
    ) {
      var act = try $0.issued()
      act.privateTags.remove(at: 1)
      return act
    },
    ruled("tag-none", "no tag at all", [.tagCount, .departmentTag]) {
      $1.tags = []; _ = $0
    },
    JudgedCase("tag-twice", "the tag of the subject fills the second place too", [.tagTwice]) {
      var act = try $0.issued()
      act.privateTags[1] = act.privateTags[0]
      return act
    },
    JudgedCase("tag-twice-department", "a department's tag fills a private place", [.tagTwice]) {
      var act = try $0.issued()
      act.privateTags[1] = try $0.candidate(act).entry.tags[0]
      return act
    },
    ruled("tag-department", "a department's tag of another number", [.departmentTag]) {
      $1.tags = [ThreadKey(publicDepartment: World.registry).tag(1)]
      _ = $0
    },
    JudgedCase("tag-department-order", "two department tags, swapped", [.departmentTag]) { world in
      var act = try world.enrolled(World.stranger, [("act", world.keys.stranger)])
      let right = try world.candidate(act).entry.tags
      act.tags = [right[1], right[0]]
      return act
    },
  ]

  static let circumstances: [JudgedCase] = [
    ruled("audience", "an event for another ledger", [.audience]) {
      $1.audience = "elsewhere.example/ledger"
      _ = $0
    },
    ruled("stale", "signed 601 seconds before it was received", [.stale]) {
      $1.time = $0.now.adding(milliseconds: -601_000)
      $1.number = try Act.number($1.time.milliseconds)
    },
    ruled("stale-not-yet", "signed 600 seconds before it was received", []) {
      $1.time = $0.now.adding(milliseconds: -600_000)
      $1.number = try Act.number($1.time.milliseconds)
    },
    ruled("early", "signed 61 seconds after it was received", [.early]) {
      $1.time = $0.now.adding(milliseconds: 61_000)
      $1.number = try Act.number($1.time.milliseconds)
    },
    ruled("early-not-yet", "signed 60 seconds after it was received", []) {
      $1.time = $0.now.adding(milliseconds: 60_000)
      $1.number = try Act.number($1.time.milliseconds)
    },
    ruled("number-time", "the number's milliseconds lie in the next second", [.numberTime]) {
      $1.number = try Act.number($0.now.milliseconds + 1000)
    },
    JudgedCase("occurred", "an act that happened after it was signed", [.occurred]) { world in
      var act = try world.issued()
      act.clear = act.clear.with("occurred", .integer(world.now.seconds + 1))
      return act
    },
    JudgedCase("occurred-before", "an act that waited for its signature", []) { world in
      var act = try world.issued()
      act.clear = act.clear.with("occurred", .integer(world.now.seconds - 86_400))
      return act
    },
    ruled("seen-ahead", "a tree that is larger than the ledger", [.seenAhead]) {
      $1.seen = SeenTree(size: TreeSize($0.nextIndex.value + 1), root: $0.seen.root)
    },
    ruled("seen-nothing", "an actor that has never seen the ledger", [.seenAhead]) {
      $1.seen = .empty
      _ = $0
    },
    ruled("seen-fork", "a tree that this ledger never was", [.seenFork]) {
      $1.seen = SeenTree(size: $0.seen.size, root: SHA256.hash([9]))
    },
    ruled("seen-before", "an older tree of this ledger", []) { $1.seen = $0.seenBefore },
  ]
}
