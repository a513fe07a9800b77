import Certificates
import Cryptography
import Encoding
import Verification

/// Any bytes have a kind; a file that was read is judged without a crash, and one that is no file
/// of ours is never a yes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFile(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let file = KnownFile(recognising: bytes)
  var pool = EvidencePool()
  pool.add(file)
  let verifier = FileVerifier(
    anchors: anchors, pool: pool, time: 1_795_528_400, clock: 1_795_528_400, audience: nil)
  let report = verifier.report(on: file)
  precondition(!report.checks.checks.isEmpty, "no check at all")
  precondition(report.kind == file.kind || report.kind == .unknown)
  if case .malformed = file.content {
    precondition(report.verdict(notDemanding: [.status, .ledger, .receipt]) != .yes)
  }
  return 0
}

/// A root that no input can know.
private let anchors: [Anchor] = {
  do {
    let key = try P256PrivateKey.generate()
    let root = try IdentityIssuer.root(
      IdentityContents(
        profile: .root, publicKey: key.publicKey, subject: IdentitySubject(commonName: "Root"),
        validFrom: 1_790_000_000, through: 1_990_000_000), key: key)
    return [try Anchor(root: root, host: nil)]
  } catch {
    preconditionFailure("no root could be made")
  }
}()
