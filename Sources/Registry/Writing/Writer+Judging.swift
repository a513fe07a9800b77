import Cryptography
import Encoding
import Ledger
import Rules

extension Writer {
  /// Judges proposals in order, group by group, and places those that pass.
  func judge(_ proposals: [Proposal], into batch: inout Batch) throws(RegistryError) {
    let ids = proposals.map(\.event.id.digest)
    var known = try knownIndices(proposals, ids)
    var start = 0
    while start < proposals.count {
      var end = start + 1
      if let group = proposals[start].group {
        while end < proposals.count, proposals[end].group == group { end += 1 }
      }
      try judgeGroup(proposals[start..<end], ids, &known, into: &batch)
      start = end
    }
  }

  /// Where events of the batch entered before, by id.
  private func knownIndices(
    _ proposals: [Proposal], _ ids: [Digest]
  ) throws(RegistryError) -> [Digest: LeafIndex] {
    var known: [Digest: LeafIndex] = [:]
    do throws(LedgerError) {
      let found = try ledger.indices(
        of: zip(proposals, ids).map { ($0.event.id.milliseconds, $1) })
      for (id, index) in zip(ids, found) {
        if let index { known[id] = index }
      }
    } catch {
      throw RegistryError(error)
    }
    return known
  }

  private func judgeGroup(
    _ group: ArraySlice<Proposal>, _ ids: [Digest], _ known: inout [Digest: LeafIndex],
    into batch: inout Batch
  ) throws(RegistryError) {
    facts.begin()
    let threadsBefore = threads.snapshot(group)
    let mark = batch.mark
    var outcomes: [Outcome] = []
    var isRefused = false
    var added: [Digest] = []
    for (position, proposal) in zip(group.indices, group) {
      let id = ids[position]
      if let index = known[id] {
        outcomes.append(try repeated(proposal, at: index, batch))
      } else {
        outcomes.append(
          try place(proposal, id: id, beside: Neighbours(of: position, in: group), into: &batch))
      }
      // What the group itself brings in counts too: the same id twice would break the index.
      if case .entered(let entry) = outcomes[outcomes.count - 1] {
        known[id] = entry.index
        added.append(id)
      }
      if case .refused(let codes) = outcomes[outcomes.count - 1] {
        isRefused = true
        if Writer.isRecorded(proposal, codes) { batch.refused.append((proposal.event, codes)) }
      }
    }
    if isRefused {
      facts.rollBack()
      threads.restore(threadsBefore)
      batch.rollBack(to: mark)
      for id in added { known[id] = nil }
      outcomes = outcomes.map { outcome in
        switch outcome {
        case .entered: return .withdrawn
        // It repeated an event of this very group, which is taken back with it.
        case .repeated(let entry) where entry.index >= batch.next: return .withdrawn
        default: return outcome
        }
      }
    }
    batch.outcomes += outcomes
  }

  /// The same signing input gets the old entry; another event under the same id is refused.
  private func repeated(
    _ proposal: Proposal, at index: LeafIndex, _ batch: Batch
  ) throws(RegistryError) -> Outcome {
    let entry: Entry
    if index >= batch.first {
      entry = batch.entries[Int(index.value - batch.first.value)]
    } else {
      do throws(LedgerError) {
        entry = try Entry(parsing: try ledger.entries(from: index, count: 1)[0])
      } catch {
        throw RegistryError(error)
      }
    }
    // The signature is left out: anyone can turn a valid one into another valid one.
    let input = proposal.event.signingInput
    guard entry.event.count > input.count, entry.event[..<input.count] == input else {
      return .refused([.replayed])
    }
    return .repeated(entry)
  }

  /// Gives an event its tags, judges it at its place, and adds it to the batch if it passes.
  private func place(
    _ proposal: Proposal, id: Digest, beside neighbours: Neighbours, into batch: inout Batch
  ) throws(RegistryError) -> Outcome {
    let event = proposal.event
    do {
      let state = certificateState(proposal)
      var tags = try RuleSet.departmentTags(for: event, facts: &facts)
      let places = try giveTags(proposal, entry: Int64(clamping: batch.next.value), &tags)
      let context = EntryContext(
        index: batch.next, received: batch.received, previousReceived: batch.previousReceived,
        tags: tags,
        following: neighbours.following.map { .event($0, batch.received) } ?? .end,
        rootAt: { [unowned self] in try root(at: $0) }, isReplayed: { _ in false })
      let openings = Openings(
        disclosures: proposal.disclosures, subjects: places.subjects,
        certificate: places.certificate, state: state,
        isIdentifierTaken: proposal.isIdentifierTaken, replaced: neighbours.replaced,
        sharing: sharing(of: proposal, casePlace: places.file, batch))
      let judgement = try RuleSet.judge(
        proposal.signature, in: context, facts: &facts, openings: openings)
      guard judgement.publicLayer == .passed, judgement.disclosedLayer == .passed else {
        // What private members break is not told to those whom public rules refuse already:
        // they could try out of whom a grant or certificate is.
        let open = judgement.publicLayer.codes
        let codes = open.isEmpty ? judgement.disclosedLayer.codes : open
        return .refused(codes.isEmpty ? [.disclosureDigest] : codes)
      }
      let entry = try Entry(
        event: event.jwt, index: batch.next, previous: batch.previousHash,
        received: batch.received, tags: tags)
      batch.add(entry, id: id, proposal)
    } catch let error as RulesError {
      throw RegistryError(error)
    } catch let error as LedgerError {
      throw RegistryError(error)
    } catch let error as RegistryError {
      throw error
    } catch {
      throw RegistryError(.internalFault, "an event could not be judged", cause: error)
    }
    noteState(proposal)
    return .entered(batch.entries[batch.entries.count - 1])
  }

  private func giveTags(
    _ proposal: Proposal, entry: Int64, _ tags: inout [Tag]
  ) throws -> (
    subjects: [Openings.Place], certificate: Openings.Place?, file: Openings.Place?
  ) {
    var subjects: [Openings.Place] = []
    var certificate: Openings.Place?
    var file: Openings.Place?
    for thread in proposal.threads {
      if case .padding = thread {
        tags.append(Tag(try Digest(bytes: try cipher.randomBytes(Digest.byteCount))))
        continue
      }
      if case .use(let tag) = thread {
        tags.append(tag)
        continue
      }
      guard let (key, number) = threads.next(thread, entry: entry) else {
        throw RegistryError(
          .internalFault, "a proposal names a thread from before the last append")
      }
      tags.append(key.tag(number))
      let place = Openings.Place(key: key, number: number)
      switch thread {
      case .subject: subjects.append(place)
      case .certificate: certificate = place
      case .case: file = place
      case .use, .padding: break
      }
    }
    return (subjects, certificate, file)
  }

  /// What the proposer knows of the acts before, with what only the writer knows.
  private func sharing(
    of proposal: Proposal, casePlace: Openings.Place?, _ batch: Batch
  ) -> Openings.Sharing {
    var sharing = proposal.sharing
    sharing.casePlace = casePlace
    // Two lodgings of one grant in one batch: neither is in the vault when they are proposed.
    if proposal.event.kind == .grantGiven, let given = Openings.Given(proposal.disclosures),
      batch.grants.contains(where: given.isSameGrant)
    {
      sharing.isGrantTaken = true
    }
    return sharing
  }

  private func certificateState(_ proposal: Proposal) -> CertificateState? {
    for case .certificate(let id) in proposal.threads { return threads.certificates[id]?.state }
    return nil
  }

  private func noteState(_ proposal: Proposal) {
    guard let state = proposal.state else { return }
    for case .certificate(let id) in proposal.threads { threads.certificates[id]?.state = state }
  }
}

/// What stands beside a proposal in its group: outside of it nothing is sure to enter.
private struct Neighbours {
  /// The event after.
  let following: Event?
  /// What the proposal before opens, if it ends the certificate in whose place this one is issued.
  let replaced: Openings.Replaced?

  init(of position: Int, in group: ArraySlice<Proposal>) {
    following = position + 1 < group.endIndex ? group[position + 1].event : nil
    guard position > group.startIndex,
      group[position - 1].event.isReplaced(with: group[position].event)
    else {
      replaced = nil
      return
    }
    replaced = Openings.Replaced(group[position - 1].disclosures)
  }
}
