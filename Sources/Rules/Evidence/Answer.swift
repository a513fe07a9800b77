import Cryptography
import Encoding
import Ledger

/// All entries of one thread up to a size, with the proof that there are no others.
///
/// Every entry is proven in one checkpoint; published runs show that none is missing. Well formed,
/// and no more: nothing in it is believed because it is there. Spec: answer.md.
public struct Answer: Sendable, Hashable {
  /// The value of the member `kind`.
  public static let kind = "kanhe-answer"
  /// The most bytes that are read.
  public static let byteCountMax = 8 << 20
  /// The most entries of the thread.
  public static let entryCountMax = 8192
  /// The most runs: at most 53 are ever in force.
  public static let runCountMax = 64
  /// The most signers of all entries.
  public static let signerCountMax = 1024

  /// Whose thread is asked for.
  public enum Thread: Sendable, Hashable {
    /// A department's, by USCC: public.
    case department(String)
    /// A private one, by its key: whoever has the file can find its entries.
    case key(ThreadKey)

    /// The key that makes the tags.
    public var key: ThreadKey {
      switch self {
      case .department(let code): ThreadKey(publicDepartment: code)
      case .key(let key): key
      }
    }
  }

  /// An entry and its path to the checkpoint's root.
  public struct Proven: Sendable, Hashable {
    /// The entry, byte for byte.
    public let entry: Entry
    /// The siblings from the leaf up.
    public let path: [Digest]

    /// Joins an entry and its path.
    public init(entry: Entry, path: [Digest]) {
      self.entry = entry
      self.path = path
    }
  }

  /// Where a record stands in a run; which record it is, the entry says.
  public struct Place: Sendable, Hashable {
    /// Its position.
    public let position: UInt64
    /// The siblings from the leaf up.
    public let path: [Digest]

    /// Joins a position and its path.
    public init(position: UInt64, path: [Digest]) {
      self.position = position
      self.path = path
    }
  }

  /// A published run: which of the thread's entries it has, and that it has not the next one.
  public struct MappedRun: Sendable, Hashable {
    /// The entry that published it.
    public let published: Proven
    /// The number of its records, which the proofs bind.
    public let recordCount: UInt64
    /// One place for each entry of the thread that it covers, in the thread's order.
    public let present: [Place]
    /// The record before the gap in which the next tag would stand; nil at the beginning.
    public let before: RunProof.Neighbour?
    /// The record after that gap; nil at the end.
    public let after: RunProof.Neighbour?

    /// Joins a run and what it proves.
    public init(
      published: Proven, recordCount: UInt64, present: [Place],
      absent gap: (before: RunProof.Neighbour?, after: RunProof.Neighbour?)
    ) {
      self.published = published
      self.recordCount = recordCount
      self.present = present
      before = gap.before
      after = gap.after
    }
  }

  /// The thread.
  public let thread: Thread
  /// Its entries in the order of their numbers, from 1.
  public let entries: [Proven]
  /// The runs, from the ledger's first entry on without a gap.
  public let runs: [MappedRun]
  /// The signers of all entries: each with what leads from it to the root.
  public let signers: [SignerPath]
  /// The signed note of the one checkpoint.
  public let checkpoint: [UInt8]

  /// Joins the parts; throws `malformedAnswer` for more of them than are read.
  public init(
    thread: Thread, entries: [Proven], runs: [MappedRun], signers: [SignerPath],
    checkpoint: [UInt8]
  ) throws(RulesError) {
    guard entries.count <= Answer.entryCountMax, runs.count <= Answer.runCountMax,
      signers.count <= Answer.signerCountMax
    else {
      throw RulesError(
        .malformedAnswer,
        "an answer has at most \(Answer.entryCountMax) entries; audit an export instead")
    }
    self.thread = thread
    self.entries = entries
    self.runs = runs
    self.signers = signers
    self.checkpoint = checkpoint
  }

  /// The paths by the key id of their signers.
  package func signersByKeyID() -> [Digest: SignerPath] {
    var paths: [Digest: SignerPath] = [:]
    for path in signers { paths[SHA256.hash(path.identities[0])] = path }
    return paths
  }
}
