import Cryptography

/// Reads bytes as a signed and as an enclosed message: an error of a few codes, never a fault.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMessage(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let message = try SignedMessage(verifying: bytes)
    precondition(message.signer.publicKey != nil, "signed by no key of ours")
  } catch {
    precondition(!error.description.isEmpty)
  }
  do {
    _ = try EnclosedMessage.open(bytes, as: receiver.identity, with: receiver.key)
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}

private let receiver: (identity: Identity, key: P256PrivateKey) = {
  do {
    let key = try P256PrivateKey.generate()
    let contents = IdentityContents(
      profile: .open, publicKey: key.publicKey,
      subject: IdentitySubject(
        commonName: "fuzz", organizationIdentifier: "11330105002500287C"),
      uri: "https://certificates.example/departments/11330105002500287C", validFrom: 0,
      through: 86_399)
    let authorityKey = try P256PrivateKey.generate()
    let root = try IdentityIssuer.root(
      IdentityContents(
        profile: .root, publicKey: authorityKey.publicKey,
        subject: IdentitySubject(commonName: "fuzz"), validFrom: 0, through: 86_399),
      key: authorityKey)
    let authority = try IdentityIssuer(identity: root, key: authorityKey).issue(
      IdentityContents(
        profile: .authority(permittedHost: "certificates.example"),
        publicKey: authorityKey.publicKey, subject: IdentitySubject(commonName: "fuzz authority"),
        validFrom: 0, through: 86_399))
    return (try IdentityIssuer(identity: authority, key: authorityKey).issue(contents), key)
  } catch {
    fatalError("no receiver: \(error)")
  }
}()
