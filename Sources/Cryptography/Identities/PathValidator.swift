/// Judges identities against one pinned root, at a given time and for a given purpose.
///
/// The path is exactly leaf → authority → root; a list signer and an authority stand directly
/// below the root. Whatever does not depend on time is checked once per identity and remembered,
/// so judging ten thousand signed objects of one department costs one signature check.
/// Spec: identities.md, "Path rules"; RFC 5280 §6.
public final class PathValidator: Sendable {
  /// What was found of an identity under one issuer.
  private struct Outcome {
    let issuer: Digest
    let purpose: IdentityPurpose
    let failures: [PathFailure]
  }

  /// A path as it was found, and its failures but for those of time and of an expected URI.
  private struct Found {
    let chain: [(identity: Identity, party: PathFailure.Party)]
    let failures: [PathFailure]
    /// Whether it is the same at any time: there was no choice among authorities.
    let isTimeless: Bool
  }

  /// Remembered outcomes are few: when a hostile input floods them they are forgotten together.
  private static let rememberedCountMax = 4_096
  /// Paths hold their identities, of at most 16 KiB each.
  private static let foundCountMax = 512
  /// Under so many issuers and for so many purposes an identity is remembered: one has one issuer.
  private static let outcomeCountMax = 16
  private static let authorityCountMax = 4

  /// The pinned root.
  public let root: Identity
  /// The only host whose identities the root vouches for; nil for every host that its authorities
  /// are limited to.
  public let host: String?
  private let rootFailures: [PathFailure]
  private let remembered = Guarded<[Digest: [Outcome]]>([:])
  private let found = Guarded<[Digest: Found]>([:])

  /// Pins `root`, whatever its host; throws as ``init(root:host:)``.
  public convenience init(root: Identity) throws(CryptographyError) {
    try self.init(root: root, host: nil)
  }

  /// Pins `root` for one host; it must be a self-signed P-256 root of the profile, else
  /// `invalidIdentity`.
  public init(root: Identity, host: String?) throws(CryptographyError) {
    self.root = root
    self.host = host
    rootFailures = PathChecks.algorithms(of: root, as: .root)
    guard rootFailures.isEmpty, root.isCA, root.keyUsages == IdentityProfile.root.keyUsages,
      PathChecks.isIssued(root, by: root), PathChecks.link(from: root, to: root).isEmpty
    else {
      throw CryptographyError(
        .invalidIdentity, "this is no root: it must be a self-signed P-256 authority")
    }
  }

  /// Judges `leaf` for `purpose` as at `seconds` since 1970 UTC.
  ///
  /// `intermediates` may come in any order and hold others; `expectedURI`, when given, must equal
  /// the leaf's only URI byte for byte. Every failure found is listed.
  public func validate(
    leaf: Identity, intermediates: [Identity] = [], purpose: IdentityPurpose, at seconds: Int64,
    expectedURI: String?
  ) -> PathResult {
    let found = found(leaf, intermediates, purpose, at: seconds)
    var failures = found.failures
    for link in found.chain { failures += timeFailures(link.identity, link.party, seconds) }
    if let expectedURI, leaf.uris != [expectedURI],
      !failures.contains(where: { $0.code == .uriMismatch })
    {
      failures.append(
        PathFailure(.uriMismatch, .leaf, "its URI is not that of the department named"))
    }
    return PathResult(failures: failures)
  }

  /// The path of an identity, remembered where time has no part in it.
  private func found(
    _ leaf: Identity, _ intermediates: [Identity], _ purpose: IdentityPurpose, at seconds: Int64
  ) -> Found {
    // A name of less than 32 bytes before names of 32: one text for each way to ask.
    var presented = SHA256()
    presented.update(purpose.rawValue)
    presented.update(leaf.sha256)
    for identity in intermediates { presented.update(identity.sha256) }
    let name = presented.finish()
    if let known = found.withLock({ $0[name] }) { return known }
    let new = find(leaf, intermediates, purpose, at: seconds)
    if new.isTimeless {
      found.withLock { known in
        if known.count >= PathValidator.foundCountMax { known.removeAll(keepingCapacity: true) }
        known[name] = new
      }
    }
    return new
  }

  private func find(
    _ leaf: Identity, _ intermediates: [Identity], _ purpose: IdentityPurpose, at seconds: Int64
  ) -> Found {
    var failures: [PathFailure] = []
    var chain = [(identity: leaf, party: PathFailure.Party.leaf)]
    var isTimeless = true
    if purpose.isBelowRoot {
      if PathChecks.isIssued(leaf, by: root) {
        failures += outcome(leaf, issuer: root, purpose)
      } else {
        failures += PathChecks.algorithms(of: leaf, as: .leaf)
        failures += PathChecks.intrinsic(leaf, for: purpose)
        failures.append(PathFailure(.foreignRoot, .leaf, "the root did not issue it"))
      }
    } else {
      let path = path(from: leaf, through: intermediates, purpose, seconds)
      isTimeless = path.isTimeless
      chain += path.authorities.map { ($0, .authority) }
      if let authority = path.authorities.first {
        failures += outcome(leaf, issuer: authority, purpose)
      } else {
        failures += PathChecks.algorithms(of: leaf, as: .leaf)
        failures += PathChecks.intrinsic(leaf, for: purpose)
      }
      failures += chainFailures(path.authorities, reachesRoot: path.reachesRoot)
    }
    failures += hostFailures(chain)
    chain.append((root, .root))
    return Found(chain: chain, failures: failures, isTimeless: isTimeless)
  }

  /// The authorities from the leaf's issuer upwards, whether the root issued the last one, and
  /// whether another time would give the same.
  ///
  /// Names and key identifiers can be copied, and a renewed authority has them too: of several
  /// that fit, the first that makes the path hold is taken.
  private func path(
    from leaf: Identity, through intermediates: [Identity], _ purpose: IdentityPurpose,
    _ seconds: Int64
  ) -> (authorities: [Identity], reachesRoot: Bool, isTimeless: Bool) {
    var authorities: [Identity] = []
    var current = leaf
    var isTimeless = true
    while authorities.count < PathValidator.authorityCountMax {
      if PathChecks.isIssued(current, by: root) { return (authorities, true, isTimeless) }
      let candidates = intermediates.filter { candidate in
        candidate != current && !authorities.contains(candidate)
          && PathChecks.isIssued(current, by: candidate)
      }
      guard let first = candidates.first else { break }
      var next = first
      if candidates.count > 1 { isTimeless = false }
      if candidates.count > 1, authorities.isEmpty,
        let sound = candidates.first(where: { isSound($0, above: leaf, purpose, seconds) })
      {
        next = sound
      }
      authorities.append(next)
      current = next
    }
    return (authorities, false, isTimeless)
  }

  /// Whether an authority made the leaf's signature and holds under the root at that time.
  private func isSound(
    _ authority: Identity, above leaf: Identity, _ purpose: IdentityPurpose, _ seconds: Int64
  ) -> Bool {
    PathChecks.isIssued(authority, by: root)
      && outcome(authority, issuer: root, .authority).isEmpty
      && timeFailures(authority, .authority, seconds).isEmpty
      && !outcome(leaf, issuer: authority, purpose).contains { $0.code == .badSignature }
  }

  private func chainFailures(_ authorities: [Identity], reachesRoot: Bool) -> [PathFailure] {
    var failures: [PathFailure] = []
    guard let authority = authorities.last else {
      return [
        reachesRoot
          ? PathFailure(.missingAuthority, .leaf, "the root issued it; an authority must")
          : PathFailure(.missingAuthority, .leaf, "the authority that issued it was not given")
      ]
    }
    if authorities.count > 1 {
      failures.append(
        PathFailure(.pathLength, .authority, "\(authorities.count) authorities; only 1 is allowed"))
    }
    guard reachesRoot else {
      return failures + [
        PathFailure(.foreignRoot, .authority, "the root did not issue it")
      ]
    }
    return failures + outcome(authority, issuer: root, .authority)
  }

  /// What belongs to another host than the root's: RFC 5280 §6.1.1, initial-permitted-subtrees.
  private func hostFailures(
    _ chain: [(identity: Identity, party: PathFailure.Party)]
  ) -> [PathFailure] {
    guard let host else { return [] }
    return chain.filter { link in
      link.identity.isCA
        ? link.identity.permittedURIHosts != [host]
        : !link.identity.uris.allSatisfy { $0.utf8.starts(with: "https://\(host)/".utf8) }
    }.map {
      PathFailure(.foreignHost, $0.party, "the root is believed for \(host), not for its host")
    }
  }

  /// The remembered failures of one link, made at first sight.
  private func outcome(
    _ identity: Identity, issuer: Identity, _ purpose: IdentityPurpose
  ) -> [PathFailure] {
    let known = remembered.withLock { $0[identity.sha256] } ?? []
    if let outcome = known.first(where: { $0.issuer == issuer.sha256 && $0.purpose == purpose }) {
      return outcome.failures
    }
    var failures = PathChecks.link(from: identity, to: issuer)
    for failure in PathChecks.intrinsic(identity, for: purpose)
    where !failures.contains(where: { $0.code == failure.code && $0.party == failure.party }) {
      failures.append(failure)
    }
    remembered.withLock { known in
      if known.count >= PathValidator.rememberedCountMax { known.removeAll(keepingCapacity: true) }
      var outcomes = known[identity.sha256] ?? []
      if outcomes.count >= PathValidator.outcomeCountMax { outcomes.removeAll() }
      outcomes.append(Outcome(issuer: issuer.sha256, purpose: purpose, failures: failures))
      known[identity.sha256] = outcomes
    }
    return failures
  }

  private func timeFailures(
    _ identity: Identity, _ party: PathFailure.Party, _ seconds: Int64
  ) -> [PathFailure] {
    if seconds < identity.notBefore {
      return [PathFailure(.notYetValid, party, "it was not valid yet at that time")]
    }
    // RFC 5280 §4.1.2.5 counts the last second in; libcrypto does not, and what `openssl verify`
    // refuses we refuse.
    if seconds >= identity.notAfter {
      return [PathFailure(.expired, party, "it had expired at that time")]
    }
    return []
  }
}
