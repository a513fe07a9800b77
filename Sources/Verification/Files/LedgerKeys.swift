import Certificates
import Cryptography
import Ledger

/// The ledger's keys as the trust list names them; remembers checkpoints that it judged.
final class LedgerKeys: Sendable {
  private enum Outcome {
    case signed(Checkpoint)
    case refused(Check.Reason)
  }

  /// When a hostile input floods it, all is forgotten.
  private static let rememberedCountMax = 1024

  private let list: TrustList.LedgerKeys
  private let judged = Guarded<[Digest: Outcome]>([:])

  init(_ list: TrustList.LedgerKeys) { self.list = list }

  var origin: String { list.origin }

  /// What a note signs, if the key for its size signed it; or the reason why it must not be
  /// believed.
  func verify(note: [UInt8]) -> (checkpoint: Checkpoint?, fault: Check.Reason?) {
    let name = SHA256.hash(note)
    switch judged.withLock({ $0[name] }) ?? remember(name, outcome(of: note)) {
    case .signed(let checkpoint): return (checkpoint, nil)
    case .refused(let reason): return (nil, reason)
    }
  }

  private func remember(_ name: Digest, _ outcome: Outcome) -> Outcome {
    judged.withLock { judged in
      if judged.count >= Self.rememberedCountMax { judged.removeAll(keepingCapacity: true) }
      judged[name] = outcome
    }
    return outcome
  }

  private func outcome(of bytes: [UInt8]) -> Outcome {
    do throws(LedgerError) {
      let note = try SignedNote(parsing: bytes)
      let claimed = try Checkpoint(parsing: note.text)
      // The size is not proven yet; it only chooses which one key may sign it.
      guard let key = list.key(forSize: Int64(clamping: claimed.size.value)) else {
        throw LedgerError(
          .unknownKey, "the trust list has no ledger key for a tree of that size")
      }
      return .signed(
        try VerifiedCheckpoint(
          note: bytes, keys: [try VerifierKey(parsing: key.verifierKey)], origin: list.origin
        ).checkpoint)
    } catch {
      return .refused(Check.Reason(error))
    }
  }
}

extension Check.Reason {
  init(_ error: LedgerError) {
    self.init(code: SnakeCase.text("\(error.code)"), text: error.description)
  }

  init(_ fault: KnownFile.Fault) { self.init(code: fault.code, text: fault.message) }
}
