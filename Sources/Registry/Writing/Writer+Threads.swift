import Cryptography
import Ledger
import Rules

extension Writer {
  /// The subjects with these codes, made for codes never seen before.
  ///
  /// New ones enter the vault with the first event that names them. Equal codes give the same
  /// subject. Handles are valid until the next append.
  public func subjects(_ codes: [HolderCode]) throws(RegistryError) -> [SubjectHandle] {
    try loadSubjects(codes)
    var handles: [SubjectHandle] = []
    handles.reserveCapacity(codes.count)
    for code in codes {
      if let id = threads.codes[code], let subject = threads.subjects[id] {
        handles.append(SubjectHandle(id: id, key: subject.key, count: subject.count))
        continue
      }
      handles.append(try makeSubject(code))
    }
    return handles
  }

  /// The subject with a code, if the registry knows one; makes none.
  public func knownSubject(_ code: HolderCode) throws(RegistryError) -> SubjectHandle? {
    try loadSubjects([code])
    guard let id = threads.codes[code], let subject = threads.subjects[id] else { return nil }
    return SubjectHandle(id: id, key: subject.key, count: subject.count)
  }

  /// A subject by the id that a certificate's row has.
  public func subject(_ id: Int64) throws(RegistryError) -> SubjectHandle {
    if let known = threads.subjects[id] {
      return SubjectHandle(id: id, key: known.key, count: known.count)
    }
    guard let row = try vault.subject(id) else {
      throw RegistryError(.damagedVault, "a certificate names a subject that is not there")
    }
    let (key, code) = try open(row)
    take(row, key, code)
    return SubjectHandle(id: id, key: key, count: row.count)
  }

  /// A row id and fresh keys for a certificate that shall be issued.
  public func newCertificate() throws(RegistryError) -> CertificateHandle {
    threads.highest.certificate += 1
    let id = threads.highest.certificate
    let keys = try cipher.randomBytes(64)
    let handle = CertificateHandle(
      id: id, key: try Writer.threadKey(keys[32...]),
      contentKey: SecretBytes(copying: Array(keys[..<32])),
      secret: try cipher.seal(keys, for: .certificate(id)))
    threads.certificates[id] = ThreadTable.Certificate(
      key: handle.key, count: 0, isStored: false, state: nil, changed: nil)
    return handle
  }

  /// A certificate that entered, taken in hand for an event about it.
  ///
  /// Throws `notFound` when its keys were erased.
  public func certificate(
    _ row: CertificateRow
  ) throws(RegistryError) -> CertificateHandle {
    let keys = try Writer.keys(of: row, cipher)
    if threads.certificates[row.id] == nil {
      guard let state = CertificateState(number: row.state) else {
        throw RegistryError(.damagedVault, "a certificate has an unknown state", at: "certificate")
      }
      threads.certificates[row.id] = ThreadTable.Certificate(
        key: keys.key, count: row.count, isStored: true, state: state, changed: nil)
    }
    return keys
  }

  /// The keys of a certificate that entered.
  static func keys(
    of row: CertificateRow, _ cipher: VaultCipher
  ) throws(RegistryError) -> CertificateHandle {
    guard !row.secret.isEmpty else {
      throw RegistryError(.notFound, "the certificate's content was erased")
    }
    let keys = try cipher.open(row.secret, for: .certificate(row.id))
    guard keys.count == 64 else {
      throw RegistryError(.damagedVault, "a certificate's keys have another length")
    }
    return CertificateHandle(
      id: row.id, key: try threadKey(keys[32...]),
      contentKey: SecretBytes(copying: Array(keys[..<32])), secret: row.secret)
  }

  // MARK: Helpers

  private func loadSubjects(_ codes: [HolderCode]) throws(RegistryError) {
    let wanted = Set(codes.filter { threads.codes[$0] == nil })
    if wanted.isEmpty { return }
    let lookups = wanted.map { cipher.lookup("subject", [$0.type, $0.code]) }.sorted()
    for row in try vault.subjects(lookups: lookups) where threads.subjects[row.id] == nil {
      let (key, code) = try open(row)
      // Another code with the same lookup is no hit: the code is compared in full.
      if wanted.contains(code) { take(row, key, code) }
    }
  }

  private func take(_ row: SubjectRow, _ key: ThreadKey, _ code: HolderCode) {
    threads.subjects[row.id] = ThreadTable.Subject(
      key: key, lookup: row.lookup, secret: row.secret, count: row.count, isStored: true,
      firstEntry: nil)
    threads.codes[code] = row.id
  }

  private func makeSubject(_ code: HolderCode) throws(RegistryError) -> SubjectHandle {
    threads.highest.subject += 1
    let id = threads.highest.subject
    let bytes = try cipher.randomBytes(32)
    let key = try Writer.threadKey(bytes[...])
    let plain = bytes + Array(code.type.utf8) + [0] + Array(code.code.utf8)
    threads.subjects[id] = ThreadTable.Subject(
      key: key, lookup: cipher.lookup("subject", [code.type, code.code]),
      secret: try cipher.seal(plain, for: .subject(id)), count: 0, isStored: false,
      firstEntry: nil)
    threads.codes[code] = id
    return SubjectHandle(id: id, key: key, count: 0)
  }

  private func open(
    _ row: SubjectRow
  ) throws(RegistryError) -> (ThreadKey, HolderCode) {
    try Writer.open(row, cipher)
  }

  /// The thread's key and the code of a subject.
  static func open(
    _ row: SubjectRow, _ cipher: VaultCipher
  ) throws(RegistryError) -> (ThreadKey, HolderCode) {
    let plain = try cipher.open(row.secret, for: .subject(row.id))
    guard plain.count > 33, let zero = plain[32...].firstIndex(of: 0) else {
      throw RegistryError(.damagedVault, "a subject's secret has another form")
    }
    let code = HolderCode(
      type: String(decoding: plain[32..<zero], as: UTF8.self),
      code: String(decoding: plain[(zero + 1)...], as: UTF8.self))
    return (try threadKey(plain[..<32]), code)
  }

  private static func threadKey(_ bytes: ArraySlice<UInt8>) throws(RegistryError) -> ThreadKey {
    do throws(LedgerError) {
      return try ThreadKey(bytes: Array(bytes))
    } catch {
      throw RegistryError(error)
    }
  }
}
