import Certificates
import Cryptography
import Encoding
import Ledger
import Rules
import Verification

extension DeliveryScenario {
  private static func signer(_ seed: UInt8, name: String = EvidenceKeys.origin) throws -> NoteSigner
  {
    let seed = SecretBytes(copying: [UInt8](repeating: seed, count: 32))
    return try NoteSigner(name: name, key: Ed25519PrivateKey(seed: seed))
  }

  mutating func changeLedger(_ name: String) throws -> Bool {
    let own = world.keys.ledger.verifierKey.text
    let other = try Self.signer(9).verifierKey.text
    switch name {
    case "none": break
    case "other_size":
      // The path of a tree of five, the checkpoint of a tree of eight.
      receipt { world, receipt in
        let larger = try world.proof(of: receipt.entry, size: 8)
        return try Receipt(
          entry: receipt.entry, disclosures: receipt.disclosures, signerPath: receipt.signerPath,
          proof: TlogProof(
            InclusionProof(
              index: receipt.entry.index, size: TreeSize(8), path: receipt.proof.path),
            checkpoint: larger.checkpoint))
      }
    case "short_path", "no_list_short_path":
      isListGiven = name == "short_path"
      proof { _, proof in
        TlogProof(
          InclusionProof(
            index: proof.index, size: TreeSize(5), path: Array(proof.path.dropLast())),
          checkpoint: proof.checkpoint)
      }
    case "small_tree":
      proof { world, proof in
        let head = TreeHead(size: TreeSize(2), root: SHA256.hash("two"))
        return TlogProof(
          InclusionProof(index: proof.index, size: TreeSize(2), path: proof.path),
          checkpoint: try VerifiedCheckpoint(signing: head, with: world.ledgerKey).note)
      }
    case "checkpoint_key": world.ledgerKey = try Self.signer(9)
    case "checkpoint_origin": world.ledgerKey = try Self.signer(9, name: "other.example/ledger")
    case "checkpoint_signature":
      proof { world, proof in
        let note = try SignedNote(parsing: proof.checkpoint)
        var bytes = note.signatures[0].bytes
        bytes[10] ^= 1
        let signature = SignedNote.Signature(
          name: note.signatures[0].name, keyID: note.signatures[0].keyID, bytes: bytes)
        return TlogProof(
          InclusionProof(index: proof.index, size: TreeSize(5), path: proof.path),
          checkpoint: try SignedNote(text: note.text, signatures: [signature]).bytes)
      }
    case "checkpoint_extension":
      proof { world, proof in
        let text = try SignedNote(parsing: proof.checkpoint).text + Array("more\n".utf8)
        return TlogProof(
          InclusionProof(index: proof.index, size: TreeSize(5), path: proof.path),
          checkpoint: try world.ledgerKey.sign(text).bytes)
      }
    case "key_from_later": ledgerKeys([.init(from: 6, verifierKey: own)])
    case "key_of_later_size":
      ledgerKeys([.init(from: 0, verifierKey: other), .init(from: 6, verifierKey: own)])
    case "key_rotated":
      ledgerKeys([.init(from: 0, verifierKey: own), .init(from: 6, verifierKey: other)])
    case "entry_changed":
      receipt { world, receipt in
        let entry = receipt.entry
        let changed = try Entry(
          event: entry.event, index: entry.index, previous: entry.previous,
          received: entry.received.adding(milliseconds: 1), tags: entry.tags)
        return try Receipt(
          entry: changed, disclosures: receipt.disclosures, signerPath: receipt.signerPath,
          proof: receipt.proof)
      }
    case "forked":
      let head = TreeHead(size: TreeSize(5), root: SHA256.hash("another tree"))
      let note = try VerifiedCheckpoint(signing: head, with: world.ledgerKey).note
      more = [KnownFile(recognising: note)]
    default: return false
    }
    return true
  }

  mutating func changeSigner(_ name: String) throws -> Bool {
    let received = EvidenceWorld.received.seconds
    switch name {
    case "event_key", "no_list_event_key":
      isListGiven = name == "event_key"
      world.act = .init(identity: world.keys.act.identity, key: world.keys.otherAct.key)
    case "event_identity": path([world.keys.otherAct.identity, world.keys.authority])
    case "event_by_seal": world.act = world.keys.seal
    case "event_by_other": world.act = world.keys.otherAct
    case "event_issuer":
      world.eventIssuer = EvidenceKeys.other
      world.act = world.keys.otherAct
    case "event_foreign_root":
      let foreign = try EvidenceKeys()
      world.act = foreign.act
      path([foreign.act.identity, foreign.authority])
    case "no_authority": path([world.keys.act.identity])
    case "signer_unlisted":
      world.changeTrust = { list in
        for index in list.departments.indices {
          list.departments[index].identities.removeAll { $0.use == .act }
        }
      }
    case "signer_retired_before": state(of: .act, .retired(at: received - 1))
    case "signer_retired_second": state(of: .act, .retired(at: received))
    case "signer_retired_after": state(of: .act, .retired(at: received + 1))
    case "signer_compromised_before": state(of: .act, .compromised(since: received - 1))
    case "signer_compromised_then": state(of: .act, .compromised(since: received))
    case "signer_compromised_after": state(of: .act, .compromised(since: received + 1))
    default: return false
    }
    return true
  }

  mutating func changeEvent(_ name: String) throws -> Bool {
    switch name {
    case "other_receipt":
      var other = world
      other.claims["number"] = "湘A0043"
      other.identifier = "1.2.156.3005.2.other"
      let receipt = try other.receipt()
      self.receipt { _, _ in receipt }
    case "audience": draft(audience: "other.example/ledger")
    case "event_kind":
      draft(
        kind: .certificateAnnotated,
        clear: [
          "type": .string(EvidenceWorld.type), "version": 1, "from": "valid", "to": "valid",
        ])
    case "event_version": draft(clear: ["type": .string(EvidenceWorld.type), "version": 2])
    case "event_late": world.received = EvidenceWorld.received.adding(seconds: 3600)
    case "foreign_opening":
      let foreign = try DeliveryScenario().world.event().disclosures
      disclosures { $0 + foreign.filter { $0.name == "copy_1" } }
    case "opening_twice": disclosures { $0 + [$0[0]] }
    case "foreign_opened":
      world.opened = ["certificate", "subject_1", "copy_1", "pad_1"]
    case "copy_closed": world.opened = ["certificate", "subject_1"]
    case "status_index":
      disclose("copy_1") { object in
        var object = object
        object["status"] = ["idx": 43, "uri": .string(EvidenceWorld.statusURI)]
        return object
      }
    case "holder_key":
      disclose("copy_1") { object in
        var object = object
        object["holder"] = nil
        return object
      }
    case "subject_closed": world.opened = ["certificate", "copy_1"]
    case "subject_stranger":
      disclose("subject_1") { object in
        var object = object
        object["code"] = "11010519491231003X"
        return object
      }
    default: return try changeDisclosures(name)
    }
    return true
  }

  /// A copy that shows more or less than the department handed out.
  private mutating func changeDisclosures(_ name: String) throws -> Bool {
    let withheld: [String: Set<String>] = [
      "withheld_number": ["number"], "withheld_required": ["category"],
      "withheld_end": ["valid_until"], "withheld_holders": ["holders", ""],
      "withheld_each_holder": [""],
    ]
    if let names = withheld[name] {
      changeDelivery = { _, delivery in
        let parts = try UnverifiedSDJWT(parsing: delivery.copy, keyBinding: .refused)
        // An element of a list has no name.
        let kept = try parts.disclosures.filter { !names.contains(try $0.content().name ?? "") }
        return try Delivery(
          copy: SDJWT.join(token: parts.token, disclosures: kept), receipt: delivery.receipt,
          certificateThread: delivery.certificateThread, subjectThread: delivery.subjectThread)
      }
    } else if name == "foreign_disclosure" {
      changeDelivery = { _, delivery in
        let salt = try Salt(from: RepeatableRandom("foreign"))
        let more = Disclosure.make(salt: salt, name: "remark", value: "x")
        return try Delivery(
          copy: delivery.copy + Array(more.text.utf8) + [UInt8(ascii: "~")],
          receipt: delivery.receipt, certificateThread: delivery.certificateThread,
          subjectThread: delivery.subjectThread)
      }
    } else {
      return false
    }
    return true
  }

  mutating func changeThreads(_ name: String) throws -> Bool {
    let stranger = EvidenceWorld.threadKey("stranger")
    func moved(_ place: Openings.Place) -> Openings.Place {
      Openings.Place(key: place.key, number: place.number + 1)
    }
    switch name {
    case "certificate_key": threads { (Openings.Place(key: stranger, number: 1), $0.subjectThread) }
    case "subject_key":
      threads { ($0.certificateThread, Openings.Place(key: stranger, number: 7)) }
    case "certificate_number": threads { (moved($0.certificateThread), $0.subjectThread) }
    case "subject_number": threads { ($0.certificateThread, moved($0.subjectThread)) }
    case "subject_tag":
      world.changeTags = { tags in
        var tags = tags
        tags.swapAt(1, 2)
        return tags
      }
    default: return false
    }
    return true
  }

  mutating func changeKeys(_ name: String) throws -> Bool {
    let received = EvidenceWorld.received.seconds
    switch name {
    case "seal_compromised_after": state(of: .seal, .compromised(since: received + 1))
    case "seal_retired_second": state(of: .seal, .retired(at: received))
    case "seal_retired_before": state(of: .seal, .retired(at: received - 1))
    case "seal_compromised_before": state(of: .seal, .compromised(since: received))
    case "seal_compromised_unproven":
      state(of: .seal, .compromised(since: received + 1))
      world.ledgerKey = try Self.signer(9)
    case "both_compromised":
      state(of: .seal, .compromised(since: received + 1))
      state(of: .act, .compromised(since: received - 1))
    default: return false
    }
    return true
  }

  mutating func changeEvidence(_ name: String) throws -> Bool {
    switch name {
    case "no_list": isListGiven = false
    case "foreign_list":
      let foreign = try EvidenceWorld()
      changeList = { _ in try foreign.trust() }
    case "list_expired": world.changeTrust = { $0.expiresAt = EvidenceWorld.now }
    case "list_lower": sequenceMin = 8
    case "two_lists":
      var newer = world
      newer.changeTrust = { list in
        list.sequence = 8
        list.types[0].issuers = [.department(try USCC(EvidenceKeys.other))]
      }
      more = [KnownFile(recognising: try newer.trust())]
    case "clock_behind":
      time -= 12_000
    case "clock_ahead": time += 365 * 86_400
    case "status_other_list": world.statusURI = EvidenceWorld.statusURI + "1"
    case "no_status": isStatusGiven = false
    case "suspended": world.statusState = StatusList.suspended
    case "no_type": isTypeGiven = false
    case "two_types":
      var object = world.typeFile.object
      object["copies"] = 1
      more = [KnownFile(recognising: world.typeFile.canonicalBytes)]
      isTypeGiven = false
      more.insert(
        KnownFile(recognising: JSONValue.object(object).canonicalBytes()), at: 0)
    case "other_root": roots = [try EvidenceKeys().root]
    case "hostile_root":
      // Another registry, pinned for its own host, signs everything in the name of this one.
      let honest = try EvidenceKeys().root
      roots = [honest, world.keys.root]
      hosts = [honest.sha256: EvidenceKeys.host, world.keys.root.sha256: "other.example"]
    case "two_hosts":
      let other = try EvidenceKeys().root
      roots = [other, world.keys.root]
      hosts = [other.sha256: "other.example", world.keys.root.sha256: EvidenceKeys.host]
    case "two_roots": roots = [try EvidenceKeys().root, world.keys.root]
    default: return false
    }
    return true
  }
}
