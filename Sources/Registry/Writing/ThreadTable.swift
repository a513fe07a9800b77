import Cryptography
import Encoding
import Ledger
import Rules

/// A subject's thread as a proposal needs it; valid until the next append of the same writer.
public struct SubjectHandle: Sendable {
  /// The id of its row, for `Proposal.Thread`.
  public let id: Int64
  /// The thread's key: for the disclosure (its commitment) and the delivery.
  public let key: ThreadKey
  /// The highest number given out in the thread when the handle was made.
  public let count: UInt64
}

/// A certificate's keys as a proposal needs them; valid until the next append of the same writer.
public struct CertificateHandle: Sendable {
  /// The id of its row, for `Proposal.Thread`, the identifier's serial and sealing.
  public let id: Int64
  /// The thread's key.
  public let key: ThreadKey
  /// Seals disclosures and content.
  public let contentKey: SecretBytes
  /// Both keys sealed: the row's `secret`.
  public let secret: [UInt8]
}

/// A holder's code with its type.
public struct HolderCode: Sendable, Hashable {
  /// Three digits (GB/T 36903, annex A).
  public let type: String
  /// The code.
  public let code: String

  /// Pairs them; validity is the issuer's business.
  public init(type: String, code: String) {
    self.type = type
    self.code = code
  }

  /// The code under which a department's case stands among the subjects: its type has no digits, so
  /// no holder has it.
  public static func ofCase(_ reference: String, of department: String) -> HolderCode {
    HolderCode(type: caseType, code: "\(department)/\(reference)")
  }

  /// The type of the codes of cases.
  static let caseType = "case"

  /// What opens a subject: the code, and the commitment to its thread.
  func value(in thread: ThreadKey) -> JSONValue {
    [
      "code": .string(code), "code_type": .string(type),
      "thread": .string(thread.commitment.base64url),
    ]
  }

  /// Compares the bytes: equivalent Unicode is another code, as it is for lookups.
  public static func == (left: HolderCode, right: HolderCode) -> Bool {
    left.type.hasSameBytes(as: right.type) && left.code.hasSameBytes(as: right.code)
  }

  /// Hashes the bytes.
  public func hash(into hasher: inout Hasher) {
    var (type, code) = (type, code)
    type.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    code.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

/// The private threads that the writer has in hand, with the numbers given out.
struct ThreadTable {
  struct Subject {
    let key: ThreadKey
    let lookup: Int64
    let secret: [UInt8]
    var count: UInt64
    /// Whether the row is in the vault.
    var isStored: Bool
    /// The first entry of the batch that names it; nil while none does.
    var firstEntry: Int64?
  }

  struct Certificate {
    let key: ThreadKey
    var count: UInt64
    var isStored: Bool
    var state: CertificateState?
    /// The last entry of the batch about it; nil while none is.
    var changed: Int64?
  }

  var subjects: [Int64: Subject] = [:]
  var codes: [HolderCode: Int64] = [:]
  var certificates: [Int64: Certificate] = [:]
  var highest = VaultIDs(subject: 0, certificate: 0, matter: 0)

  /// Memory does not grow with the number of rows of a job.
  private static let countMax = 4_096

  /// After a batch: what entered is stored, what did not is forgotten with its ids.
  mutating func settle() {
    // A matter has no thread of its own: an id that was not used stays unused.
    highestStored.matter = highest.matter
    highest = highestStored
    let areStored = (settleSubjects(), settleCertificates())
    highestStored = highest
    if subjects.count > ThreadTable.countMax || certificates.count > ThreadTable.countMax {
      subjects = [:]
      codes = [:]
      certificates = [:]
    } else if areStored != (true, true) {
      subjects = subjects.filter { $0.value.isStored }
      codes = codes.filter { subjects[$0.value] != nil }
      certificates = certificates.filter { $0.value.isStored }
    }
  }

  /// Whether all subjects are stored now. In place, by index: a loop over the dictionary would copy
  /// it at the first change.
  private mutating func settleSubjects() -> Bool {
    var areStored = true
    var place = subjects.startIndex
    while place != subjects.endIndex {
      if subjects.values[place].firstEntry != nil {
        subjects.values[place].isStored = true
        subjects.values[place].firstEntry = nil
      }
      if subjects.values[place].isStored {
        highest.subject = max(highest.subject, subjects.keys[place])
      } else {
        areStored = false
      }
      subjects.formIndex(after: &place)
    }
    return areStored
  }

  /// The same of certificates.
  private mutating func settleCertificates() -> Bool {
    var areStored = true
    var place = certificates.startIndex
    while place != certificates.endIndex {
      if certificates.values[place].changed != nil {
        certificates.values[place].isStored = true
        certificates.values[place].changed = nil
      }
      if certificates.values[place].isStored {
        highest.certificate = max(highest.certificate, certificates.keys[place])
      } else {
        areStored = false
      }
      certificates.formIndex(after: &place)
    }
    return areStored
  }

  /// The highest ids of rows in the vault: ids above are free again after each batch.
  var highestStored = VaultIDs(subject: 0, certificate: 0, matter: 0)

  /// The next number in a thread, noted; nil if the writer does not have the thread in hand.
  mutating func next(_ thread: Proposal.Thread, entry: Int64) -> (ThreadKey, UInt64)? {
    switch thread {
    case .subject(let id), .case(let id):
      guard let place = subjects.index(forKey: id) else { return nil }
      subjects.values[place].count += 1
      if subjects.values[place].firstEntry == nil { subjects.values[place].firstEntry = entry }
      return (subjects.values[place].key, subjects.values[place].count)
    case .certificate(let id):
      guard let place = certificates.index(forKey: id) else { return nil }
      certificates.values[place].count += 1
      certificates.values[place].changed = entry
      return (certificates.values[place].key, certificates.values[place].count)
    case .use, .padding: return nil
    }
  }

  /// The values of the threads that a group touches, to put back if it is refused.
  func snapshot(_ proposals: ArraySlice<Proposal>) -> Snapshot {
    var snapshot = Snapshot()
    for proposal in proposals {
      for thread in proposal.threads {
        switch thread {
        case .subject(let id), .case(let id):
          guard let place = subjects.index(forKey: id) else { continue }
          snapshot.subjects.append(
            (id, subjects.values[place].count, subjects.values[place].firstEntry))
        case .certificate(let id):
          guard let place = certificates.index(forKey: id) else { continue }
          snapshot.certificates.append(
            (
              id, certificates.values[place].count, certificates.values[place].state,
              certificates.values[place].changed
            ))
        case .use, .padding: break
        }
      }
    }
    return snapshot
  }

  mutating func restore(_ snapshot: Snapshot) {
    // Backwards: a thread that stands twice gets its first values.
    for (id, count, firstEntry) in snapshot.subjects.reversed() {
      subjects[id]?.count = count
      subjects[id]?.firstEntry = firstEntry
    }
    for (id, count, state, changed) in snapshot.certificates.reversed() {
      certificates[id]?.count = count
      certificates[id]?.state = state
      certificates[id]?.changed = changed
    }
  }

  struct Snapshot {
    fileprivate(set) var subjects: [(id: Int64, count: UInt64, firstEntry: Int64?)] = []
    fileprivate(set) var certificates:
      [(id: Int64, count: UInt64, state: CertificateState?, changed: Int64?)] = []
  }
}
