import Certificates
import Cryptography

/// Builds status lists and signs those that need it; works on many at once.
struct StatusSealing: Sendable {
  /// What the vault says of one list.
  struct ListState: Sendable {
    let row: StatusListRow
    let name: StatusListName
    let permutationKey: SecretBytes
    /// The copies whose state is not 0.
    let copies: [CopyRow]
  }

  let files: PublishedStatus
  let sealer: Signer
  let authority: Identity
  /// Seconds.
  let now: Int64
  let isForced: Bool

  /// Builds a list, compares it with its token, and signs it where that is needed.
  func make(
    _ state: ListState
  ) throws(RegistryError) -> (list: StatusPublisher.List, token: [UInt8]?) {
    let bits = try bits(state)
    let old = try files.token(state.name)
    let isChanged = old?.list != bits || old?.uri != state.row.uri
    var list = StatusPublisher.List(
      uri: state.row.uri, name: state.name, used: state.row.next, isChanged: isChanged,
      isSigned: false, issuedAt: old?.issuedAt ?? 0, expiresAt: old?.expiresAt ?? 0)
    guard isForced || isChanged || old?.isAgeing(at: now) ?? true || !isSealedNow(old) else {
      return (list, nil)
    }
    // Of two tokens the newer counts, so two of one second must not differ.
    list.issuedAt = max(now, (old?.issuedAt ?? 0) + 1)
    list.expiresAt = list.issuedAt + StatusToken.lifetimeSeconds
    list.isSigned = true
    do throws(CertificatesError) {
      let token = try StatusToken.sign(
        bits, uri: list.uri, issuedAt: list.issuedAt, identities: [sealer.identity, authority],
        key: sealer.key)
      return (list, token)
    } catch {
      throw RegistryError(.cryptography, error.message, cause: error)
    }
  }

  /// Whether the token was sealed with the identity that seals now. After a rotation all are
  /// signed anew, once: the old identity may have been compromised, and its tokens count no more.
  private func isSealedNow(_ token: StatusToken?) -> Bool {
    token?.token.identities.first == sealer.identity.der
  }

  private func bits(_ state: ListState) throws(RegistryError) -> StatusList {
    do {
      let permutation = try FeistelPermutation(
        key: state.permutationKey, domain: UInt64(StatusListRow.capacity))
      var list = try StatusList()
      for copy in state.copies {
        let counter = UInt64(copy.id) & UInt64(StatusListRow.capacity - 1)
        try list.set(copy.state, at: Int(permutation(counter)))
      }
      return list
    } catch {
      throw RegistryError(.damagedVault, "a status list cannot be built", cause: error)
    }
  }
}
